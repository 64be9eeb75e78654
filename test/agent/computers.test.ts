/** Which computer a session has, and what it and the model know of that. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AgentSession } from '../../src/agent/session.ts';
import { Emitter } from '../../src/base/emitter.ts';
import { FakeComputer } from '../support/fakeComputer.ts';
import { fakeComputers } from '../support/fakeComputers.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { Host, reply, say } from './support/host.ts';

let folder: string;
let api: MessagesApi;
let host: Host;
const changes = new Emitter<void>();
const computers = fakeComputers('Fake', async () => new FakeComputer());

function openHost(): Host {
  return new Host(folder, api, { computers, onDidChange: changes.event });
}

async function talk(session: AgentSession): Promise<void> {
  api.enqueue(reply(say('Hello.')));
  await session.send('Hi');
}

/** The system prompt of the latest request that had one. */
function systemPrompt(): string {
  return JSON.stringify(api.requests.findLast(({ body }) => body?.system)?.body?.system);
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'computer-use-chat-'));
  api = await startMessagesApi();
  computers.preferred = 'browser';
  host = openHost();
});

afterEach(async () => {
  await host.close();
  expect(host.faults).toEqual([]);
  await api.close();
  rmSync(folder, { recursive: true });
});

it('a new session has the preferred one, and the model is told where that is', async () => {
  computers.preferred = 'virtual';
  const session = host.sessions.create();
  expect(session.status.computer).toEqual({ kind: 'virtual', label: 'Fake, virtual' });
  await talk(session);
  expect(systemPrompt()).toContain('A virtual.');
});

it('a session in which nothing was said follows another choice', () => {
  const session = host.sessions.create();
  expect(session.status.computer.kind).toBe('browser');
  computers.preferred = 'docker';
  changes.fire();
  expect(session.status.computer.kind).toBe('docker');
});

it('a session keeps the computer it began with, also after its host', async () => {
  computers.preferred = 'vnc';
  const session = host.sessions.create();
  await talk(session);
  computers.preferred = 'browser';
  changes.fire();
  expect(session.status.computer.kind).toBe('vnc');
  const { session: id } = session;
  await host.close();
  host = openHost();
  const again = host.sessions.open(id);
  if (!again) throw new Error('The session is gone.');
  expect(again.status.computer.kind).toBe('vnc');
  await talk(again);
  expect(systemPrompt()).toContain('A vnc.');
});

it('the demo is a browser’s, whatever is preferred', () => {
  computers.preferred = 'virtual';
  const session = host.sessions.create();
  session.useProvider('demo');
  expect(session.status.computer.kind).toBe('browser');
  changes.fire();
  expect(session.status.computer.kind).toBe('browser');
  session.useProvider('anthropic');
  expect(session.status.computer.kind).toBe('virtual');
});

it('a computer that could not be had is made anew for the next prompt, as the settings are then', async () => {
  const made: FakeComputer[] = [];
  const failing = fakeComputers('Fake', async () => {
    const computer = new FakeComputer();
    made.push(computer);
    return computer;
  });
  await host.close();
  host = new Host(folder, api, { computers: failing });
  const session = host.sessions.create();
  await talk(session);
  made[0]?.fire({ type: 'unavailable', message: 'No address is given.', help: 'Set one.' });
  await talk(session);
  expect(made.map(({ closed }) => closed)).toEqual([true, false]);
  // Its toolset is another object, which the thread before does not know.
  expect(api.requests.at(-1)?.body?.tools).toHaveLength(1);
  await talk(session);
  expect(made).toHaveLength(2);
  expect(api.requests.at(-1)?.body?.tools).toBeUndefined();
});
