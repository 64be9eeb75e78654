/**
 * What pages and workers have in place of `WebSocket` and `WebTransport`, which CDP does not hold: the same, but for
 * addresses that the policy refuses. It runs before any of their own scripts, so nothing of a page's has the originals.
 */
import { privateHostSource } from '../../base/net/hostRanges.ts';
import type { UrlPattern } from '../../base/net/urlPattern.ts';
import type { UrlPolicy } from './urlPolicy.ts';

/** Fits no address: an exclusive list of which no entry is understood allows none. */
const NOTHING = '(?!)';

/** Asked for instead of a refused address: no connection is made to this port, and the page gets an error event. */
const REFUSED = 'refused.invalid:1';

export interface SocketScriptOptions {
  readonly policy: UrlPolicy;
  /**
   * For a browser with tabs of the user's: what the names of shared workers begin with, by which ours are known; none is
   * started from a `blob:` or `data:` address, and no service worker is registered. Undefined for a browser of our own.
   */
  readonly workerMark: string | undefined;
}

/** The script. It refuses all that `decide` does, and of what that allows only rarities of IPv6 and of escaped paths. */
export function socketScript({ policy, workerMark }: SocketScriptOptions): string {
  const rules = {
    blocked: either(policy.blocked.map((pattern) => sourceOf(pattern, 'blocked'))),
    opened: either(
      policy.allowed.filter(({ host }) => host !== '*').map((pattern) => sourceOf(pattern, 'allowed')),
    ),
    own: `^https?://(?:127\\.0\\.0\\.1|\\[::1\\]|(?:[^/]+\\.)?localhost):`,
    private: `^https?://${privateHostSource()}:`,
    listed: policy.isExclusive
      ? either(policy.allowed.map((pattern) => sourceOf(pattern, 'allowed'))) || NOTHING
      : '',
  };
  return `(${GUARD})(${JSON.stringify(rules)}, ${JSON.stringify(REFUSED)}, ${JSON.stringify(workerMark ?? null)})`;
}

/** The address that a script refused, from the one asked for instead; undefined for any other. */
export function refusedBy(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (parsed?.host !== REFUSED) return undefined;
  return parsed.searchParams.get('url') ?? '';
}

/**
 * Plain JavaScript, in a page that may have replaced whatever it can reach: only what was taken at the start is called,
 * and handlers have no prototype.
 */
