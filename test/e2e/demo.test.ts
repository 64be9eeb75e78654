/** The first minute of a newcomer without a key: the offline demo, from the welcome page to the placed order. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { pollUntil } from './support/poll.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

let workbench: Workbench;

beforeAll(async () => {
  workbench = await startWorkbench();
});

afterAll(() => workbench?.close());

test('the demo model drives the real browser without a key, and a new session follows it', async () => {
  onTestFailed(() => workbench.screenshot('demo-failed').then(() => undefined));
  await workbench.runCommand('Open Computer Use Chat');
  const chat = await workbench.chatFrame();
  await workbench.screenshot('demo-1-no-key');
  await chat.getByRole('button', { name: /demo/i }).first().click();
  await chat.waitForSelector('textarea:not([disabled])');
  await workbench.screenshot('demo-2-chosen');
  await chat.locator('textarea').fill('Order breakfast for Ada');
  await chat.locator('textarea').press('Enter');
  await chat.waitForSelector('.run-state[data-state="running"]');
  await chat.waitForSelector('.run-state[data-state="idle"]', { timeout: 90_000 });
  await workbench.screenshot('demo-3-done');
  const said = await chat.evaluate(() => document.body.innerText);
  expect(said).toContain('The order is placed');
  expect(said).toContain('scripted demo');
  expect(await chat.locator('.action[data-status="failed"]').count()).toBe(0);

  // The demo is no dead end: the session that follows it is one of Claude's.
  await chat.getByRole('button', { name: 'New Session' }).click();
  await pollUntil('the new session', 30_000, async () => {
    const next = await workbench.chatFrame();
    // The panel that is being hidden takes its frame away while it is looked at.
    const bars = await next
      .locator('.provider-bar.is-none')
      .count()
      .catch(() => 0);
    return bars > 0 ? true : undefined;
  });
});
