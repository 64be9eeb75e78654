import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AgentSession } from '../../src/agent/session.ts';
import { HistoryError } from '../../src/history/history.ts';
import { type ItemKind, ordinal, type SessionId, sessionId } from '../../src/protocol/transcript.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import {
  act,
  click,
  connection,
  Host,
  itemsOf,
  KEY,
  messagesOf,
  navigate,
  noticesOf,
  reply,
  say,
  screenshot,
} from './support/host.ts';

/** Runs a host in a process of its own until it waits in the middle of an action, and kills it. Gives its session. */
async function untilKilled(folder: string, { url }: MessagesApi): Promise<SessionId> {
  const program = join(import.meta.dirname, 'support', 'hostProcess.ts');
  const child = spawn(process.execPath, [program, folder, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [id] = await Promise.race([once(child.stdout, 'data'), exited]);
  child.kill('SIGKILL');
  await exited;
  return sessionId(String(id));
}

describe('AgentSession', () => {
  let folder: string;
  let api: MessagesApi;
  let host: Host;
  let session: AgentSession;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'computer-use-chat-'));
    api = await startMessagesApi();
    host = new Host(folder, api);
    session = host.sessions.create();
  });

  afterEach(async () => {
    await host.close();
    await api.close();
    expect(host.faults).toEqual([]);
    expect(api.requests.filter((request) => request.invalid).map((request) => request.invalid)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  const items = (of = session) => itemsOf(of);
  const kinds = (of = session): ItemKind[] => items(of).map((item) => item.kind);
  const computer = () => host.computer;
  const notices = (of = session) => noticesOf(of);

  it('runs until the model has nothing more to do, and shows every step', async () => {
    api.enqueue(
      reply({ type: 'thinking', text: 'I should look.' }, say('I open the page.'), navigate, screenshot),
      reply(say('Now I click.'), click(10, 20), screenshot),
      reply(say('Done.')),
    );
    await session.send('Click the button');
    expect(computer().members).toEqual(['navigate', 'screenshot', 'left_click', 'screenshot']);
    expect(kinds()).toEqual([
      'user',
      'thinking',
      'answer',
      'action',
      'action',
      'screenshot',
      'answer',
      'action',
      'action',
      'screenshot',
      'answer',
    ]);
    const [first, second] = items().flatMap((item) => (item.kind === 'screenshot' ? [item] : []));
    expect(first?.image.sha256).not.toBe(second?.image.sha256);
    const clicked = items()[7];
    expect(clicked).toMatchObject({
      summary: 'Click at (10, 20)',
      points: [{ x: 10, y: 20 }],
      before: first?.image,
    });
    expect(clicked).toMatchObject({ state: { status: 'done', result: 'Clicked.' } });
    expect(session.status).toMatchObject({ title: 'Click the button', run: { state: 'idle' } });
    expect(session.status.tokens.output).toBeGreaterThan(0);
  });

  it('sends only what is new, over one thread, also with the next prompt', async () => {
    api.enqueue(reply(navigate, screenshot), reply(say('There.')), reply(say('Yes.')));
    await session.send('Go');
    await session.send('Are you sure?');
    const bodies = api.requests.map(
      (request) => request.body as { thread: { type: string }; messages: unknown[] },
    );
    expect(bodies.map((body) => [body.thread.type, body.messages.length])).toEqual([
      ['create', 1],
      ['continue', 1],
      ['continue', 1],
    ]);
  });

  it('says a prompt to nobody that it could not store for both, the model and the transcript', async () => {
    const write = host.history.appendItem.bind(host.history);
    let failures = 0;
    vi.spyOn(host.history, 'appendItem').mockImplementation((id, item) => {
      failures += 1;
      if (failures <= 2) throw new HistoryError('full', 'The disk is full.');
      write(id, item);
    });
    expect(session.prompt('Buy the ticket')).toBe(false);
    expect(host.faults.splice(0)).not.toEqual([]);
    expect(session.isEmpty).toBe(true);
    api.enqueue(reply(say('Bought.')));
    await session.send('Buy the ticket');
    expect(messagesOf(api.requests[0])).toHaveLength(1);
    expect(kinds()).toEqual(['user', 'answer']);
  });

  it('stops in the middle of an action: the transcript says so and the next message continues', async () => {
    const waiting = computer().toolset.holdWaits();
    api.enqueue(
      reply(say('I wait.'), screenshot, act('wait', { duration: 60 }), click(1, 1)),
      reply(say('Going on.')),
    );
    const run = session.send('Wait a minute');
    await waiting;
    session.stop();
    expect(session.status.run.state).toBe('stopping');
    await run;
    const states = items().flatMap((item) => (item.kind === 'action' ? [item.state.status] : []));
    expect(states).toEqual(['done', 'interrupted', 'skipped']);
    expect(notices().at(-1)?.text).toContain('Stopped');
    expect(computer().members).not.toContain('left_click');
    await session.send('Go on');
    expect(items().at(-1)).toMatchObject({ kind: 'answer', text: 'Going on.' });
  });

  it('stops in the middle of an answer and keeps what was said', async () => {
    api.enqueue(
      {
        fault: 'slow',
        betweenEvents: 5,
        reply: { ...reply(say('word '.repeat(500))), pace: { charactersPerDelta: 5, msBetweenDeltas: 1 } },
      },
      reply(say('Sure.')),
    );
    const run = session.send('Talk');
    await vi.waitFor(() => expect(items().at(-1)).toMatchObject({ kind: 'answer' }));
    session.stop();
    await run;
    const answer = items()[1];
    expect(answer).toMatchObject({ kind: 'answer', state: 'interrupted' });
    await session.send('What did you say?');
    const sent = JSON.stringify(api.requests.at(-1)?.body);
    expect(sent).toContain(answer?.kind === 'answer' ? answer.text.slice(0, 20) : 'never');
  });

  it('stops a request that has not been answered', async () => {
    const answered = Promise.withResolvers<void>();
    api.enqueue({ fault: 'slow', beforeHeaders: answered.promise, reply: reply(say('Late.')) });
    const run = session.send('Hello');
    await vi.waitFor(() => expect(api.requests).toHaveLength(1));
    session.stop();
    await run;
    answered.resolve();
    expect(kinds()).toEqual(['user', 'notice']);
  });

  it('says what to do about a wrong key, and retries when asked', async () => {
    api.enqueue({ fault: 'status', status: 401, message: 'invalid x-api-key' }, reply(say('Hello.')));
    await session.send('Hi');
    const [notice] = notices();
    expect(notice).toMatchObject({ severity: 'error', actions: ['set-api-key', 'retry'] });
    expect(notice?.text).toContain('key');
    await session.resume(ordinal(1), 'retry');
    expect(items().at(-1)).toMatchObject({ kind: 'answer', text: 'Hello.' });
    expect(items()[1]).toMatchObject({ actions: [] });
    expect(kinds()).toEqual(['user', 'notice', 'answer']);
  });

  it.each([429, 529] as const)('waits visibly and tries again after %i', async (status) => {
    api.enqueue({ fault: 'status', status }, { fault: 'status', status }, reply(say('Here I am.')));
    await session.send('Hi');
    expect(kinds()).toEqual(['user', 'notice', 'answer']);
    expect(notices()[0]).toMatchObject({ until: null, text: 'The API was busy; tried again 2 times.' });
  });

  it('gives up after the last try and offers a retry', async () => {
    const busy = { fault: 'status', status: 529 } as const;
    api.enqueue(busy, busy, busy, reply(say('At last.')));
    await session.send('Hi');
    expect(notices().at(-1)).toMatchObject({ severity: 'error', actions: ['retry'] });
    await session.resume(ordinal(session.count - 1), 'retry');
    expect(items().at(-1)).toMatchObject({ text: 'At last.' });
  });

  it('takes a cut turn up again without repeating an action that was done', async () => {
    api.enqueue(
      {
        fault: 'cut',
        after: { block: 2, deltas: 1 },
        reply: reply(click(5, 5), screenshot, say('And so I went on to say')),
      },
      reply(say('Continued.')),
    );
    await session.send('Click once');
    expect(computer().members.filter((member) => member === 'left_click')).toHaveLength(1);
    expect(items().at(-1)).toMatchObject({ kind: 'answer', text: 'Continued.' });
    const messages = messagesOf(api.requests.at(-1));
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('asks again for a turn that was cut before anything was done', async () => {
    api.enqueue(
      { fault: 'cut', after: { block: 0, deltas: 1 }, reply: reply(say('A long answer')) },
      reply(say('Whole.')),
    );
    await session.send('Hi');
    expect(
      items()
        .flatMap((item) => (item.kind === 'answer' ? [[item.text, item.state]] : []))
        .at(-1),
    ).toEqual(['Whole.', 'complete']);
    const [first, again] = api.requests.map(messagesOf);
    expect(again).toEqual(first);
    expect(again).toMatchObject([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]);
  });

  it('tries again after an overload in mid-stream', async () => {
    api.enqueue(
      { fault: 'error-event', afterEvents: 2, reply: reply(say('Hello')) },
      reply(say('Hello again.')),
    );
    await session.send('Hi');
    expect(items().at(-1)).toMatchObject({ text: 'Hello again.' });
  });

  it('shows a refusal as one, and the next message is not refused with it', async () => {
    api.enqueue({ ...reply(say('I can')), stopReason: 'refusal' }, reply(say('Gladly.')));
    await session.send('Do something bad');
    expect(notices().at(-1)?.text).toContain('declined');
    await session.send('Then something good');
    expect(items().at(-1)).toMatchObject({ text: 'Gladly.' });
    const sent = messagesOf(api.requests.at(-1));
    expect(sent.map(({ role }) => role)).toEqual(['user', 'user']);
    expect(JSON.stringify(sent)).not.toContain('I can');
    expect(JSON.stringify(sent)).toContain('Do something bad');
  });

  it('offers to continue an answer that reached its limit', async () => {
    api.enqueue({ ...reply(say('One, two')), stopReason: 'max_tokens' }, reply(say('three.')));
    await session.send('Count');
    expect(notices().at(-1)).toMatchObject({ actions: ['continue'] });
    expect(session.status.unfinished).toBe(true);
    await session.resume(ordinal(session.count - 1), 'continue');
    expect(items().at(-1)).toMatchObject({ text: 'three.' });
    expect(session.status).not.toHaveProperty('unfinished');
  });

  it('tells the model of a failed action and does not run the rest of its batch', async () => {
    computer().toolset.failNext = { member: 'left_click', message: 'The point is outside of the screen.' };
    api.enqueue(reply(click(-1, 5), screenshot), reply(say('I see.')));
    await session.send('Click outside');
    const states = items().flatMap((item) => (item.kind === 'action' ? [item.state] : []));
    expect(states).toMatchObject([
      { status: 'failed', error: 'The point is outside of the screen.' },
      { status: 'skipped', reason: 'Not executed: an earlier action in this turn failed.' },
    ]);
  });

  it('survives a server that forgot the thread', async () => {
    api.enqueue(reply(say('One.')), reply(say('Two.')));
    await session.send('Count');
    api.forgetThreads();
    await session.send('Go on');
    expect(items().at(-1)).toMatchObject({ text: 'Two.' });
  });

  it('tells the user what happened at the computer', async () => {
    api.enqueue(reply(say('Hello.')));
    await session.send('Hi');
    computer().fire({ type: 'crashed', message: 'signal SIGSEGV' });
    computer().fire({ type: 'unavailable', message: 'No browser was found.', help: 'Install one.' });
    expect(notices()).toMatchObject([
      { severity: 'warning' },
      { severity: 'error', text: 'No browser was found. Install one.', detail: '' },
    ]);
  });

  it('continues after the host is gone, with the model knowing all that came before', async () => {
    api.enqueue(
      reply(say('Look.'), navigate, screenshot),
      reply(say('A fake page.')),
      reply(say('As I said.')),
    );
    await session.send('What is there?');
    const before = items();
    await host.close();
    host = new Host(folder, api);
    session = host.sessions.open(session.session) as AgentSession;
    expect(items()).toEqual(before);
    await session.send('Are you sure?');
    const messages = messagesOf(api.requests.at(-1));
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(JSON.stringify(messages)).toContain('"type":"base64"');
    expect(items().at(-1)).toMatchObject({ text: 'As I said.' });
  });

  it('mends what a killed host left: the action under way is told as unknown and not repeated', async () => {
    api.enqueue(reply(click(3, 4), act('wait', { duration: 60 }), screenshot), reply(say('I see.')));
    const id = await untilKilled(folder, api);
    const reopened = host.sessions.open(id) as AgentSession;
    const states = items(reopened).flatMap((item) => (item.kind === 'action' ? [item.state.status] : []));
    expect(states).toEqual(['done', 'interrupted', 'skipped']);
    expect(items(reopened).at(-1)).toMatchObject({ kind: 'notice', actions: ['retry'] });
    await reopened.resume(ordinal(reopened.count - 1), 'retry');
    expect(items(reopened).at(-1)).toMatchObject({ kind: 'answer', text: 'I see.' });
    const sent = JSON.stringify(api.requests.at(-1)?.body);
    expect(sent).toContain('Clicked.');
    expect(sent).toContain('Its outcome is unknown.');
    expect(computer().members).toEqual([]);
  });

  it('keeps what was done when the host ends in an orderly way, and says that it was not the user', async () => {
    const waiting = computer().toolset.holdWaits();
    api.enqueue(reply(click(3, 4), act('wait', { duration: 60 })), reply(say('I see.')));
    const run = session.send('Click and wait');
    await waiting;
    await host.close();
    await run;
    host = new Host(folder, api);
    session = host.sessions.open(session.session) as AgentSession;
    expect(items().filter(({ kind }) => kind === 'notice')).toHaveLength(1);
    expect(notices()[0]?.text).toContain('The window closed');
    await session.resume(ordinal(session.count - 1), 'retry');
    const sent = JSON.stringify(api.requests.at(-1)?.body);
    expect(sent).toContain('Clicked.');
    expect(sent).toContain('the program ended');
    expect(computer().members).toEqual([]);
  });

  it.each([
    ['no-key', ['set-api-key', 'start-demo', 'retry'], 'API key'],
    ['restricted', ['retry'], 'not trusted'],
  ] as const)(
    'runs nothing without a key or without trust (%s), and says so',
    async (reason, actions, words) => {
      let refused = true;
      const other = new Host(mkdtempSync(join(folder, 'other-')), api, {
        connect: async () => (refused ? { reason } : connection(api)),
      });
      const silent = other.sessions.create();
      await silent.send('Hi');
      expect(items(silent)).toMatchObject([{ kind: 'user' }, { kind: 'notice', actions }]);
      expect(notices(silent)[0]?.text).toContain(words);
      expect(api.requests).toHaveLength(0);
      refused = false;
      api.enqueue(reply(say('Hello.')));
      await silent.resume(ordinal(1), 'retry');
      expect(items(silent).at(-1)).toMatchObject({ kind: 'answer', text: 'Hello.' });
      expect(messagesOf(api.requests.at(-1))).toHaveLength(1);
      await other.close();
      expect(other.faults).toEqual([]);
    },
  );

  it('keeps the key out of everything it writes', async () => {
    api.enqueue({ fault: 'status', status: 401 }, reply(say('Hi.')));
    await session.send('Hi');
    await session.resume(ordinal(1), 'retry');
    await host.close();
    for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) expect(readFileSync(join(name.parentPath, name.name)).includes(KEY)).toBe(false);
    }
    host = new Host(folder, api);
  });

  it('ends its computer when it is deleted, and leaves nothing behind', async () => {
    api.enqueue(reply(screenshot), reply(say('Done.')));
    await session.send('Look');
    await host.sessions.delete(session.session);
    expect(computer().closed).toBe(true);
    expect(host.sessions.list()).toEqual([]);
    expect(readdirSync(host.history.screenshots.folder).filter((name) => !name.startsWith('.'))).toEqual([]);
  });
});
