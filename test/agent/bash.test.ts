import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentSession } from '../../src/agent/session.ts';
import type { ShellPlace } from '../../src/base/shellPlace.ts';
import type { Operation } from '../../src/protocol/operations.ts';
import { ordinal } from '../../src/protocol/transcript.ts';
import { thisMachine } from '../../src/tools/thisMachine.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { Host, itemsOf, messagesOf, reply, say, screenshot } from './support/host.ts';

const bash = (input: Readonly<Record<string, unknown>>) => ({ type: 'tool', name: 'bash', input }) as const;

describe('a session with a shell', () => {
  let folder: string;
  let api: MessagesApi;
  let host: Host;
  let session: AgentSession;
  let place: ShellPlace | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'computer-use-chat-'));
    api = await startMessagesApi();
    place = thisMachine({ folder });
    host = new Host(folder, api, {
      tools: { thisMachine: () => place, commandLimitMs: () => 20_000 },
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
  const toolsOf = () => (api.requests[0]?.body?.tools ?? []) as readonly { readonly type: string }[];
  const results = () => messagesOf(api.requests.at(-1)).at(-1)?.content;

  it('offers it, runs commands between actions, and shows them as actions', async () => {
    api.enqueue(
      reply(bash({ command: 'cd /usr; x=5' }), screenshot, bash({ command: 'pwd; echo $x; exit 4' })),
      reply(say('Done.')),
    );
    await session.send('Look around');
    expect(toolsOf().map(({ type }) => type)).toEqual(['browser_toolset_20260801', 'bash_20250124']);
    expect(JSON.stringify(api.requests[0]?.body?.system)).toContain('The bash tool runs commands in');
    const [first, , second] = actions();
    expect(first).toMatchObject({
      toolset: 'bash',
      member: 'bash',
      summary: 'Run “cd /usr; x=5”',
      state: { status: 'done', result: '[No output]' },
    });
    expect(second?.state).toMatchObject({
      status: 'done',
      result: expect.stringMatching(/^\/usr\n5\n\[The/),
      exitStatus: 4,
    });
    expect(results()).toMatchObject([
      { content: [{ type: 'text', text: '[No output]' }] },
      { toolset_name: 'browser' },
      { content: [{ type: 'text', text: expect.stringMatching(/^\/usr\n5/) }] },
    ]);
  });

  it('tells what a command ended with that did not succeed, as an action that was done', async () => {
    api.enqueue(
      reply(bash({ command: 'true' }), bash({ command: 'ls /none-such; false' })),
      reply(say('Done.')),
    );
    await session.send('Try');
    const [good, bad] = actions();
    expect(good?.state).not.toHaveProperty('exitStatus');
    expect(bad?.state).toMatchObject({ status: 'done', exitStatus: 1 });
  });

  it('tells the model of a call without a command', async () => {
    api.enqueue(reply(bash({})), reply(say('I see.')));
    await session.send('Go');
    expect(results()).toMatchObject([
      { is_error: true, content: expect.stringContaining('No command was given') },
    ]);
    expect(actions()[0]?.state).toMatchObject({ status: 'failed' });
  });

  it('ends a command with the run, and tells the model that its outcome is unknown', async () => {
    api.enqueue(reply(bash({ command: 'echo begun; sleep 300' })));
    const run = session.send('Wait');
    await expect.poll(() => actions()[0]?.output).toBe('begun\n');
    session.stop();
    await run;
    expect(actions()[0]?.state).toMatchObject({ status: 'interrupted' });
    api.enqueue(reply(bash({ command: 'echo on' })), reply(say('Well.')));
    await session.send('Go on');
    expect(actions()[1]?.state).toMatchObject({
      status: 'done',
      result: expect.stringMatching(/^\[This is a new shell[^\n]*\]\non$/),
    });
    expect(JSON.stringify(messagesOf(api.requests.at(-2)))).toContain('Its outcome is unknown');
  });

  it('ends background jobs with a stop as well, whatever is under way then', async () => {
    api.enqueue(reply(bash({ command: '(while sleep 0.02; do date +%N >tick; done) & echo begun' })), {
      ...reply(say('It goes on and on.')),
      pace: { charactersPerDelta: 1, msBetweenDeltas: 500 },
    });
    const run = session.send('Begin');
    await expect.poll(() => itemsOf(session).at(-1)?.kind).toBe('answer');
    await expect.poll(() => existsSync(join(folder, 'tick'))).toBe(true);
    session.stop();
    await run;
    const last = () => readFileSync(join(folder, 'tick'), 'utf8');
    let before = '';
    await expect
      .poll(
        () => {
          const changed = last() !== before;
          before = last();
          return changed;
        },
        { interval: 200 },
      )
      .toBe(false);
  });

  it('lets commands wait while the user has the computer', async () => {
    api.enqueue(reply(screenshot), reply(say('I see it.')));
    await session.send('Look');
    session.takeOver();
    api.enqueue(reply(bash({ command: 'echo hi' })), reply(say('I look again.')));
    const run = session.send('Say hi');
    await expect.poll(() => actions().at(-1)?.state.status).toBe('running');
    session.handBack();
    await run;
    expect(actions().at(-1)?.state).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('took control'),
    });
  });

  it('stays declared where it was turned off after it was used, and then says so', async () => {
    api.enqueue(reply(bash({ command: 'echo on' })), reply(say('Done.')));
    await session.send('Go');
    await host.close();
    place = undefined;
    host = new Host(folder, api, { tools: { thisMachine: () => place, commandLimitMs: () => 20_000 } });
    session = host.sessions.open(session.session) ?? host.sessions.create();
    api.enqueue(reply(bash({ command: 'echo again' })), reply(say('I see.')));
    await session.send('Again');
    expect(actions().map(({ state }) => state.status)).toEqual(['done', 'failed']);
    const { tools, system } = api.requests.at(-2)?.body ?? {};
    expect(tools).toMatchObject([
      { type: 'browser_toolset_20260801' },
      { type: 'bash_20250124', name: 'bash' },
    ]);
    expect(JSON.stringify(system)).toContain('is turned off');
    expect(results()).toMatchObject([
      { is_error: true, content: expect.stringContaining('turned this tool off') },
    ]);
  });

  it('offers none where there is no place for it', async () => {
    place = undefined;
    api.enqueue(reply(say('Hello.')));
    await session.send('Hi');
    expect(toolsOf().map(({ type }) => type)).toEqual(['browser_toolset_20260801']);
    expect(JSON.stringify(api.requests[0]?.body?.system)).not.toContain('bash');
  });
});

