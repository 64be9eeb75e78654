import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reportEdit } from '../../src/agent/editReports.ts';
import type { AgentSession } from '../../src/agent/session.ts';
import type { ToolSettings } from '../../src/agent/sessionTools.ts';
import { createEditorTool } from '../../src/tools/editor/editorTool.ts';
import { localFiles } from '../../src/tools/localFiles.ts';
import { thisMachine } from '../../src/tools/thisMachine.ts';
import { FakeComputer } from '../support/fakeComputer.ts';
import { fakeComputers } from '../support/fakeComputers.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { solidPng } from '../support/png.ts';
import { Host, itemsOf, messagesOf, reply, say, screenshot } from './support/host.ts';

const edit = (input: Readonly<Record<string, unknown>>) =>
  ({ type: 'tool', name: 'str_replace_based_edit_tool', input }) as const;

let folder: string;
let api: MessagesApi;
let host: Host;
let session: AgentSession;
let answer: () => Promise<boolean>;
let tools: ToolSettings;

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'computer-use-chat-')));
  api = await startMessagesApi();
  answer = async () => true;
  const tool = createEditorTool(
    localFiles(() => [folder]),
    {
      access: 'write',
      hasUnsavedChanges: () => false,
      confirm: () => answer(),
      edited: ({ path, diff }) => reportEdit({ id: 'an-id', path, diff }),
    },
  );
  tools = {
    thisMachine: () => undefined,
    commandLimitMs: () => 20_000,
    editor: async () => ({ tool, briefing: 'The editor is here.' }),
  };
  host = new Host(folder, api, { tools });
  session = host.sessions.create();
});

afterEach(async () => {
  await host.close();
  await api.close();
  expect(host.faults).toEqual([]);
  expect(api.requests.flatMap(({ invalid }) => invalid ?? [])).toEqual([]);
  rmSync(folder, { recursive: true });
});

const actions = () => itemsOf(session).flatMap((item) => (item.kind === 'action' ? [item] : []));
const results = () => messagesOf(api.requests.at(-1)).at(-1)?.content;

it('is offered to the model, and its calls are actions like others', async () => {
  writeFileSync(join(folder, 'file.txt'), 'one\ntwo\n');
  api.enqueue(
    reply(
      edit({ command: 'view', path: join(folder, 'file.txt') }),
      screenshot,
      edit({ command: 'view', path: '/etc/passwd' }),
    ),
    reply(say('Done.')),
  );
  await session.send('Look');
  expect(api.requests[0]?.body?.tools).toMatchObject([
    { type: 'browser_toolset_20260801' },
    { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
  ]);
  expect(JSON.stringify(api.requests[0]?.body?.system)).toContain('The editor is here.');
  expect(actions().map(({ summary, state }) => [summary.slice(0, 5), state.status])).toEqual([
    ['View ', 'done'],
    ['Take ', 'done'],
    ['View ', 'failed'],
  ]);
  expect(results()).toMatchObject([
    { content: [{ type: 'text', text: expect.stringContaining('     2\ttwo\n') }] },
    { toolset_name: 'browser' },
    { is_error: true },
  ]);
});

it('does not have an image of a file taken for the screen', async () => {
  writeFileSync(join(folder, 'pixel.png'), solidPng(20, 10, 7));
  api.enqueue(reply(edit({ command: 'view', path: join(folder, 'pixel.png') })), reply(say('Done.')));
  await session.send('Look');
  const shown = itemsOf(session).flatMap((item) => (item.kind === 'screenshot' ? [item] : []));
  expect(shown).toMatchObject([{ scope: 'region', caption: expect.stringContaining('pixel.png') }]);
});

it('is stopped while its question waits', async () => {
  answer = () => new Promise(() => {});
  api.enqueue(reply(edit({ command: 'create', path: join(folder, 'new.txt'), file_text: 'x' })));
  const run = session.send('Write');
  await expect.poll(() => actions()[0]?.state.status).toBe('running');
  session.stop();
  await run;
  expect(actions()[0]?.state.status).toBe('interrupted');
});

it('shows what it changed, and who asks for it may look at it', async () => {
  writeFileSync(join(folder, 'file.txt'), 'one\n');
  const path = join(folder, 'file.txt');
  api.enqueue(
    reply(
      edit({ command: 'str_replace', path, old_str: 'one', new_str: 'two' }),
      edit({ command: 'view', path }),
    ),
    reply(say('Done.')),
  );
  await session.send('Write');
  expect(actions().map(({ state }) => state.status === 'done' && state.edit)).toEqual([
    { id: 'an-id', path, diff: '@@ -1,1 +1,1 @@\n-one\n+two' },
    undefined,
  ]);
});

it('is offered where the computer has a shell of its own, for the files there', async () => {
  await host.close();
  const shell = thisMachine({ folder });
  if (!shell) throw new Error('There is no shell.');
  const computers = fakeComputers('Fake', async () =>
    Object.assign(new FakeComputer(), { shell, isIsolated: true }),
  );
  host = new Host(folder, api, { computers });
  session = host.sessions.create();
  const path = join(folder, 'new/file.txt');
  api.enqueue(reply(edit({ command: 'create', path, file_text: 'x'.repeat(20_000) })), reply(say('Done.')));
  await session.send('Write');
  expect(JSON.stringify(api.requests[0]?.body?.tools)).toContain('text_editor_20250728');
  expect(JSON.stringify(api.requests[0]?.body?.system)).toContain('views and changes any files there');
  expect(readFileSync(path, 'utf8')).toHaveLength(20_000);
  const [{ state }] = actions() as [ReturnType<typeof actions>[number]];
  expect(state).toMatchObject({ status: 'done', edit: { id: null, path } });
  expect(JSON.stringify(state).length).toBeLessThan(9_000);
});

it('does one after another what the model wrote in one reply, though the first has to be asked about', async () => {
  const path = join(folder, 'file.txt');
  const asked = Promise.withResolvers<boolean>();
  answer = () => asked.promise;
  api.enqueue(
    reply(
      edit({ command: 'create', path, file_text: 'one\n' }),
      { type: 'tool', name: 'bash', input: { command: `cat ${path}` } },
      edit({ command: 'view', path }),
    ),
    reply(say('Done.')),
  );
  await host.close();
  host = new Host(folder, api, { tools: { ...tools, thisMachine: () => thisMachine({ folder }) } });
  session = host.sessions.create();
  const run = session.send('Write and read');
  await expect
    .poll(() => actions().map(({ state }) => state.status))
    .toEqual(['running', 'queued', 'queued']);
  asked.resolve(true);
  await run;
  expect(actions().map(({ state }) => state.status)).toEqual(['done', 'done', 'done']);
  expect(results()).toMatchObject([
    { content: [{ text: expect.stringContaining('created') }] },
    { content: [{ text: 'one' }] },
    { content: [{ text: expect.stringContaining('     1\tone\n') }] },
  ]);
});

it('asks nobody on a computer whose isolation is known once it runs', async () => {
  await host.close();
  const shell = thisMachine({ folder });
  if (!shell) throw new Error('There is no shell.');
  const computer = Object.assign(new FakeComputer(), {
    shell,
    untilIsolationKnown: async () => {
      computer.isIsolated = true;
    },
  });
  host = new Host(folder, api, { computers: fakeComputers('Fake', async () => computer) });
  session = host.sessions.create();
  const path = join(folder, 'file.txt');
  api.enqueue(reply(edit({ command: 'create', path, file_text: 'x' })), reply(say('Done.')));
  await session.send('Write');
  expect(actions().map(({ state, approval }) => [state.status, approval])).toEqual([['done', undefined]]);
});
