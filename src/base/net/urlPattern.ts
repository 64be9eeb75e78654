/** What the user writes into the lists of allowed and blocked addresses, such as `*.example.com`. */
import { domainToASCII } from 'node:url';
import { withoutFinalDot } from './hostRanges.ts';

/** One entry, taken apart. Globs know `*` only: any characters, none too. */
export interface UrlPattern {
  /** `http` or `https`; undefined for both. Web sockets count as the scheme they begin with. */
  readonly scheme: string | undefined;
  /** In ASCII and lower case, addresses as `URL` writes them. `*.example.com` is `example.com` too. */
  readonly host: string;
  /** Undefined for any. */
  readonly port: string | undefined;
  /** Of path and query where it has a `?`, else of the path. Undefined for any. */
  readonly path: string | undefined;
}

/** In characters, and of `*` in one entry. */
const MAX_LENGTH = 500;
const MAX_STARS = 10;

const FORM = /^(?:(https?|wss?|\*):\/\/)?(\[[0-9a-f:.*]+\]|[^\s/:?#@[\]\\]+)(?::(\d{1,5}|\*))?(\/[^\s#]*)?$/i;

const SAME_SCHEME: Readonly<Record<string, string>> = { ws: 'http', wss: 'https' };
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/**
 * `host`, `host:port`, `scheme://host:port/path`, each part with `*`. Without scheme, port or path any will do; a sole
 * `/` is any path.
 * @returns undefined for what is none
 */
export function parseUrlPattern(text: string): UrlPattern | undefined {
  const written = text.trim();
  if (written.length > MAX_LENGTH || (written.match(/\*/g)?.length ?? 0) > MAX_STARS) return undefined;
  const [, scheme, host = '', port, path] = FORM.exec(written) ?? [];
  const canonicalHost = canonical(host);
  if (canonicalHost === undefined) return undefined;
  return {
    scheme: scheme === undefined || scheme === '*' ? undefined : schemeOf(scheme),
    host: canonicalHost,
    port: port === '*' ? undefined : port,
    path: path === undefined || path === '/' || path === '/*' ? undefined : path,
  };
}

/** Whether an address is one of those an entry stands for. @param path - of `url`, decoded or not, with its query */
export function matchesPattern(pattern: UrlPattern, url: URL, path = url.pathname + url.search): boolean {
  const scheme = schemeOf(url.protocol.slice(0, -1));
  if (pattern.scheme !== undefined && pattern.scheme !== scheme) return false;
  const port = url.port === '' ? DEFAULT_PORTS[scheme] : url.port;
  if (pattern.port !== undefined && pattern.port !== port) return false;
  if (!matchesHost(pattern.host, withoutFinalDot(url.hostname))) return false;
  if (pattern.path === undefined) return true;
  const [pathname = ''] = path.split('?', 1);
  return globMatches(pattern.path, pattern.path.includes('?') ? path : pathname);
}

/** Globs of hosts that an entry's are among. */
export function hostGlobs(pattern: UrlPattern): string[] {
  return pattern.host.startsWith('*.') ? [pattern.host, pattern.host.slice(2)] : [pattern.host];
}

function matchesHost(glob: string, host: string): boolean {
  if (glob.startsWith('*.') && globMatches(glob.slice(2), host)) return true;
  return globMatches(glob, host);
}

function schemeOf(scheme: string): string {
  const lower = scheme.toLowerCase();
  return SAME_SCHEME[lower] ?? lower;
}

function canonical(host: string): string | undefined {
  if (host === '') return undefined;
  if (!host.includes('*')) {
    const hostname = URL.parse(`http://${host}/`)?.hostname;
    // Names of other characters lead nowhere, and would mean something in a list of the browser's rules.
    return hostname !== undefined && /^[a-z0-9._:[\]-]+$/.test(hostname)
      ? withoutFinalDot(hostname)
      : undefined;
  }
  if (host.startsWith('[')) return host.toLowerCase();
  const labels = withoutFinalDot(host).split('.').map(canonicalLabel);
  return labels.includes(undefined) ? undefined : labels.join('.');
}

function canonicalLabel(label: string): string | undefined {
  if (/^[a-z0-9_*-]+$/i.test(label)) return label.toLowerCase();
  if (label.includes('*')) return undefined;
  const ascii = domainToASCII(label);
  return ascii === '' ? undefined : ascii;
}

/** In time proportional to the product of the lengths at most: entries and addresses are both hostile. */
function globMatches(glob: string, text: string): boolean {
  let at = 0;
  let inText = 0;
  let star = -1;
  let resume = 0;
  while (inText < text.length) {
    if (glob[at] === '*') {
      star = at++;
      resume = inText;
    } else if (at < glob.length && glob[at] === text[inText]) {
      at++;
      inText++;
    } else if (star >= 0) {
      at = star + 1;
      inText = ++resume;
    } else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}
