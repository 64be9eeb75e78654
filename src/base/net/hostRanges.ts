/** Where a host is: on this machine, in a private network, on the internet. Data and a pure look-up. */
import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * - `loopback`: `localhost`, `127.0.0.1` and `[::1]`, where developers test
 * - `private`: an address or a name that is one by its form; other spellings of the loopback are such, too
 * - `public`: any other address
 * - `name`: any other name, which may lead anywhere
 */
export type HostKind = 'loopback' | 'private' | 'public' | 'name';

/** IANA's special-purpose registries (RFC 6890), without those that nothing listens in. */
const PRIVATE_IPV4 = [
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // RFC 1918
  '100.64.0.0/10', // carrier-grade NAT, RFC 6598; Alibaba's metadata
  '127.0.0.0/8',
  '168.63.129.16/32', // Azure's wire server, in a public range
  '169.254.0.0/16', // link-local; metadata of most clouds
  '172.16.0.0/12', // RFC 1918
  '192.0.0.0/24', // Oracle's metadata
  '192.168.0.0/16', // RFC 1918
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
] as const;

const PRIVATE_IPV6 = [
  '::/96', // unspecified, loopback, and IPv4 addresses in a form given up
  '::ffff:0:0/96', // IPv4-mapped: nobody writes an address so but to pass for another one
  '64:ff9b:1::/48', // NAT64 within a network, RFC 8215
  '2001::/32', // Teredo
  '2002::/16', // 6to4
  'fc00::/7', // unique local, RFC 4193; AWS's metadata
  'fe80::/10', // link-local
  'fec0::/10', // site-local, given up
  'ff00::/8', // multicast
] as const;

/** NAT64 (RFC 6052): the last four bytes are the IPv4 address that is meant. */
const NAT64 = '64:ff9b::/96';

/** Metadata services and the like, by the names they have within a cloud or a cluster. */
const PRIVATE_NAMES: readonly string[] = [
  'instance-data',
  'metadata',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'metadata.tencentyun.com',
  'rancher-metadata',
];

/** Domains that only private networks have: RFC 6762, RFC 8375, ICANN's `internal`, and what routers hand out. */
const PRIVATE_DOMAINS: readonly string[] = ['internal', 'local', 'localdomain', 'lan', 'home.arpa'];

const privateIpv4 = subnets(PRIVATE_IPV4);
const privateIpv6 = subnets(PRIVATE_IPV6);
const nat64 = subnets([NAT64]);

/**
 * Globs that the host of every address of kind `private` matches, single-label names aside, besides some that are not.
 * IPv6 addresses are in brackets.
 */
export const PRIVATE_HOST_GLOBS: readonly string[] = [
  ...['0.*.*.*', '10.*.*.*', '100.*.*.*', '127.*.*.*', '168.63.129.16', '169.254.*.*', '172.*.*.*'],
  ...['192.0.0.*', '192.168.*.*', '22?.*.*.*', '23?.*.*.*', '24?.*.*.*', '25?.*.*.*', '[*'],
  ...PRIVATE_NAMES,
  ...PRIVATE_DOMAINS.map((domain) => `*.${domain}`),
];

/** @param hostname - as `URL` gives it: in lower case, addresses in their one spelling, IPv6 in brackets */
export function hostKind(hostname: string): HostKind {
  const host = withoutFinalDot(hostname);
  if (host === '127.0.0.1' || host === '[::1]') return 'loopback';
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  const address = host.startsWith('[') ? host.slice(1, -1) : host;
  if (isIP(address) !== 0) return isPrivateAddress(address) ? 'private' : 'public';
  const isPrivate =
    !host.includes('.') ||
    PRIVATE_NAMES.includes(host) ||
    PRIVATE_DOMAINS.some((domain) => host.endsWith(`.${domain}`));
  return isPrivate ? 'private' : 'name';
}

/** Whether an IP address (IPv6 without brackets) is on this machine or in a private network. */
export function isPrivateAddress(address: string): boolean {
  if (!isIPv6(address)) return privateIpv4.check(address, 'ipv4');
  if (nat64.check(address, 'ipv6')) return privateIpv4.check(lastFourBytes(address), 'ipv4');
  return privateIpv6.check(address, 'ipv6');
}

/**
 * Of a regular expression: hosts of kind `private` as `URL` writes them, without a final dot; of IPv6 all but plain
 * public addresses.
 */
export function privateHostSource(): string {
  const ipv6 = '\\[(?:(?![23][0-9a-f]{3}:)[^\\]]*|2001:0?:[^\\]]*|2002:[^\\]]*)\\]';
  const escaped = (name: string) => name.replaceAll('.', '\\.');
  const domains = `[^/]+\\.(?:${PRIVATE_DOMAINS.map(escaped).join('|')})`;
  const names = [...PRIVATE_NAMES.map(escaped), '[^./:[\\]]+'];
  return `(?:${[...PRIVATE_IPV4.map(ipv4Source), ipv6, domains, ...names].join('|')})`;
}

/** The dotted spellings of a range's addresses. */
function ipv4Source(range: string): string {
  const [network = '', bits = ''] = range.split('/');
  const octets = network.split('.').map((octet, index) => {
    const fixed = Math.min(Math.max(Number(bits) - index * 8, 0), 8);
    if (fixed === 0) return '\\d+';
    const all = Array.from({ length: 2 ** (8 - fixed) }, (_, more) => Number(octet) + more);
    return `(?:${all.join('|')})`;
  });
  return octets.join('\\.');
}

/** `example.com.` is `example.com`. */
export function withoutFinalDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

/** @param address - IPv6, whose tail is written as an IPv4 address or as two groups */
function lastFourBytes(address: string): string {
  const tail = address.slice(address.lastIndexOf(':') + 1);
  if (tail.includes('.')) return tail;
  // The URL parser writes an address in its one form, without a dotted tail.
  const hostname = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) ?? address;
  const [before = '', after = ''] = hostname.split('::');
  const groups = hostname.includes('::')
    ? [...before.split(':'), ...zeros(before, after), ...after.split(':')].filter((group) => group !== '')
    : hostname.split(':');
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function zeros(before: string, after: string): string[] {
  const given = [...before.split(':'), ...after.split(':')].filter((group) => group !== '').length;
  return Array.from({ length: 8 - given }, () => '0');
}

function subnets(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/');
    list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
  }
  return list;
}
