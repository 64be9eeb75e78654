/** What the user reads when the history cannot be opened, and that opening is tried again without a reload. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pollUntil } from './support/poll.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

const WAIT_MS = 30_000;

let workbench: Workbench;

beforeAll(async () => {
  workbench = await startWorkbench();
});

afterAll(() => workbench?.close());

/** Where the extension keeps what belongs to the open folder. VS Code makes the folder around it on starting. */
async function storage(): Promise<string> {
  const folder = join(workbench.dataDir, 'data', 'User', 'workspaceStorage');
  const workspace = await pollUntil('the storage of the workspace', WAIT_MS, async () => {
    const names = readdirSync(join(workbench.dataDir, 'data', 'User'));
    return names.includes('workspaceStorage') ? readdirSync(folder)[0] : undefined;
  });
  return join(folder, workspace, 'computer-use-chat.computer-use-chat');
}

function told(text: string): Promise<string> {
  return pollUntil(`the notification ${text}`, WAIT_MS, async () =>
    (await workbench.notifications()).find((shown) => shown.includes(text)),
  );
}

test('a history that cannot be opened is told, and opens as soon as it can be', async () => {
  const folder = await storage();
  writeFileSync(folder, 'in the place of the folder');
  await workbench.runCommand('Open Computer Use Chat');
  expect(await told('The session history cannot be opened')).toContain(
    'a file is in the place of the folder',
  );

  rmSync(folder);
  mkdirSync(folder);
  writeFileSync(join(folder, 'history.db'), 'this is no database '.repeat(500));
  await workbench.runCommand('Open Computer Use Chat');
  await (await workbench.chatFrame()).locator('.welcome').waitFor();
  expect(await told('was damaged and a new one was begun')).toContain('history.db.damaged-');
  await workbench.screenshot('damaged-history');
});
