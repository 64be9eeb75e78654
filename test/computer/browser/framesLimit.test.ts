/**
 * More frames of other sites than are followed. The browser is attached to, as requests are held per session there: a
 * frame that is let run without being guarded would load what is blocked.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { MAX_ATTACHED_FRAMES } from '../../../src/computer/browser/frame.ts';
import { startPageServer } from '../../support/pageServer.ts';
import { startHarness } from './harness.ts';
import { startUserBrowser } from './userBrowser.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const open: Array<{ close(): Promise<void> }> = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

test('frames beyond the limit, and the frames in them, run guarded and are not read', async () => {
  const server = await startPageServer();
  open.push(server);
  const browser = await startUserBrowser('about:blank');
  open.push(browser);
  const harness = await startHarness({
    attachTo: browser.address,
    urls: { allowed: [], blocked: ['127.0.0.1/record/blocked', 'localhost/record/blocked'] },
  });
  open.push(harness);
  const count = MAX_ATTACHED_FRAMES + 2;
  // Each has a frame of this site in it: of all these frames, the last ones attached are beyond the limit.
  const inner = encodeURIComponent(`${server.url.replace('127.0.0.1', 'localhost')}probe.html?inner`);
  const opened = await harness.call('navigate', {
    url: `${server.url}holder.html?src=${inner}&count=${count}`,
  });
  expect(opened.isError, opened.text).toBe(false);
  const told = (type: string) => server.recorded.filter((each) => each.type === type);
  // Two hundred frames take their time on a busy machine.
  await vi.waitFor(
    () => {
      expect(told('ran')).toHaveLength(2 * count);
      expect(told('asked')).toHaveLength(2 * count);
    },
    { timeout: 60_000, interval: 100 },
  );
  expect(told('asked').filter(({ answer }) => answer !== 'failed')).toEqual([]);
  expect(told('blocked')).toEqual([]);
  const { text } = await harness.call('get_page_text');
  expect(text.match(/\[In a frame\]\nWords of/g)).toHaveLength(MAX_ATTACHED_FRAMES);
  expect((await harness.call('read_page')).isError).toBe(false);
});
