import { createCipheriv } from 'node:crypto';
import type { Credentials } from '../../machine.ts';
import type { Channel } from '../channel.ts';
import type { Parse } from '../parse.ts';
import { askPassword } from './security.ts';

/** Proves that we know a password (RFC 6143, 7.2.2). Of the password 8 bytes count. @throws SecurityError */
export async function authenticateVnc(channel: Channel, credentials: Credentials): Promise<void> {
  const challenge = await channel.receive(readChallenge());
  channel.send(respond(challenge, await askPassword(channel, credentials)));
}

function* readChallenge(): Parse<Uint8Array> {
  return yield 16;
}

/** The answer to `challenge`: each 8 bytes of it encrypted by DES with the password as the key. */
export function respond(challenge: Uint8Array, password: string): Uint8Array {
  const key = Buffer.alloc(8);
  // Characters beyond Latin-1 have no agreed bytes; servers take UTF-8 as it comes.
  const isLatin1 = [...password].every((character) => (character.codePointAt(0) ?? 0) < 256);
  key.set(Buffer.from(password, isLatin1 ? 'latin1' : 'utf8').subarray(0, 8));
  const reversed = key.map(reverseBits);
  return Buffer.concat([
    encryptDes(reversed, challenge.subarray(0, 8)),
    encryptDes(reversed, challenge.subarray(8)),
  ]);
}

/** Single DES, which libraries do not have any more: triple DES with three equal keys is the same. */
function encryptDes(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede3-cbc', Buffer.concat([key, key, key]), Buffer.alloc(8));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** VNC takes the bits of the key's bytes from the other end than DES. */
function reverseBits(byte: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) reversed |= 0x80 >> bit;
  return reversed;
}
