/** A secret is typed on a desktop that shows it; everything that is kept is searched for it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ScriptedBlock } from '../../src/agent/demo/script.ts';
import type { AgentSession } from '../../src/agent/session.ts';
import { ordinal } from '../../src/protocol/transcript.ts';
import { Host, itemsOf, reply, say } from '../agent/support/host.ts';
import { type Driven, startDriven } from '../computer/desktop/driving.ts';
import { fakeComputers } from '../support/fakeComputers.ts';
import { leaksIn } from '../support/leaks.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';

const VALUE = 'S3cr3t "p@ss"/&<7>+QqZz';
const HANDLE = '{{secret:staging-password}}';

const act = (member: string, input: Readonly<Record<string, unknown>> = {}): ScriptedBlock => ({
  type: 'action',
  toolset: 'computer',
  member,
  input,
});

let folder: string;
let api: MessagesApi;
let host: Host;
let driven: Driven;
let session: AgentSession;
let places: readonly string[];
const operations: unknown[] = [];
let asked: number;

beforeEach(async () => {
  vi.setConfig({ testTimeout: 60_000 });
  operations.length = 0;
  asked = 0;
  places = ['virtual'];
  folder = mkdtempSync(path.join(tmpdir(), 'computer-use-chat-'));
  api = await startMessagesApi();
  driven = await startDriven();
  driven.server.run('xterm', ['-geometry', '90x20+0+0', '-fa', 'Monospace', '-e', 'cat']);
  const computers = fakeComputers('Desktop', async () => driven.computer);
  computers.preferred = 'virtual';
  let secrets: readonly { name: string; value: string; places: readonly string[] }[] | undefined;
  host = new Host(folder, api, {
    computers,
    secrets: {
      read: async () => {
        secrets ??= [{ name: 'staging-password', value: VALUE, places }];
        return secrets;
      },
    },
  });
  session = host.sessions.create();
  session.onOperation(({ operation }) => {
    operations.push(operation);
    if (operation.op !== 'update' || operation.change.kind !== 'action') return;
    const { approval } = operation.change;
    if (!approval || approval.answer !== null) return;
    if (approval.question.what === 'secret') asked += 1;
    const { round = 0 } = approval.question;
    queueMicrotask(() => session.answer(operation.ordinal, round, { kind: 'once' }));
  });
}, 60_000);

afterEach(async () => {
  await host.close();
  await driven.close();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
  expect(host.faults).toEqual([]);
});

const outcomes = () =>
  itemsOf(session).flatMap((item) =>
    item.kind !== 'action' ? [] : [item.state.status === 'failed' ? item.state.error : item.state.status],
  );

it('comes back from nowhere, and is asked about each time', async () => {
  const click = act('left_click', { coordinate: [200, 200] });
  api.enqueue(
    reply(act('wait', { duration: 1 }), click, act('type', { text: HANDLE }), act('screenshot')),
    reply(act('type', { text: HANDLE }), act('zoom', { region: [0, 0, 400, 200] })),
    reply(say('Done.')),
  );
  await session.send(`Type ${HANDLE}`);
  expect(outcomes()).toEqual(['done', 'done', 'done', 'done', 'done', 'done']);
  expect(asked).toBe(2);
  const found = new Map<string, string | Buffer>([
    ['operations', JSON.stringify(operations)],
    ['page', JSON.stringify(session.page(ordinal(0), 1_000))],
    ['requests', JSON.stringify(api.requests.map(({ body }) => body))],
  ]);
  await host.close();
  for (const each of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (each.isFile()) found.set(each.name, readFileSync(path.join(each.parentPath, each.name)));
  expect(leaksIn(VALUE, found)).toEqual([]);
});

it('goes to no desktop that it is not bound to', async () => {
  places = ['docker', 'https://a.example'];
  api.enqueue(reply(act('type', { text: HANDLE })), reply(say('I see.')));
  await session.send('Go');
  expect(outcomes()).toEqual([expect.stringContaining('may not go to virtual')]);
  expect(asked).toBe(0);
});
