/** Claude's commands in the sandbox, as a person sees it: told before, not asked, and nothing of theirs in reach. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import type { ScriptedBlock } from '../../src/agent/demo/script.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { idle, say, send, shows, WAIT_MS } from './support/chat.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

const KEY = 'sk-ant-planted-key-for-the-end-to-end-test';

const bash = (command: string): ScriptedBlock => ({ type: 'tool', name: 'bash', input: { command } });

let api: MessagesApi;
let web: Server;
let workbench: Workbench;
let port: number;

beforeAll(async () => {
  api = await startMessagesApi({ apiKey: KEY });
  web = createServer((_request, response) => response.end('served by the person\n'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  port = (web.address() as AddressInfo).port;
  workbench = await startWorkbench({
    settings: {
      'computerUseChat.apiBaseUrl': api.url,
      'computerUseChat.tools.shellOnThisMachine': 'sandboxed',
      'computerUseChat.tools.workspaceAccess': 'write',
      'computerUseChat.tools.allowedHosts': [`localhost:${port}`],
    },
    env: { ANTHROPIC_API_KEY: KEY },
  });
});

afterAll(async () => {
  await workbench?.close();
  await api?.close();
  web?.close();
});

test('what is kept apart is said before the first prompt, and is', async () => {
  onTestFailed(() => workbench.screenshot('sandbox-failed').then(() => undefined));
  const { folder, dataDir } = workbench;
  writeFileSync(join(dataDir, 'private.txt'), 'nobody reads this\n');
  writeFileSync(join(folder, 'plan.txt'), 'ship it\n');
  await workbench.runCommand('Open Computer Use Chat');
  const chat = await workbench.chatFrame();
  await shows(chat, 'What is kept apart, and what is not');
  await shows(chat, 'Commands run in a sandbox');
  await shows(chat, `Their network is localhost:${port}`);
  await workbench.screenshot('sandbox-1-before');

  api.enqueue(
    {
      blocks: [
        say('I look around.'),
        bash(
          `cat plan.txt; cat ${dataDir}/private.txt; env | grep -ci -e anthropic -e vscode; echo done >result.txt
echo '{}' >.vscode/settings.json; curl -s http://localhost:${port}/; curl -sp http://localhost:${port}/ | sed s/served/tunnelled/; curl -s http://example.com/`,
        ),
      ],
    },
    { blocks: [say('That is all there is.')] },
  );
  await send(chat, 'What can you see?');
  const turnOff = workbench.page.getByRole('button', { name: 'Turn Off in This Workspace' });
  await turnOff.waitFor({ timeout: WAIT_MS });
  await workbench.screenshot('sandbox-1-git');
  await turnOff.click();
  await shows(chat, 'That is all there is.');
  await idle(chat);
  const action = chat.getByRole('button', { name: /cat plan/ });
  await action.waitFor({ timeout: WAIT_MS });
  if ((await action.getAttribute('aria-expanded')) !== 'true') await action.click();
  await shows(chat, 'served by the person');
  await workbench.screenshot('sandbox-2-after');
  const [request] = api.requests.slice(-1);
  const told = JSON.stringify(request);
  for (const line of [
    'ship it',
    'private.txt: No such file',
    'Read-only file system',
    'served by the person',
    'tunnelled by the person',
  ])
    expect(told).toContain(line);
  expect(told).toContain('The network of the sandbox refused example.com');
  expect(told).not.toContain('nobody reads this');
  expect(existsSync(join(folder, 'result.txt'))).toBe(true);
  // As the person had it written, not the command.
  expect(JSON.parse(readFileSync(join(folder, '.vscode', 'settings.json'), 'utf8'))).toEqual({
    'git.autoRepositoryDetection': false,
    'git.detectSubmodules': false,
  });
});
