/** One browser and one server of test pages for all tests of a file. */
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import type { BrowserComputerOptions } from '../../../src/computer/browser/browserComputer.ts';
import { type PageServer, type Recorded, startPageServer } from '../../support/pageServer.ts';
import { type Harness, startHarness } from './harness.ts';

/** A browser is slow on a busy machine. In ms. */
export const BROWSER_TIMEOUT_MS = 60_000;

export interface Browsing {
  readonly server: Pick<PageServer, 'url' | 'clear' | 'recorded'>;
  readonly harness: Pick<Harness, 'call' | 'callAborted' | 'computer' | 'events'>;
  /** What pages reported of this type since the test began. */
  recorded(type: string): Recorded[];
  /** The element that `find` puts first. */
  ref(query: string): Promise<{ type: 'ref'; ref: string }>;
}

/**
 * Opens `page` of `test/support/pages` before each test, in the same browser. What pages reported and what the computer
 * told before is forgotten then.
 */
export function useBrowser(page: string, options: BrowserComputerOptions = {}): Browsing {
  vi.setConfig({ testTimeout: BROWSER_TIMEOUT_MS });
  let server: PageServer;
  let harness: Harness;

  beforeAll(async () => {
    server = await startPageServer();
    harness = await startHarness(options);
  }, BROWSER_TIMEOUT_MS);

  afterAll(async () => {
    await harness.close();
    await server.close();
  });

  beforeEach(async () => {
    // Some tests set limits that a machine may miss while a browser starts.
    await soon(async () => {
      const { isError, text } = await harness.call('navigate', { url: server.url + page });
      expect(isError, text).toBe(false);
    });
    server.clear();
    harness.events.length = 0;
  }, BROWSER_TIMEOUT_MS);

  return {
    server: {
      get url() {
        return server.url;
      },
      get recorded() {
        return server.recorded;
      },
      clear: () => server.clear(),
    },
    harness: {
      get events() {
        return harness.events;
      },
      get computer() {
        return harness.computer;
      },
      call: (...call) => harness.call(...call),
      callAborted: (...call) => harness.callAborted(...call),
    },
    async ref(query) {
      const { text } = await harness.call('find', { query });
      const ref = /\[(ref_\d+)\]/.exec(text)?.[1];
      if (ref === undefined) throw new Error(`Not found: ${query}: ${text}`);
      return { type: 'ref', ref };
    },
    recorded: (type) => server.recorded.filter((entry) => entry.type === type),
  };
}

/** Waits until `check` does not fail: pages report a moment after things happen in them. @returns its value */
export function soon<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 20 });
}
