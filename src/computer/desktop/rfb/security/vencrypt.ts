import type { Channel } from '../channel.ts';
import { expect, type Parse, ProtocolError, readU8, readU32 } from '../parse.ts';
import { authenticatePlain } from './plain.ts';
import { SecurityError, type SecurityName, type SecurityOptions } from './security.ts';
import { encryptAnonymously, encryptWithCertificate } from './tls.ts';
import { isUsable } from './usable.ts';
import { authenticateVnc } from './vncAuth.ts';

/** VeNCrypt's numbers of what it can. */
const SUBTYPES: ReadonlyMap<number, VeNCryptName> = new Map([
  [256, 'Plain'],
  [257, 'TLSNone'],
  [258, 'TLSVnc'],
  [259, 'TLSPlain'],
  [260, 'X509None'],
  [261, 'X509Vnc'],
  [262, 'X509Plain'],
]);

type VeNCryptName = Exclude<SecurityName, 'None' | 'VncAuth' | 'Apple' | 'AnonTLS'>;

export const VENCRYPT_NAMES: ReadonlySet<SecurityName> = new Set(SUBTYPES.values());

/**
 * VeNCrypt 0.2 (community registry, security type 19): the server offers ways to encrypt and to prove who we are.
 *
 * @throws SecurityError, ProtocolError, StreamEnded
 */
export async function authenticateVeNCrypt(channel: Channel, options: SecurityOptions): Promise<void> {
  const version = await channel.receive(readVersion());
  if (version < 2)
    throw new SecurityError('unsupported-vencrypt', `The VNC server has VeNCrypt 0.${version}, not 0.2.`);
  channel.send(Uint8Array.of(0, 2));
  const offered = await channel.receive(readSubtypes());
  const names = new Map(offered.map((subtype) => [SUBTYPES.get(subtype), subtype]));
  const name = options.preference.find((one) => names.has(one as VeNCryptName) && isUsable(one, options));
  const chosen = SUBTYPES.get(names.get(name as VeNCryptName) ?? 0);
  if (chosen === undefined) {
    const list = offered.map((subtype) => SUBTYPES.get(subtype) ?? String(subtype)).join(', ');
    throw new SecurityError(
      'unsupported-vencrypt',
      `The VNC server offers encryption only as ${list || 'nothing'}, which cannot be used here.`,
    );
  }
  const number = Buffer.alloc(4);
  number.writeUInt32BE(names.get(chosen) ?? 0);
  channel.send(number);
  await encrypt(channel, chosen, options);
  await authenticate(channel, chosen, options);
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
