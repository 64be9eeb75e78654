import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AgentSession } from '../../src/agent/session.ts';
import { createEditorTool } from '../../src/tools/editor/editorTool.ts';
import { localFiles } from '../../src/tools/localFiles.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { Host, itemsOf, messagesOf, reply, say, screenshot } from './support/host.ts';

const edit = (input: Readonly<Record<string, unknown>>) =>
  ({ type: 'tool', name: 'str_replace_based_edit_tool', input }) as const;

let folder: string;
let api: MessagesApi;
let host: Host;
let session: AgentSession;
let answer: () => Promise<boolean>;

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
      edited: () => {},
    },
  );
  host = new Host(folder, api, {
    tools: {
      thisMachine: () => undefined,
      commandLimitMs: () => 20_000,
      editor: async () => ({ tool, briefing: 'The editor is here.' }),
    },
  });
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
  const png = Buffer.alloc(64);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(png);
  png.writeUInt32BE(20, 16);
  png.writeUInt32BE(10, 20);
  writeFileSync(join(folder, 'pixel.png'), png);
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
