/** A chat panel whose renderer crashes: it comes back as it was, and the run goes on. */
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test, vi } from 'vitest';
import { ordinal } from '../../src/protocol/transcript.ts';
import { idle, movedBy, readingPlace, scrollToEnd, send, shows, WAIT_MS } from './support/chat.ts';
import { CrashSite, randomNumbers, readAllRows } from './support/crashes.ts';
import { pollUntil } from './support/poll.ts';
import { crashRenderer } from './support/webviewsApart.ts';

// A crash may have to wait for a minute: see the pace of `CrashSite`.
vi.setConfig({ testTimeout: 180_000 });

/** Fewer are enough while one works on it: CRASHES=… */
const CRASHES = Number(process.env.CRASHES ?? 50);
/** Repeats a run that failed: CRASH_SEED=… */
const SEED = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));

let site: CrashSite;
let chat: Frame;

beforeAll(async () => {
  site = await CrashSite.start();
  chat = await site.begin();
});

afterAll(() => site?.close());

beforeEach(({ task }) => {
  onTestFailed(() =>
    site.workbench.screenshot(`failed-${task.name.replaceAll(/\W+/g, '-')}`).then(() => undefined),
  );
});

const stopButton = () => site.workbench.page.getByRole('button', { name: /Stop Claude/ });

test(`a panel comes back from ${CRASHES} crashes at its place, with every row`, {
  timeout: 900_000,
}, async () => {
  console.log(`CRASH_SEED=${SEED}`);
  const random = randomNumbers(SEED);
  for (let crash = 0; crash < CRASHES; crash += 1) {
    const { before, after, ...comeback } = await site.crash(chat, random, crash % 2 === 0);
    chat = comeback.chat;
    if (before && after)
      expect(Math.abs(movedBy(before, after)), `px, after crash ${crash}`).toBeLessThanOrEqual(1);
    expect(await stopButton().count()).toBe(1);
  }
  expect(await site.workbench.notifications()).toEqual([]);
  await scrollToEnd(chat);
  site.setWorking(false);
  await idle(chat);
  await site.workbench.screenshot('crash-survived');

  const { history, session } = site;
  const count = history.itemCount(session);
  const rows = await readAllRows(chat);
  expect([...rows.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at));
  for (const item of history.readItems(session, ordinal(0), count)) {
    if (item.kind !== 'user' && item.kind !== 'answer') continue;
    expect(rows.get(item.ordinal)?.trim(), `row ${item.ordinal}`).toContain(item.text.trim());
  }
});

test('an unsent text and the keyboard come back with the panel', async () => {
  const draft = 'Not “sent” & <b>not</b>\n"lost"';
  const prompt = chat.locator('textarea');
  await prompt.click();
  await prompt.fill(draft);
  // Several times, as it is VS Code that hands the keyboard on, and which of its steps comes first is by chance.
  for (let crash = 0; crash < 5; crash += 1) {
    chat = (await site.crash(chat, () => 0.5, true)).chat;
    expect(await chat.locator('textarea').inputValue()).toBe(draft);
    await chat.waitForFunction(() => document.activeElement?.matches('textarea'), undefined, {
      timeout: WAIT_MS,
    });
  }
  await site.workbench.page.keyboard.press('End');
  await site.workbench.page.keyboard.type('!');
  await pollUntil('the typed letter', WAIT_MS, async () =>
    (await chat.locator('textarea').inputValue()).endsWith('!') ? true : undefined,
  );
});

test('a panel that hangs is set anew where it was', async () => {
  await chat.locator('.scroller').evaluate((scroller) => {
    scroller.scrollTop = scroller.scrollHeight / 3;
  });
  const before = await readingPlace(chat);
  const hung = chat;
  await hung.waitForTimeout(400);
  hung
    .evaluate(() => {
      for (;;);
    })
    .catch(() => {});
  chat = await site.comeback(hung);
  expect(await readingPlace(chat)).toEqual(before);
});

test('a panel comes back that crashes while it loads: its first document, and one set anew', async () => {
  await site.workbench.runCommand('View: Close Editor');
  let known = new Set(site.workbench.webviewFrames());
  await site.workbench.runCommand('Open Computer Use Chat');
  chat = await site.crashWhileLoading(known);
  known = new Set(site.workbench.webviewFrames());
  await crashRenderer(chat);
  chat = await site.crashWhileLoading(known);
  expect(await chat.locator('.row[aria-busy="false"]').count()).toBeGreaterThan(0);
  expect(await site.workbench.notifications()).toEqual([]);
});

test('Stop in the status bar works while the page is dead', async () => {
  site.setWorking(true);
  await send(chat, 'Go on until I say stop');
  await stopButton().waitFor({ timeout: WAIT_MS });
  await crashRenderer(chat);
  await stopButton().click();
  await stopButton().waitFor({ state: 'detached', timeout: WAIT_MS });
  chat = await site.comeback(chat);
  await scrollToEnd(chat);
  await shows(chat, 'Stopped');
  await idle(chat);
});