const GUARD = `(rules, refused, workerMark) => {
  const { construct, defineProperty, getOwnPropertyDescriptor } = Reflect;
  const bound = (f) => Function.prototype.call.bind(f);
  const exec = bound(RegExp.prototype.exec);
  const encode = encodeURIComponent;
  const text = String;
  const Address = URL;
  const part = (name) => bound(getOwnPropertyDescriptor(URL.prototype, name).get);
  const [protocolOf, hostnameOf, portOf, pathnameOf, searchOf, hrefOf] =
    ['protocol', 'hostname', 'port', 'pathname', 'search', 'href'].map(part);
  const base = typeof document === 'object'
    ? bound(getOwnPropertyDescriptor(Node.prototype, 'baseURI').get).bind(null, document)
    : () => location.href;
  const patterns = { __proto__: null };
  for (const name in rules) patterns[name] = rules[name] === '' ? null : new RegExp(rules[name]);
  const finalDot = /^([^]*)\\.$/;
  const secure = /^(?:wss|https):$/;
  const made = /^(?:blob|data):$/;
  const is = (name, key) => patterns[name] !== null && exec(patterns[name], key) !== null;
  const isRefused = (address) => {
    const hostname = hostnameOf(address);
    const host = (exec(finalDot, hostname) ?? [hostname, hostname])[1];
    const isSecure = exec(secure, protocolOf(address)) !== null;
    const port = portOf(address) || (isSecure ? '443' : '80');
    const key = (isSecure ? 'https' : 'http') + '://' + host + ':' + port + pathnameOf(address) + searchOf(address);
    if (is('blocked', key)) return true;
    if (is('opened', key) || is('own', key)) return false;
    return is('private', key) || (patterns.listed !== null && !is('listed', key));
  };
  const checked = (given, scheme) => {
    const written = text(given);
    let address;
    try {
      address = new Address(written, base());
    } catch {
      return written;
    }
    const href = hrefOf(address);
    return isRefused(address) ? scheme + '://' + refused + '/?url=' + encode(href) : href;
  };
  const replace = (name, changed) => {
    const original = globalThis[name];
    if (typeof original !== 'function') return;
    const guarded = new Proxy(original, {
      __proto__: null,
      construct: (target, args, newTarget) =>
        construct(target, args.length === 0 ? args : changed(args), newTarget),
    });
    const property = { __proto__: null, value: guarded, writable: true, configurable: true, enumerable: false };
    defineProperty(globalThis, name, property);
    defineProperty(original.prototype, 'constructor', property);
  };
  replace('WebSocket', (args) => [checked(args[0], 'wss'), args[1]]);
  replace('WebSocketStream', (args) => [checked(args[0], 'wss'), args[1]]);
  replace('WebTransport', (args) => [checked(args[0], 'https'), args[1]]);
  if (workerMark === null) return;
  const Refusal = DOMException;
  // A trusted one stays one, and its own word counts, not that of a toString of the page's.
  const trusted = globalThis.TrustedScriptURL && bound(TrustedScriptURL.prototype.toString);
  const writtenIn = (given) => {
    try {
      return [given, trusted(given)];
    } catch {
      const written = text(given);
      return [written, written];
    }
  };
  replace('SharedWorker', (args) => {
    const given = args.length > 1 ? args[1] : undefined;
    const isDictionary = (typeof given === 'object' && given !== null) || typeof given === 'function';
    const { name, type, credentials } = isDictionary ? given : { __proto__: null, name: given ?? undefined };
    const marked = workerMark + (name === undefined ? '' : text(name));
    const [url, written] = writtenIn(args[0]);
    let address;
    try {
      address = new Address(written, base());
    } catch {}
    if (address !== undefined && exec(made, protocolOf(address)) !== null)
      throw new Refusal('Shared workers of such addresses are not available here.', 'SecurityError');
    return [url, { __proto__: null, name: marked, type, credentials }];
  });
  const container = globalThis.ServiceWorkerContainer;
  if (typeof container !== 'function') return;
  const rejected = bound(Promise.reject).bind(null, Promise);
  const value = () => rejected(new Refusal('Service workers are not available here.', 'SecurityError'));
  defineProperty(container.prototype, 'register',
    { __proto__: null, value, writable: true, configurable: true, enumerable: true });
}`;

/** A regular expression that has every alternative; empty where there is none. */
function either(sources: readonly string[]): string {
  return sources.length === 0 ? '' : `^(?:${sources.join('|')})`;
}

/**
 * What an entry stands for among `scheme://host:port/path?query`. Escapes can hide a path: one that has some is what
 * a blocked entry stands for, and not what an allowed one does.
 */
function sourceOf({ scheme, host, port, path }: UrlPattern, list: 'blocked' | 'allowed'): string {
  const names = host.startsWith('*.') ? [host, host.slice(2)] : [host];
  const hosts = names.map((name) => globSource(name, '[^/]*')).join('|');
  const start = `${scheme ?? 'https?'}://(?:${hosts}):${port ?? '\\d+'}`;
  if (path === undefined) return `${start}/`;
  const exact = path.includes('?') ? globSource(path, '[^]*') : `${globSource(path, '[^?]*')}(?:\\?[^]*)?`;
  return list === 'blocked' ? `${start}(?:${exact}$|[^?]*%)` : `${start}(?![^?]*%)${exact}$`;
}

/** @param star - what `*` stands for */
function globSource(glob: string, star: string): string {
  return glob.replace(/[.+^${}()|[\]\\?/-]/g, '\\$&').replaceAll('*', star);
}
