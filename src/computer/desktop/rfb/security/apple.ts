import { createCipheriv, randomBytes } from 'node:crypto';
import type { Credentials } from '../../machine.ts';
import type { Channel } from '../channel.ts';
import { expect, type Parse, ProtocolError, readU16 } from '../parse.ts';
import { md5 } from './md5.ts';
import { askPassword, SecurityError, usernameOf } from './security.ts';

/** Bytes; macOS uses 128. A longer key would keep the host from anything else for too long. */
const MAX_KEY = 512;

/** What user name and password each have room in, a 0 at the end included. */
const FIELD = 64;

/** What the server sends for the agreement on a key (Diffie and Hellman's). All are big-endian numbers. */
export interface KeyOffer {
  readonly generator: number;
  readonly prime: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** macOS's own (type 30, "Apple Remote Desktop"): name and password of an account of the Mac. @throws SecurityError */
export async function authenticateApple(channel: Channel, credentials: Credentials): Promise<void> {
  const offer = await channel.receive(readOffer());
  const username = usernameOf(credentials);
  const password = await askPassword(channel, credentials);
  channel.send(answerOffer(offer, username, password, randomBytes(offer.prime.length)));
}

function* readOffer(): Parse<KeyOffer> {
  const generator = yield* readU16();
  const length = yield* readU16();
  expect(length > 0 && length <= MAX_KEY, `The VNC server wants a key of ${length} bytes.`);
  return { generator, prime: yield length, publicKey: yield length };
}

/**
 * The two credentials, encrypted with the key that was agreed on, and our part of that.
 *
 * @param secret - random bytes, as many as the prime has
 * @throws SecurityError when one of them is too long
 */
export function answerOffer(
  offer: KeyOffer,
  username: string,
  password: string,
  secret: Uint8Array,
): Uint8Array {
  const length = offer.prime.length;
  const prime = toNumber(offer.prime);
  if (prime < 3n) throw new ProtocolError('The VNC server sent a key that is none.');
  const exponent = toNumber(secret);
  const publicKey = toBytes(power(BigInt(offer.generator), exponent, prime), length);
  const shared = toBytes(power(toNumber(offer.publicKey), exponent, prime), length);
  const cipher = createCipheriv('aes-128-ecb', md5(shared), null);
  cipher.setAutoPadding(false);
  const fields = Buffer.concat([field(username), field(password)]);
  return Buffer.concat([cipher.update(fields), cipher.final(), publicKey]);
}

function field(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  if (bytes.length >= FIELD) {
    throw new SecurityError(
      'denied',
      `User name and password can have ${FIELD - 1} bytes each at this server.`,
    );
  }
  // What is behind the end is random, so that equal passwords do not look equal.
  const padded = randomBytes(FIELD);
  padded.set(bytes);
  padded[bytes.length] = 0;
  return padded;
}

/** `base` to the power of `exponent`, modulo `modulus`: not every runtime that we meet has this in its crypto. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function toBytes(number: bigint, length: number): Uint8Array {
  return Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex');
}
