/** Frames of other origins that never rest: only who acts in one waits for it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/computer/browser/limits.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { BROWSER_TIMEOUT_MS, useBrowser } from './browsing.ts';

const RESTLESS = 'still loading or changing';

describe.each(['127.0.0.1', 'localhost'])('with a frame at %s that changes all the time', (host) => {
  let guest: PageServer;

  beforeAll(async () => {
    guest = await startPageServer();
  });
  afterAll(() => guest.close());

  const holder = (url: string, ...pages: string[]) => {
    const sources = pages.map((page) => guest.url.replace('127.0.0.1', host) + page);
    return `${url}holder.html?${sources.map((source) => `src=${encodeURIComponent(source)}`).join('&')}`;
  };

  describe('and time without end', () => {
    const limits = { ...DEFAULT_LIMITS, actionSettleMs: 10 * BROWSER_TIMEOUT_MS };
    const { server, harness, ref } = useBrowser('input.html', { limits });

    test('an action elsewhere does not wait for it', async () => {
      await harness.call('navigate', { url: holder(server.url, 'guest.html', 'guest.html?restless') });
      for (const query of ['press button', 'holder heading'])
        expect(await harness.call('left_click', { target: await ref(query) })).toMatchObject({
          isError: false,
        });
    });
  });

  const { server, harness, ref } = useBrowser('input.html');

  test('an action in it ends, and does not call the page restless', async () => {
    await harness.call('navigate', { url: holder(server.url, 'guest.html?restless') });
    const { isError, text } = await harness.call('left_click', { target: await ref('press button') });
    expect(isError, text).toBe(false);
    expect(text).not.toContain(RESTLESS);
  });
});