describe('what a command prints', () => {
  let folder: string;
  let api: MessagesApi;
  let host: Host;
  let session: AgentSession;

  const start = () => {
    const place = thisMachine({ folder });
    const tools = { thisMachine: () => place, commandLimitMs: () => 20_000 };
    host = new Host(folder, api, { tools });
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'computer-use-chat-'));
    api = await startMessagesApi();
    start();
    session = host.sessions.create();
  });

  afterEach(async () => {
    await host.close();
    await api.close();
    expect(host.faults).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  const actions = () => itemsOf(session).flatMap((item) => (item.kind === 'action' ? [item] : []));
  const untilGo = 'while [ ! -e go ]; do sleep 0.02; done';

  it('is in the transcript while it runs, can be found there, and gives way to the result', async () => {
    const operations: Operation[] = [];
    session.onOperation(({ operation }) => operations.push(operation));
    api.enqueue(reply(bash({ command: `echo first; ${untilGo}; echo last` })), reply(say('Done.')));
    const run = session.send('Go');
    await expect.poll(() => actions()[0]?.output).toBe('first\n');
    expect(session.search('FIRST', ordinal(0)).ordinals).toEqual([actions()[0]?.ordinal]);
    writeFileSync(join(folder, 'go'), '');
    await run;
    expect(actions()[0]).not.toHaveProperty('output');
    expect(actions()[0]?.state).toMatchObject({ status: 'done', result: 'first\nlast' });
    expect(operations.filter(({ op }) => op === 'extend').length).toBeGreaterThan(0);
  });

  it('of one that is stopped stays, with its end', async () => {
    api.enqueue(reply(bash({ command: 'seq 1 10000; echo end; sleep 300' })));
    const run = session.send('Go');
    await expect.poll(() => JSON.stringify(actions()[0]?.state)).toContain('end');
    expect(actions()[0]?.state).toMatchObject({ status: 'running', latest: { leftOut: 48_898 - 16_000 } });
    session.stop();
    await run;
    expect(actions()[0]?.output).toMatch(/^1\n2\n3\n/);
    expect(actions()[0]?.state).toMatchObject({
      status: 'interrupted',
      latest: { text: expect.stringMatching(/10000\nend\n$/) },
    });
  });

  it('of two calls at once goes to each its own', async () => {
    api.enqueue(
      reply(bash({ command: 'echo one; sleep 0.4' }), bash({ command: `echo two; ${untilGo}` })),
      reply(say('Done.')),
    );
    const run = session.send('Go');
    await expect.poll(() => actions()[1]?.output).toBe('two\n');
    expect(actions()[0]?.state).toMatchObject({ result: 'one' });
    writeFileSync(join(folder, 'go'), '');
    await run;
    expect(actions()[1]?.state).toMatchObject({ result: 'two' });
  });

  it('survives a host that is killed, as far as it was written', async () => {
    api.enqueue(reply(bash({ command: 'echo kept; sleep 300' })));
    const run = session.send('Go');
    await expect.poll(() => actions()[0]?.output).toBe('kept\n');
    const { history } = host;
    const stored = () => history.readItems(session.session, ordinal(0), 100);
    await expect
      .poll(() => stored().find(({ kind }) => kind === 'action'), { timeout: 5_000 })
      .toMatchObject({
        output: 'kept\n',
        state: { status: 'running' },
      });
    const settled = history.settleOpenItems(session.session, Date.now());
    expect(settled.find(({ kind }) => kind === 'action')).toMatchObject({
      output: 'kept\n',
      state: { status: 'interrupted' },
    });
    session.stop();
    await run;
  });

  it('is told ten times a second at most, however often it is written, and written once a second', async () => {
    const operations: Operation[] = [];
    session.onOperation(({ operation }) => operations.push(operation));
    const began = performance.now();
    api.enqueue(
      reply(bash({ command: 'for i in $(seq 1 3000); do echo line $i; done; sleep 0.3' })),
      reply(say('Done.')),
    );
    await session.send('Go');
    const seconds = (performance.now() - began) / 1_000;
    expect(operations.filter(({ op }) => op !== 'append').length).toBeLessThan(10 * seconds + 10);
  });
});
