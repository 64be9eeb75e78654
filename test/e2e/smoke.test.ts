import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { startWorkbench, type Workbench } from './support/workbench.ts';

let workbench: Workbench;

beforeAll(async () => {
  workbench = await startWorkbench();
});

afterAll(() => workbench?.close());

test('the packed extension opens its panel from the command palette', async () => {
  onTestFailed(() => workbench.screenshot('smoke-failed').then(() => undefined));
  await workbench.runCommand('Open Computer Use Chat');
  const chat = await workbench.chatFrame();
  await chat.waitForFunction(() => document.body.innerText.trim().length > 0);
  await workbench.screenshot('smoke-panel');
  expect(await workbench.notifications()).toEqual([]);
});
