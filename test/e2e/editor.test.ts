/** Claude changes a file of the workspace, as a person sees it: asked with a diff, looked at, allowed, undone. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import type { ScriptedBlock } from '../../src/agent/demo/script.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { idle, newChat, say, send, shows, WAIT_MS } from './support/chat.ts';
import { pollUntil } from './support/poll.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

const KEY = 'sk-ant-planted-key-for-the-end-to-end-test';

const edit = (input: Readonly<Record<string, unknown>>): ScriptedBlock => ({
  type: 'tool',
  name: 'str_replace_based_edit_tool',
  input,
});

let api: MessagesApi;
let workbench: Workbench;

beforeAll(async () => {
  api = await startMessagesApi({ apiKey: KEY });
  workbench = await startWorkbench({
    settings: { 'computerUseChat.apiBaseUrl': api.url, 'computerUseChat.tools.editFiles': 'write' },
    env: { ANTHROPIC_API_KEY: KEY },
  });
});

afterAll(async () => {
  await workbench?.close();
  await api?.close();
});

test('a change of a file is asked about with its diff, shown when it is made, and undone', async () => {
  onTestFailed(() => workbench.screenshot('editor-failed').then(() => undefined));
  const file = join(workbench.folder, 'greeting.ts');
  const before = 'export const greeting = "Hello";\r\nexport const name = "World";\r\n';
  writeFileSync(file, before);
  mkdirSync(join(workbench.folder, '.vscode'), { recursive: true });
  api.enqueue(
    {
      blocks: [
        say('I change the greeting.'),
        edit({ command: 'str_replace', path: file, old_str: '"Hello"', new_str: '"Good morning"' }),
      ],
    },
    { blocks: [say('The greeting is changed.')] },
    {
      blocks: [
        edit({ command: 'create', path: join(workbench.folder, '.vscode/tasks.json'), file_text: '{}' }),
      ],
    },
    { blocks: [say('Then not.')] },
  );
  await workbench.runCommand('Open Computer Use Chat');
  const chat = await workbench.chatFrame();
  await send(chat, 'Change the greeting, please');
  const card = chat.getByRole('group', { name: 'Claude wants to write the file' });
  await card.waitFor({ timeout: WAIT_MS });
  expect(await card.locator('.diff-added').innerText()).toBe('+export const greeting = "Good morning";');
  await workbench.screenshot('editor-1-asked');

  await card.getByRole('button', { name: 'Open Diff' }).click();
  const tab = workbench.page.getByRole('tab', { name: /greeting\.ts \(proposed by Claude, not made\)/ });
  await tab.waitFor({ timeout: WAIT_MS });
  await workbench.page.locator('.monaco-diff-editor .modified .view-lines', { hasText: 'morning' }).waitFor();
  await workbench.screenshot('editor-2-proposed');
  expect(readFileSync(file, 'utf8')).toBe(before);
  await tab.hover();
  await tab.getByRole('button', { name: 'Close' }).click();

  const again = await workbench.chatFrame();
  await again.getByRole('button', { name: 'Allow Once' }).click();
  await shows(again, 'The greeting is changed.');
  await idle(again);
  expect(readFileSync(file, 'utf8')).toBe(before.replace('Hello', 'Good morning'));
  await workbench.screenshot('editor-3-made');

  await again.getByRole('button', { name: 'Undo' }).click();
  await pollUntil('the file as it was', WAIT_MS, async () =>
    readFileSync(file, 'utf8') === before ? true : undefined,
  );
  await pollUntil('a word of it', WAIT_MS, async () =>
    (await workbench.notifications()).join().includes('The change of greeting.ts was undone.')
      ? true
      : undefined,
  );

  await send(again, 'Now a task');
  const config = again.getByRole('group', {
    name: /by which VS Code, Git or other tools run things on this machine/,
  });
  await config.waitFor({ timeout: WAIT_MS });
  await workbench.screenshot('editor-4-config');
  expect(await config.getByRole('button').allInnerTexts()).toEqual([
    'Allow Once',
    'Open Diff',
    "Don't Allow",
  ]);
  await config.getByRole('button', { name: "Don't Allow" }).click();
  await shows(again, 'Then not.');
});

test('on a virtual desktop files are those of its sandbox, and a change is shown', async () => {
  onTestFailed(() => workbench.screenshot('editor-desktop-failed').then(() => undefined));
  const chat = await newChat(workbench);
  const picker = workbench.page.locator('.quick-input-widget');
  await pollUntil('the computers', WAIT_MS, async () => {
    if (!(await picker.isVisible())) await chat.click('.fact-computer');
    const shown = picker.waitFor({ timeout: 3_000 });
    return shown.then(
      () => true,
      () => undefined,
    );
  });
  await workbench.page.keyboard.type('Virtual');
  await workbench.page.keyboard.press('Enter');
  await chat.waitForFunction(() =>
    document.querySelector('.fact-computer')?.textContent?.includes('Virtual'),
  );
  const path = '/home/desktop/notes.txt';
  api.enqueue(
    {
      blocks: [
        edit({ command: 'create', path, file_text: 'milk\nbread\n' }),
        edit({ command: 'str_replace', path, old_str: 'bread', new_str: 'butter' }),
        edit({ command: 'view', path: workbench.folder }),
      ],
    },
    { blocks: [say('The notes are there.')] },
  );
  await send(chat, 'Write some notes');
  await shows(chat, 'The notes are there.');
  await idle(chat);
  expect(await chat.locator('.diff').allInnerTexts()).toEqual([
    '@@ -0,0 +1,2 @@\n+milk\n+bread',
    '@@ -1,2 +1,2 @@\n milk\n-bread\n+butter',
  ]);
  expect(await chat.getByRole('button', { name: 'Undo' }).count()).toBe(0);
  await shows(chat, 'does not exist');
  await workbench.screenshot('editor-5-desktop');
});
