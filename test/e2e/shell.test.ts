/** Claude runs a command on this machine, as a person sees it: asked, watched while it prints, read afterwards, stopped. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import type { ScriptedBlock } from '../../src/agent/demo/script.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { idle, say, send, shows, WAIT_MS } from './support/chat.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

const KEY = 'sk-ant-planted-key-for-the-end-to-end-test';

/** Prints as tests and downloads do, waits for a file, and goes on. */
const PRINTING = `for file in cart menu order; do
  for test in 1 2 3 4 5 6 7 8; do printf '\\033[32m✔️\\033[0m %s.test.ts > case %s\\n' $file $test; done
done
for percent in 10 40 70; do printf '\\rGetting the coverage… %s %%' $percent; sleep 0.2; done
while [ ! -e go ]; do sleep 0.05; done
printf '\\rGetting the coverage… 100 %%\\n24 tests passed\\n'`;

const bash = (command: string): ScriptedBlock => ({ type: 'tool', name: 'bash', input: { command } });

let api: MessagesApi;
let workbench: Workbench;

beforeAll(async () => {
  api = await startMessagesApi({ apiKey: KEY });
  workbench = await startWorkbench({
    settings: { 'computerUseChat.apiBaseUrl': api.url, 'computerUseChat.tools.shellOnThisMachine': 'ask' },
    env: { ANTHROPIC_API_KEY: KEY },
  });
});

afterAll(async () => {
  await workbench?.close();
  await api?.close();
});

test('a command is watched while it prints, and read when it has ended', async () => {
  onTestFailed(() => workbench.screenshot('shell-failed').then(() => undefined));
  api.enqueue(
    { blocks: [say('I run the tests.'), bash(PRINTING)] },
    {
      blocks: [
        say('All 24 tests pass. Now for the log.'),
        bash('seq -f "line %g of the log" 1 100000; sleep 300'),
      ],
    },
  );
  await workbench.runCommand('Open Computer Use Chat');
  const chat = await workbench.chatFrame();
  await send(chat, 'Run the tests, please');
  const allow = chat.getByRole('button', { name: 'Allow Once' });
  await allow.click({ timeout: WAIT_MS });
  const output = chat.getByRole('region', { name: 'Output' });
  await expect.poll(() => output.first().innerText(), { timeout: WAIT_MS }).toContain('coverage… 70 %');
  expect(await output.first().innerText()).not.toContain('10 %');
  await workbench.screenshot('shell-1-running');

  writeFileSync(join(workbench.folder, 'go'), '');
  await shows(chat, '24 tests passed');
  await shows(chat, 'Now for the log.');
  await workbench.screenshot('shell-2-done');

  await allow.click({ timeout: WAIT_MS });
  await shows(chat, 'line 100000 of the log');
  await workbench.screenshot('shell-3-long');
  await chat.getByRole('button', { name: 'Stop' }).click();
  await idle(chat);
  await shows(chat, 'bytes left out; all of it is in');
  await workbench.screenshot('shell-4-stopped');
});
