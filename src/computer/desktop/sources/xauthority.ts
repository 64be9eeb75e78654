/** The X server's key: whoever can read the file may connect (Xau(3), the file of xauth(1)). */
import { randomBytes } from 'node:crypto';

const COOKIE_NAME = 'MIT-MAGIC-COOKIE-1';

/** Matches any address (FamilyWild of Xauth.h). */
const FAMILY_WILD = 0xffff;

/**
 * A file with one new random cookie. It is for any display: its number is not known before the server has chosen one, and
 * the server does not look at it.
 */
export function newXauthority(): Uint8Array {
  const family = Buffer.alloc(2);
  family.writeUInt16BE(FAMILY_WILD);
  return Buffer.concat([family, field(''), field(''), field(COOKIE_NAME), field(randomBytes(16))]);
}

/** Counted bytes: 16 bits of length, most significant first. */
function field(value: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
