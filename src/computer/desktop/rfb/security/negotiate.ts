/** Which way to prove who we are is taken, of those that the server offers (RFC 6143, 7.1.2). */
import type { Channel } from '../channel.ts';
import { authenticateApple } from './apple.ts';
import { SecurityError, type SecurityName, type SecurityOptions, WITHIN_ENCRYPTION } from './security.ts';
import { encryptAnonymously } from './tls.ts';
import { isUsable } from './usable.ts';
import { authenticateVeNCrypt, isVeNCryptName } from './vencrypt.ts';
import { authenticateVnc } from './vncAuth.ts';

const TYPE = { none: 1, vncAuth: 2, anonTls: 18, veNCrypt: 19, apple: 30 } as const;
type KnownType = (typeof TYPE)[keyof typeof TYPE];

/** The names of the registry for those that we do not know, so that the user reads what is asked for. */
const UNKNOWN_TYPES: ReadonlyMap<number, string> = new Map([
  [5, 'RA2'],
  [6, 'RA2ne'],
  [13, 'RA2_256'],
  [16, 'Tight'],
  [17, 'Ultra'],
  [20, 'SASL'],
  [21, 'MD5'],
  [22, 'XVP'],
  [33, 'Kerberos'],
  [35, 'Apple 35'],
  [36, 'Apple SRP'],
  [113, 'MS-Logon II'],
  [129, 'RA2 256'],
]);

/** The best of what is offered. @throws SecurityError when there is none */
export function chooseType(offered: readonly number[], options: SecurityOptions): KnownType {
  for (const name of options.preference) {
    const type = typeOf(name);
    if (offered.includes(type) && isUsable(name, options)) return type;
  }
  if (options.credentials.username === undefined && offered.includes(TYPE.apple)) {
    throw new SecurityError('credentials-missing', 'The VNC server asks for a user name.', 'username');
  }
  const list = offered.map((type) => NAMES.get(type) ?? UNKNOWN_TYPES.get(type) ?? `type ${type}`).join(', ');
  throw new SecurityError(
    'unsupported',
    `The VNC server asks for a kind of security that cannot be used here: ${list || 'none at all'}.`,
  );
}

const NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [TYPE.none, 'None'],
  [TYPE.vncAuth, 'VNC password'],
  [TYPE.anonTls, 'anonymous TLS'],
  [TYPE.veNCrypt, 'VeNCrypt'],
  [TYPE.apple, 'Apple'],
]);

function typeOf(name: SecurityName): KnownType {
  if (isVeNCryptName(name)) return TYPE.veNCrypt;
  switch (name) {
    case 'VncAuth':
      return TYPE.vncAuth;
    case 'Apple':
      return TYPE.apple;
    case 'AnonTLS':
      return TYPE.anonTls;
    default:
      return TYPE.none;
  }
}

/**
 * Does what the chosen type asks for, up to the server's verdict.
 *
 * @param within - negotiates again, over the encrypted stream
 * @returns whether a verdict follows also from servers before 3.8; undefined: `within` has had it
 * @throws SecurityError, ProtocolError, StreamEnded
 */
export async function authenticate(
  channel: Channel,
  type: KnownType,
  options: SecurityOptions,
  within: (options: SecurityOptions) => Promise<void>,
): Promise<boolean | undefined> {
  switch (type) {
    case TYPE.none:
      return false;
    case TYPE.vncAuth:
      await authenticateVnc(channel, options.credentials);
      return true;
    case TYPE.apple:
      await authenticateApple(channel, options.credentials);
      return true;
    case TYPE.veNCrypt:
      await authenticateVeNCrypt(channel, options);
      return true;
    case TYPE.anonTls:
      await encryptAnonymously(channel);
      // Whoever wants encryption has it now, so what was left out for its lack may follow.
      await within({ ...options, preference: WITHIN_ENCRYPTION });
      return undefined;
  }
}
