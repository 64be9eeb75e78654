/** Drives a browser that the user has started, by its debugging address. Its logins are in reach; its tabs are not ours. */
import type { Browser } from 'puppeteer-core';
import { bounded, ignoreFailure } from '../bounded.ts';
import { cut } from '../cut.ts';
import { BrowserUnavailableError } from './errors.ts';
import type { LaunchedBrowser } from './launch.ts';

export interface AttachOptions {
  /** `http://127.0.0.1:9222`, `ws://127.0.0.1:9222/devtools/browser/...` or `127.0.0.1:9222`. */
  readonly address: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

const HELP =
  'Start Chrome with --remote-debugging-port=9222 and a --user-data-dir of its own, and set ' +
  '"computerUseChat.browser.attachTo" to http://127.0.0.1:9222, or leave that setting empty.';

/** Whoever reaches a debugging port from elsewhere has the browser: only this machine's own is spoken to. */
const OWN_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** @returns undefined for what is no debugging address of this machine */
export function debuggingAddress(written: string): URL | undefined {
  const text = written.trim();
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || !['http:', 'ws:'].includes(url.protocol) || !OWN_HOSTS.has(url.hostname))
    return undefined;
  return url.username === '' && url.password === '' ? url : undefined;
}

/** @throws BrowserUnavailableError, or the signal's reason */
export async function attachBrowser({ address, limitMs, signal }: AttachOptions): Promise<LaunchedBrowser> {
  const url = debuggingAddress(address);
  if (url === undefined)
    throw new BrowserUnavailableError(
      `“${cut(address, 200)}” is not the debugging address of a browser on this machine.`,
      HELP,
    );
  const connecting = connect(url, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
  try {
    const browser = await bounded(connecting, [signal], limitMs, () => new Error('It does not answer.'));
    return {
      browser,
      downloadFolder: undefined,
      howEnded: async () => '',
      close: async () => {
        await browser.disconnect().catch(() => undefined);
      },
    };
  } catch (error) {
    // One that answers too late is let go.
    ignoreFailure(connecting.then((late) => late.disconnect()));
    signal.throwIfAborted();
    const detail = error instanceof Error ? error.message : String(error);
    throw new BrowserUnavailableError(`No browser answers at ${url.host}: ${cut(detail, 500)}`, HELP);
  }
}

async function connect(url: URL, signal: AbortSignal): Promise<Browser> {
  const { default: puppeteer } = await import('puppeteer-core');
  return puppeteer.connect({
    browserWSEndpoint: url.protocol === 'ws:' ? url.href : await endpointAt(url, signal),
    defaultViewport: null,
    targetFilter: () => false,
    protocolTimeout: 60_000,
  });
}

/** Takes only the path of what the port says of itself: the host is the one the user named. */
async function endpointAt(url: URL, signal: AbortSignal): Promise<string> {
  const response = await fetch(new URL('/json/version', url), { redirect: 'error', signal });
  const version: unknown = await response.json();
  const endpoint =
    typeof version === 'object' && version !== null && 'webSocketDebuggerUrl' in version
      ? version.webSocketDebuggerUrl
      : undefined;
  const pathname = typeof endpoint === 'string' ? URL.parse(endpoint)?.pathname : undefined;
  if (pathname === undefined) throw new Error('It names no address to speak to.');
  return `ws://${url.host}${pathname}`;
}
