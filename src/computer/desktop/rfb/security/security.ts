/** What all ways to prove who we are have in common. */
import { untilAborted } from '../../../../base/delay.ts';
import type { Credentials } from '../../machine.ts';
import type { Channel } from '../channel.ts';
import type { TlsOptions } from './tls.ts';

/**
 * The ways to prove who we are that we know. `TLS...` are encrypted with nobody's identity proven, `X509...` with that of
 * the server; `Vnc` asks for a password, `Plain` for user name and password, and sends them as they are. `Apple` is macOS's
 * own, `AnonTLS` the older way to encrypt of Vino and x11vnc, within which another of these follows.
 */
export type SecurityName =
  | 'None'
  | 'VncAuth'
  | 'Apple'
  | 'AnonTLS'
  | 'Plain'
  | 'TLSNone'
  | 'TLSVnc'
  | 'TLSPlain'
  | 'X509None'
  | 'X509Vnc'
  | 'X509Plain';

/**
 * Those of which nobody on the way can read what is on the screen and what is typed. The strongest first: what proves who
 * the server is, then the others.
 */
export const ENCRYPTED: readonly SecurityName[] = [
  'X509Plain',
  'X509Vnc',
  'X509None',
  'TLSPlain',
  'TLSVnc',
  'TLSNone',
  'AnonTLS',
];

/** All: what is encrypted, then what hides the password, then the rest. */
export const STRONGEST_FIRST: readonly SecurityName[] = [...ENCRYPTED, 'Apple', 'VncAuth', 'Plain', 'None'];

/** What may follow within anonymous TLS, which has encrypted already: the strongest first. */
export const WITHIN_ENCRYPTION: readonly SecurityName[] = ['Apple', 'VncAuth', 'Plain', 'None'];

export interface SecurityOptions {
  readonly credentials: Credentials;
  /** What may be used, the preferred first. */
  readonly preference: readonly SecurityName[];
  readonly tls: TlsOptions;
}

/** Why the connection was not made. */
export type SecurityFailure =
  /** The server did not accept the password. */
  | 'denied'
  /** The server asks for a user name or a password, and there is none. */
  | 'credentials-missing'
  /** The server is not known to be the right one. */
  | 'untrusted-certificate'
  /** The server asks for what we do not know or may not use. */
  | 'unsupported';

/** The connection was not made. The message is a plain sentence for the user, and may quote the server. */
export class SecurityError extends Error {
  override readonly name = 'SecurityError';
  readonly failure: SecurityFailure;
  /** Of `credentials-missing`: which. */
  readonly lacks: 'username' | 'password' | undefined;

  constructor(failure: SecurityFailure, message: string, lacks?: 'username' | 'password') {
    super(message);
    this.failure = failure;
    this.lacks = lacks;
  }
}

/** Of the ways within VeNCrypt none can be used. Which there are is told only to who chooses it over the others. */
export class VeNCryptUnusable extends SecurityError {}

/** @throws SecurityError when there is none; the signal's reason */
export async function askPassword(channel: Channel, credentials: Credentials): Promise<string> {
  channel.signal.throwIfAborted();
  const password = await untilAborted(credentials.password(), channel.signal);
  if (password !== undefined) return password;
  throw new SecurityError('credentials-missing', 'The VNC server asks for a password.', 'password');
}

/** @throws SecurityError when there is none */
export function usernameOf(credentials: Credentials): string {
  if (credentials.username) return credentials.username;
  throw new SecurityError('credentials-missing', 'The VNC server asks for a user name.', 'username');
}
