/** Which addresses the browser may load. Data and pure decisions; `requestGuard.ts` enforces them. */
import { hostKind, PRIVATE_HOST_GLOBS, withoutFinalDot } from '../../base/net/hostRanges.ts';
import { hostGlobs, matchesPattern, parseUrlPattern, type UrlPattern } from '../../base/net/urlPattern.ts';

/** The user's lists, as written. */
export interface UrlLists {
  /**
   * Where not empty, nothing else is loaded, this machine aside. An entry with another host than `*` opens private
   * addresses too: those it names, and those that the names it stands for lead to.
   */
  readonly allowed: readonly string[];
  /** Counts before all else. */
  readonly blocked: readonly string[];
}

export interface UrlPolicy {
  readonly allowed: readonly UrlPattern[];
  readonly blocked: readonly UrlPattern[];
  /** Whether only what is listed is loaded: also where no entry of the list is understood. */
  readonly isExclusive: boolean;
  /** Entries that are not understood. */
  readonly invalid: readonly string[];
}

/** Why an address is refused. */
export type RefusalReason = 'scheme' | 'blocked' | 'private' | 'not-listed';

export type Decision =
  /** `isOpened`: by an entry of the user's or as this machine's, so that it may be a private address. */
  | { readonly isAllowed: true; readonly isOpened: boolean }
  | { readonly isAllowed: false; readonly reason: RefusalReason };

/** What the model and the user read. */
export const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  scheme: 'only http:, https: and about:blank addresses can be opened',
  blocked: 'the user has blocked this address',
  private: 'addresses of private networks are blocked unless the user allows them',
  'not-listed': 'it is not among the addresses that the user allows',
};

const WEB: ReadonlySet<string> = new Set(['http:', 'https:', 'ws:', 'wss:']);

/** Made within the page, or the inside of the browser's own viewer of PDF files. Nothing is fetched for them. */
const WITHIN_PAGES: ReadonlySet<string> = new Set(['data:', 'blob:', 'about:']);
const PDF_VIEWER = 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/';

