import type { Channel } from '../channel.ts';
import { expect, type Parse, ProtocolError, readU8, readU32 } from '../parse.ts';
import { authenticatePlain } from './plain.ts';
import { type SecurityName, type SecurityOptions, VeNCryptUnusable } from './security.ts';
import { encryptAnonymously, encryptWithCertificate } from './tls.ts';
import { isUsable } from './usable.ts';
import { authenticateVnc } from './vncAuth.ts';

/** VeNCrypt's numbers of what it can. */
const NUMBERS = {
  Plain: 256,
  TLSNone: 257,
  TLSVnc: 258,
  TLSPlain: 259,
  X509None: 260,
  X509Vnc: 261,
  X509Plain: 262,
} as const;

type VeNCryptName = keyof typeof NUMBERS;

export function isVeNCryptName(name: SecurityName): name is VeNCryptName {
  return name in NUMBERS;
}

/**
 * VeNCrypt 0.2 (community registry, security type 19): the server offers ways to encrypt and to prove who we are.
 *
 * @throws SecurityError, ProtocolError, StreamEnded
 */
export async function authenticateVeNCrypt(channel: Channel, options: SecurityOptions): Promise<void> {
  const version = await channel.receive(readVersion());
  if (version < 2) {
    throw new VeNCryptUnusable('unsupported', `The VNC server has VeNCrypt 0.${version}, not 0.2.`);
  }
  channel.send(Uint8Array.of(0, 2));
  const offered = await channel.receive(readSubtypes());
  const chosen = options.preference
    .filter(isVeNCryptName)
    .find((name) => offered.includes(NUMBERS[name]) && isUsable(name, options));
  if (chosen === undefined) throw unusable(offered, options);
  const number = Buffer.alloc(4);
  number.writeUInt32BE(NUMBERS[chosen]);
  channel.send(number);
  await encrypt(channel, chosen, options);
  await authenticate(channel, chosen, options);
}

function unusable(offered: readonly number[], { credentials }: SecurityOptions): VeNCryptUnusable {
  const names = Object.entries(NUMBERS);
  const list = offered.map(
    (subtype) => names.find(([, number]) => number === subtype)?.[0] ?? String(subtype),
  );
  if (credentials.username === undefined && list.some((name) => name.endsWith('Plain'))) {
    return new VeNCryptUnusable('credentials-missing', 'The VNC server asks for a user name.', 'username');
  }
  return new VeNCryptUnusable(
    'unsupported',
    `The VNC server offers encryption only as ${list.join(', ') || 'nothing'}, which cannot be used here.`,
  );
}

async function encrypt(channel: Channel, chosen: VeNCryptName, options: SecurityOptions): Promise<void> {
  if (chosen === 'Plain') return;
  const isReady = await channel.receive(readU8());
  if (isReady !== 1) throw new ProtocolError('The VNC server could not begin its encryption.');
  if (chosen.startsWith('X509')) await encryptWithCertificate(channel, options.tls);
  else await encryptAnonymously(channel);
}

async function authenticate(
  channel: Channel,
  chosen: VeNCryptName,
  { credentials }: SecurityOptions,
): Promise<void> {
  if (chosen.endsWith('Vnc')) await authenticateVnc(channel, credentials);
  else if (chosen.endsWith('Plain')) await authenticatePlain(channel, credentials);
}

/** The minor version: 0.2 is 2, and all above 0 are more. */
function* readVersion(): Parse<number> {
  const major = yield* readU8();
  const minor = yield* readU8();
  return major * 256 + minor;
}

function* readSubtypes(): Parse<number[]> {
  const refusal = yield* readU8();
  expect(refusal === 0, 'The VNC server does not take VeNCrypt 0.2.');
  const count = yield* readU8();
  const subtypes: number[] = [];
  for (let at = 0; at < count; at++) subtypes.push(yield* readU32());
  return subtypes;
}
