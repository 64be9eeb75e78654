/** Addresses of VNC servers as users write them. Nothing is connected to. */
import { isIP, isIPv6 } from 'node:net';
import path from 'node:path';

/** A host and a TCP port. `host` is a name or an IP address, without brackets. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `username` is the one that the VNC server asks for, where it does. */
export type VncAddress =
  | ({ readonly kind: 'tcp'; readonly username: string | undefined } & HostPort)
  /** `host` and `port` are the VNC server's, as seen from the SSH server. */
  | ({ readonly kind: 'ssh'; readonly ssh: SshServer; readonly username: string | undefined } & HostPort)
  | { readonly kind: 'unix'; readonly path: string; readonly username: string | undefined }
  /** `reason` is a whole sentence for the user. */
  | { readonly kind: 'invalid'; readonly reason: string };

export interface SshServer {
  /** A name, also one from the user's SSH configuration, or an IP address. */
  readonly host: string;
  /** Undefined: as the user's SSH configuration has it. */
  readonly port: number | undefined;
  readonly username: string | undefined;
}

/** Port of display 0 (RFC 6143, 3). */
const FIRST_PORT = 5900;

/** Up to this a number after the colon is a display, as VNC viewers have it; no VNC server listens on such a port. */
const MAX_DISPLAY = 99;

const MAX_ADDRESS_LENGTH = 1_000;

const FORMS = 'Write vnc://host, vnc://host:5901, vnc+ssh://user@host/ or vnc+unix:///path.';

/** Not beginning with `-`: it becomes a word of a command line, where that would be an option. */
const HOST_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?$/;
const SSH_USER = /^[A-Za-z0-9_.][A-Za-z0-9_.@\\-]*$/;

/**
 * Reads `vnc://[user@]host[:port or display]` (RFC 7869 without its parameters),
 * `vnc+ssh://[user of SSH@]host[:port][/[user@][host[:port]]]` and `vnc+unix://[user@]/path`. What has no scheme is `vnc:`. Without a port it is display 0.
 */
export function parseVncAddress(text: string): VncAddress {
  const trimmed = text.trim();
  if (trimmed === '') return invalid(`No address is given. ${FORMS}`);
  if (trimmed.length > MAX_ADDRESS_LENGTH) return invalid('The address is too long.');
  if (/[\s\p{C}]/u.test(trimmed)) return invalid('The address has spaces or control characters in it.');
  const [, scheme = 'vnc', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(trimmed) ?? [];
  switch (scheme.toLowerCase()) {
    case 'vnc':
      return parseTcp(rest);
    case 'vnc+ssh':
      return parseSsh(rest);
    case 'vnc+unix':
      return parseUnix(rest);
    default:
      return invalid(`"${scheme}:" is not known here. ${FORMS}`);
  }
}

/** Whether only this machine is on the way to such a host. A name may lead anywhere, but for `localhost` (RFC 6761, 6.3). */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isIP(name) === 4 ? name.startsWith('127.') : name === '::1';
}

/** `host:port`, an IPv6 address in brackets. */
export function formatHostPort({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseTcp(rest: string): VncAddress {
  const { user, host } = splitUser(rest.replace(/\/$/, ''));
  if (/[?#/]/.test(host))
    return invalid('The address has more than a host and a port. Passwords are asked for.');
  const username = vncUser(user);
  if (username === null) return invalid(NO_USER);
  const server = parseHostPort(host, vncPort);
  return 'reason' in server
    ? server
    : { kind: 'tcp', username, host: server.host, port: server.port ?? FIRST_PORT };
}

function parseSsh(rest: string): VncAddress {
  const slash = rest.indexOf('/');
  const [front, behind] = slash < 0 ? [rest, ''] : [rest.slice(0, slash), rest.slice(slash + 1)];
  const { user: sshUser, host } = splitUser(front);
  if (sshUser !== undefined && !SSH_USER.test(sshUser)) return invalid('This is not a user name for SSH.');
  const ssh = parseHostPort(host, tcpPort);
  if ('reason' in ssh) return ssh;
  const target = splitUser(behind);
  const username = vncUser(target.user);
  if (username === null) return invalid(NO_USER);
  const server =
    target.host === '' ? { host: 'localhost', port: undefined } : parseHostPort(target.host, vncPort);
  if ('reason' in server) return server;
  return {
    kind: 'ssh',
    ssh: { host: ssh.host, port: ssh.port, username: sshUser },
    username,
    host: server.host,
    port: server.port ?? FIRST_PORT,
  };
}

function parseUnix(rest: string): VncAddress {
  const [, user, name = ''] = /^(?:([^/@]*)@)?(.*)$/.exec(rest) ?? [];
  const username = vncUser(user);
  if (username === null) return invalid(NO_USER);
  const file = decode(name);
  if (file === null || !path.posix.isAbsolute(file))
    return invalid('The path of a socket has to be a whole one: vnc+unix:///path.');
  return { kind: 'unix', path: file, username };
}

function splitUser(text: string): { readonly user: string | undefined; readonly host: string } {
  const at = text.lastIndexOf('@');
  return at < 0 ? { user: undefined, host: text } : { user: text.slice(0, at), host: text.slice(at + 1) };
}

const NO_USER = 'The user name cannot be read. A password does not belong into an address; it is asked for.';

/** @returns null when it cannot be one, or has a password behind it */
function vncUser(text: string | undefined): string | undefined | null {
  if (text === undefined) return undefined;
  const user = decode(text);
  return user === '' || user?.includes(':') ? null : user;
}

type Invalid = Extract<VncAddress, { kind: 'invalid' }>;

function parseHostPort(
  text: string,
  readPort: (digits: string) => number | undefined,
): { readonly host: string; readonly port: number | undefined } | Invalid {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const isHost = bracketed === undefined ? HOST_NAME.test(host) && host.length <= 253 : isIPv6(host);
  if (!isHost || host.includes('%'))
    return invalid(`"${host || text}" is not the name or address of a host. ${FORMS}`);
  if (digits === undefined || digits === '') return { host, port: undefined };
  const port = readPort(digits);
  return port === undefined ? invalid(`"${digits}" is not a port.`) : { host, port };
}

function vncPort(digits: string): number | undefined {
  if (/^0?[0-9]{1,2}$/.test(digits) && Number(digits) <= MAX_DISPLAY) return FIRST_PORT + Number(digits);
  return tcpPort(digits);
}

function tcpPort(digits: string): number | undefined {
  const port = /^[0-9]{1,5}$/.test(digits) ? Number(digits) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** @returns null when it is not a percent-encoded text, or has control characters */
function decode(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text);
    return /\p{C}/u.test(decoded) ? null : decoded;
  } catch {
    return null;
  }
}

function invalid(reason: string): Invalid {
  return { kind: 'invalid', reason };
}
