import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, createSecureContext, type TLSSocket } from 'node:tls';
import { untilAborted } from '../../../../base/delay.ts';
import type { Channel } from '../channel.ts';
import { SecurityError } from './security.ts';

/** What the server showed to prove who it is. All texts are hostile input. */
export interface ServerCertificate {
  /** SHA-256 of the certificate: hexadecimal, capitals, with colons. */
  readonly fingerprint: string;
  /** The common name, or an empty text. */
  readonly subject: string;
  readonly issuer: string;
  /** As in `Dec 31 23:59:59 2049 GMT`. */
  readonly validUntil: string;
  /** Whether an authority that the system (or `ca`) trusts says that it belongs to this host. */
  readonly isTrusted: boolean;
  /** Why not; empty if it is. */
  readonly problem: string;
}

export interface TlsOptions {
  /** The host as the user knows it; certificates must be made out to it to be trusted. */
  readonly host?: string;
  /** Authorities (PEM) that are trusted instead of the system's. */
  readonly ca?: string;
  /** Whether to go on; without it, only with what is trusted. May ask the user. */
  readonly onCertificate?: (certificate: ServerCertificate) => boolean | Promise<boolean>;
}

/** TLS without certificates, for OpenSSL; what proves nothing is refused above level 0. Such suites ended with TLS 1.2. */
const ANONYMOUS: ConnectionOptions = {
  ciphers: 'aNULL:!eNULL:@SECLEVEL=0',
  maxVersion: 'TLSv1.2',
};

/** Whether this runtime's TLS can go without certificates; that of Electron cannot. */
export function hasAnonymousTls(): boolean {
  try {
    createSecureContext(ANONYMOUS);
    return true;
  } catch {
    return false;
  }
}

/** Encrypts without knowing with whom: protects from who listens, not from who stands in between. @throws SecurityError */
export async function encryptAnonymously(channel: Channel): Promise<void> {
  await channel.wrap(async (stream) => (await shakeHands(channel, stream, ANONYMOUS)) satisfies Duplex);
}

/** Encrypts, once the server's certificate is accepted. @throws SecurityError */
export async function encryptWithCertificate(channel: Channel, options: TlsOptions): Promise<void> {
  await channel.wrap(async (stream) => {
    const { host, ca } = options;
    const socket = await shakeHands(channel, stream, { ...(host && { host }), ...(ca && { ca }) });
    const certificate = describe(socket);
    const abandon = (reason: unknown) => {
      socket.destroy();
      throw reason;
    };
    if (await isAccepted(certificate, options, channel.signal).catch(abandon)) return socket;
    socket.destroy();
    const why = certificate.problem && ` (${certificate.problem})`;
    throw new SecurityError(
      'untrusted-certificate',
      `The certificate of the VNC server is not trusted${why}.`,
    );
  });
}

async function isAccepted(
  certificate: ServerCertificate,
  { onCertificate }: TlsOptions,
  signal: AbortSignal,
): Promise<boolean> {
  if (!onCertificate) return certificate.isTrusted;
  return untilAborted(Promise.resolve(onCertificate(certificate)), signal);
}

async function shakeHands(channel: Channel, stream: Duplex, options: ConnectionOptions): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // The certificate is judged by us: what is refused here could not even be shown.
  const socket = connect({ ...options, socket: stream, rejectUnauthorized: false }, resolve);
  const fail = (error?: Error) =>
    reject(new SecurityError('unsupported', `The VNC server and we could not encrypt: ${reasonOf(error)}.`));
  socket.once('error', fail).once('close', fail);
  try {
    await channel.answer(promise);
    return socket;
  } catch (error) {
    // Later errors have the one above as their cause, and nobody else hears them.
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    socket.off('error', fail).off('close', fail);
  }
}

/** OpenSSL's own sentence, without the places in its source. */
function reasonOf(error: (Error & { readonly reason?: unknown }) | undefined): string {
  if (error === undefined) return 'it hung up';
  return typeof error.reason === 'string' ? error.reason : error.message;
}

function describe(socket: TLSSocket): ServerCertificate {
  const certificate = socket.getPeerCertificate();
  return {
    fingerprint: certificate.fingerprint256 ?? '',
    subject: commonName(certificate.subject?.CN),
    issuer: commonName(certificate.issuer?.CN),
    validUntil: certificate.valid_to ?? '',
    isTrusted: socket.authorized,
    problem: socket.authorized ? '' : String(socket.authorizationError),
  };
}

function commonName(name: string | readonly string[] | undefined): string {
  return typeof name === 'string' ? name : (name?.join(', ') ?? '');
}
