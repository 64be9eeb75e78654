/** Two panels on one session: both follow it, each at its own place. */
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { ordinal } from '../../src/protocol/transcript.ts';
import { idle, readingPlace, send, shows, WAIT_MS } from './support/chat.ts';
import { CrashSite, readAllRows } from './support/crashes.ts';
import { pollUntil } from './support/poll.ts';

let site: CrashSite;

beforeAll(async () => {
  site = await CrashSite.start();
});

afterAll(() => site?.close());

async function bothPanels(): Promise<readonly [Frame, Frame]> {
  return pollUntil('two panels', WAIT_MS, async () => {
    const [left, right, ...more] = await site.workbench.chatFrames();
    return left && right && more.length === 0 ? ([left, right] as const) : undefined;
  });
}

test('two panels on one session follow a run, are restored, and close one by one', async () => {
  const { workbench, history, session } = site;
  onTestFailed(() => workbench.screenshot('side-failed').then(() => undefined));
  await site.begin();
  await workbench.runCommand('Computer Use Chat: Open Chat to the Side');
  const [left, right] = await bothPanels();
  await right.waitForSelector('.row[aria-busy="false"]', { timeout: WAIT_MS });
  await left.locator('.scroller').evaluate((scroller) => {
    scroller.scrollTop = scroller.scrollHeight / 4;
  });
  const place = await readingPlace(left);
  await shows(right, 'Step 4.');
  expect(await readingPlace(left)).toEqual(place);
  await workbench.screenshot('side-by-side');
  site.setWorking(false);
  await Promise.all([idle(left), idle(right)]);
  expect(await readingPlace(left)).toEqual(place);
  await shows(right, 'That is all.');
  const count = history.itemCount(session);
  const [inLeft, inRight] = [await readAllRows(left), await readAllRows(right)];
  for (const item of history.readItems(session, ordinal(0), count)) {
    if (item.kind !== 'user' && item.kind !== 'answer') continue;
    expect(inLeft.get(item.ordinal), `row ${item.ordinal}`).toContain(item.text.trim());
    expect(inRight.get(item.ordinal), `row ${item.ordinal}`).toContain(item.text.trim());
  }

  await workbench.reloadWindow();
  const restored = await bothPanels();
  for (const panel of restored) await shows(panel, 'That is all.');
  await workbench.runCommand('View: Close Editor');
  const remaining = await pollUntil('one panel', WAIT_MS, async () => {
    const [one, ...others] = await workbench.chatFrames();
    return one && others.length === 0 ? one : undefined;
  });
  await send(remaining, 'Are you there?');
  await idle(remaining);
  await shows(remaining, 'Are you there?');
});
