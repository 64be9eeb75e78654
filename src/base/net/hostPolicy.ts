/** Which hosts programs in a sandbox may reach. Data and pure decisions; `hostProxy.ts` enforces them. */
import { BlockList, isIP } from 'node:net';
import { hostKind, isPrivateAddress, withoutFinalDot } from './hostRanges.ts';
import { matchesPattern, parseUrlPattern, type UrlPattern } from './urlPattern.ts';

export interface HostPolicy {
  readonly entries: readonly HostEntry[];
  /** What is not understood, as written. */
  readonly invalid: readonly string[];
}

interface HostEntry {
  readonly pattern: UrlPattern;
  /** Whether any port will do; else that of the pattern, or the web's. */
  readonly isAnyPort: boolean;
}

export type HostRefusal = 'not-listed' | 'port' | 'private' | 'leads-to-private' | 'unknown-name';

/** What programs and the model read, after the host's name. */
export const HOST_REFUSALS: Readonly<Record<HostRefusal, string>> = {
  'not-listed': 'it is not among the hosts that the person allows',
  port: 'this port of the host is not among what the person allows',
  private: 'hosts of private networks are refused unless the person allows them by their own name',
  'leads-to-private': 'its name leads to a private address, which the person would have to allow as well',
  'unknown-name': 'no address is known for this name',
};

export type HostDecision =
  | {
      readonly isAllowed: true;
      readonly host: string;
      /** By an entry without a wildcard. */
      readonly isNamed: boolean;
      readonly opensPrivate: boolean;
    }
  | { readonly isAllowed: false; readonly reason: HostRefusal };

const WEB_PORTS: ReadonlySet<number> = new Set([80, 443]);

/**
 * @param written - `host`, `*.example.com` (which is `example.com` too), `host:port`, `host:*`; without a port 80 and
 *   443 are meant. `*` is every public host.
 */
export function createHostPolicy(written: readonly string[]): HostPolicy {
  const entries: HostEntry[] = [];
  const invalid: string[] = [];
  for (const text of written.map((entry) => entry.trim()).filter((entry) => entry !== '')) {
    const pattern = parseUrlPattern(text);
    if (!pattern || pattern.scheme !== undefined || /[/]/.test(text)) invalid.push(text);
    else entries.push({ pattern, isAnyPort: text.endsWith(':*') });
  }
  return { entries, invalid };
}

/**
 * Whether a program may be connected to a host, as far as its name tells; {@link mayDial} judges where that leads.
 * @param host - as the program wrote it; of IPv6 addresses with or without brackets
 */
export function decideHost({ entries }: HostPolicy, host: string, port: number): HostDecision {
  const url = URL.parse(`http://${isIP(host) === 6 ? `[${host}]` : host}:${port}/`);
  if (url === null || url.pathname !== '/' || url.username !== '' || url.search !== '' || url.hash !== '')
    return { isAllowed: false, reason: 'not-listed' };
  const named = entries.filter(({ pattern }) => matchesPattern({ ...pattern, port: undefined }, url));
  if (named.length === 0) return { isAllowed: false, reason: 'not-listed' };
  const listed = named.filter((entry) => isPortListed(entry, port));
  if (listed.length === 0) return { isAllowed: false, reason: 'port' };
  const name = withoutFinalDot(url.hostname);
  const isNamedItself = listed.some(({ pattern }) => !pattern.host.includes('*'));
  const isPublic = ['public', 'name'].includes(hostKind(name));
  if (!isPublic && !isNamedItself) return { isAllowed: false, reason: 'private' };
  return {
    isAllowed: true,
    host: name.replace(/^\[|\]$/g, ''),
    isNamed: isNamedItself,
    opensPrivate: isNamedItself && !isPublic,
  };
}

/** Names of the loopback that are not listed, and so mean that of the sandbox itself. */
export function ownLoopback({ entries }: HostPolicy): readonly string[] {
  const names = ['localhost', '127.0.0.1', '::1'];
  return names.filter(
    (name) => !entries.some(({ pattern }) => pattern.host.replace(/^\[|\]$/g, '') === name),
  );
}

/** Where the metadata services of clouds are; also under private names, which a person may have allowed for another reason. */
const LINK_LOCAL = /^(?:169\.254\.|fe[89ab])/i;

/**
 * Whether a host that {@link decideHost} allows may be reached at this address. What a public name leads to is its
 * owner's to say, so that a private address has to be allowed itself.
 * @param own - this machine's addresses, where services listen that are meant for itself
 */
export function mayDial(
  policy: HostPolicy,
  { host, isNamed, opensPrivate }: Omit<HostDecision & { readonly isAllowed: true }, 'isAllowed'>,
  address: string,
  port: number,
  own: ReadonlySet<string>,
): boolean {
  const isOwn = isAmong(own, address);
  if (isIP(host) !== 0) return isNamed || !isOwn; // an address that the person has allowed, or a public one
  if (!isPrivateAddress(address) && !isOwn) return true;
  if (opensPrivate && !LINK_LOCAL.test(address)) return true;
  const itself = decideHost(policy, address, port);
  return itself.isAllowed && itself.opensPrivate;
}

/** Also where an address of IPv4 is written as one of IPv6. */
function isAmong(addresses: ReadonlySet<string>, address: string): boolean {
  const list = new BlockList();
  for (const one of addresses) list.addAddress(one, isIP(one) === 6 ? 'ipv6' : 'ipv4');
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function isPortListed({ pattern, isAnyPort }: HostEntry, port: number): boolean {
  if (isAnyPort) return true;
  return pattern.port === undefined ? WEB_PORTS.has(port) : Number(pattern.port) === port;
}