/** What a tab may show, besides the pages of servers: the browser's empty and error pages, pages made by pages. */
const SHOWN = /^(?:|about:blank(?:[?#].*)?|blob:.*|chrome-error:.*)$/s;

const ALLOWED: Decision = { isAllowed: true, isOpened: false };
const OPENED: Decision = { isAllowed: true, isOpened: true };

export function createUrlPolicy({ allowed, blocked }: UrlLists): UrlPolicy {
  const written = (list: readonly string[]) => list.filter((entry) => entry.trim() !== '');
  const understood = (list: readonly string[]) => list.flatMap((entry) => parseUrlPattern(entry) ?? []);
  return {
    allowed: understood(written(allowed)),
    blocked: understood(written(blocked)),
    isExclusive: written(allowed).length > 0,
    invalid: [...written(allowed), ...written(blocked)].filter(
      (entry) => parseUrlPattern(entry) === undefined,
    ),
  };
}

/** Whether the browser may fetch `url`, for whatever part of a page. */
export function decide(policy: UrlPolicy, url: string): Decision {
  const parsed = URL.parse(url);
  if (parsed === null) return refused('scheme');
  if (WITHIN_PAGES.has(parsed.protocol) || url.startsWith(PDF_VIEWER)) return ALLOWED;
  if (!WEB.has(parsed.protocol)) return refused('scheme');
  const paths = spellings(parsed);
  const matches = (pattern: UrlPattern, path: string) => matchesPattern(pattern, parsed, path);
  if (policy.blocked.some((pattern) => paths.some((path) => matches(pattern, path))))
    return refused('blocked');
  const listed = policy.allowed.filter((pattern) => paths.every((path) => matches(pattern, path)));
  if (listed.some(({ host }) => host !== '*')) return OPENED;
  const kind = hostKind(parsed.hostname);
  if (kind === 'loopback') return OPENED;
  if (kind === 'private') return refused('private');
  return policy.isExclusive && listed.length === 0 ? refused('not-listed') : ALLOWED;
}

/** Whether a tab may show `url`, as the browser names what it shows. */
export function mayShow(policy: UrlPolicy, url: string): boolean {
  if (SHOWN.test(url)) return true;
  return /^https?:/i.test(url) && decide(policy, url).isAllowed;
}

/**
 * Globs of whole addresses, in the form of CDP's `Fetch.RequestPattern`: every address that {@link decide} refuses by
 * its host matches one. Only requests that do are worth asking about, which is few of them unless the policy is
 * exclusive. Single-label names are not among them; `requestGuard.ts` says what keeps those.
 */
export function suspectGlobs(policy: UrlPolicy): string[] {
  if (policy.isExclusive || policy.blocked.some(({ host }) => host === '*')) return ['*'];
  const blocked = policy.blocked.flatMap(({ host }) => `*://*${host.replace(/^\*\./, '')}*`);
  // Credentials before the host: `http://user@10.0.0.1/`.
  return [...PRIVATE_HOST_GLOBS.map((glob) => `*://${glob}*`), '*://*@*', ...blocked];
}

/**
 * Chromium's `--host-resolver-rules`: hosts that are not even connected to. They hold for web sockets, too, which
 * cannot be intercepted. The first `MAP` that fits counts, but an `EXCLUDE` counts before them all and knows no port: so
 * a host that is open leads to itself by a `MAP` between those of blocked and of refused hosts, and only where the user
 * has opened many with one entry is there an exclusion.
 */
export function resolverRules(policy: UrlPolicy): string {
  const blocked = policy.blocked.filter(({ scheme, path }) => !scheme && !path);
  const closed = blocked.flatMap((pattern) => hostGlobs(pattern).map((glob) => withPort(glob, pattern)));
  const own = OWN_HOSTS.filter(([glob]) => decide(policy, `http://${glob.replace('*', 'any')}:1/`).isAllowed);
  const opened = policy.allowed.filter(({ host }) => host !== '*');
  const single = opened.flatMap((pattern): Mapping[] =>
    pattern.host.includes('*') ? [] : [[withPort(pattern.host, pattern), pattern.host]],
  );
  const many = opened.filter(({ host }) => host.includes('*')).flatMap(hostGlobs);
  const isListed = policy.isExclusive && !policy.allowed.some(({ host }) => host === '*');
  const map = ([glob, to]: Mapping) => withFinalDot(glob).map((each) => `MAP ${unbracketed(each)} ${to}`);
  const exclusions = many.filter((glob) => !closed.includes(glob)).flatMap(withFinalDot);
  return [
    ...closed.flatMap((glob) => map([glob, NOWHERE])),
    ...[...own, ...single].flatMap(map),
    ...(isListed ? ['*'] : RESOLVED_PRIVATE_GLOBS).flatMap((glob) => map([glob, NOWHERE])),
    ...exclusions.map((glob) => `EXCLUDE ${unbracketed(glob)}`),
  ].join(',');
}

/**
 * Whether {@link resolverRules} say all that the lists do of web sockets. They know no scheme and no path, and what is
 * blocked among many hosts that one entry opens is open to them.
 */
export function resolverSuffices({ allowed, blocked }: UrlPolicy): boolean {
  const isWholeHost = ({ scheme, port, path }: UrlPattern) => (scheme ?? port ?? path) === undefined;
  if (![...allowed, ...blocked].every(isWholeHost)) return false;
  return blocked.length === 0 || !allowed.some(({ host }) => host !== '*' && host.includes('*'));
}

/** A host or a glob of some, and where it leads. */
type Mapping = readonly [glob: string, to: string];

const NOWHERE = '~NOTFOUND';

/** This machine's. */
const OWN_HOSTS: readonly Mapping[] = [
  ['localhost', 'localhost'],
  ['*.localhost', 'localhost'],
  ['127.0.0.1', '127.0.0.1'],
  ['[::1]', '[::1]'],
];

/** In the patterns of rules, an IPv6 address has its brackets only where a port or any end of one follows. */
function unbracketed(glob: string): string {
  return glob.replace(/^\[([^\]]*)\]$/, '$1');
}

function withPort(glob: string, { port }: UrlPattern): string {
  return port === undefined ? glob : `${glob}:${port}`;
}

/** The rules take `localhost.` for another name than `localhost`, which name servers do not. */
function withFinalDot(glob: string): string[] {
  const dotted = glob.replace(/^([^[].*[a-z])(?=:\d+$|$)/, '$1.');
  return dotted === glob ? [glob] : [glob, dotted];
}

/** As {@link PRIVATE_HOST_GLOBS}, without hosts of public addresses: nothing decides after the resolver. */
const RESOLVED_PRIVATE_GLOBS: readonly string[] = PRIVATE_HOST_GLOBS.flatMap((glob) => {
  switch (glob) {
    case '100.*.*.*':
      return Array.from({ length: 64 }, (_, index) => `100.${64 + index}.*.*`);
    case '172.*.*.*':
      return Array.from({ length: 16 }, (_, index) => `172.${16 + index}.*.*`);
    case '[*':
      return ['[::*', '[fc*', '[fd*', '[fe8*', '[fe9*', '[fea*', '[feb*', '[64:ff9b:1:*'];
    default:
      return glob.includes('?') ? [] : [glob];
  }
});

function refused(reason: RefusalReason): Decision {
  return { isAllowed: false, reason };
}

/** How often a path may be decoded: some servers and the proxies before them do it one after another. */
const MAX_DECODINGS = 5;

/** A path in the ways that a server may read it: `/%61dmin` is `/admin` to most. */
function spellings(url: URL): string[] {
  const paths = new Set([url.pathname]);
  let path = url.pathname;
  for (let round = 0; round < MAX_DECODINGS; round += 1) {
    const decoded = decode(path);
    if (decoded === path) break;
    path = decoded;
    paths.add(path);
    // Decoding may have made `..` and `//` of it.
    const resolved = URL.parse(path.replace(/^[\\/]+/, '/').replace(/[?#]/g, ''), 'http://host/')?.pathname;
    if (resolved !== undefined) paths.add(resolved);
  }
  return [...paths].map((spelling) => spelling + url.search);
}

/** Whole where that can be; where an escape stands for no character, the others all the same. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path.replace(/%([0-7][0-9a-f])/gi, (_escape, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  }
}

/** The host of an address, to be shown; empty where it has none. */
export function hostOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return '';
  const name = withoutFinalDot(parsed.hostname);
  return parsed.port === '' ? name : `${name}:${parsed.port}`;
}
