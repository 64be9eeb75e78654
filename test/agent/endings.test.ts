/** Every way a run can end: the transcript says so, the conversation stays valid, and nothing is done or told twice. */
import { readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Computer } from '../../src/computer/computer.ts';
import { ordinal } from '../../src/protocol/transcript.ts';
import { FakeComputer } from '../support/fakeComputer.ts';
import { fakeComputers } from '../support/fakeComputers.ts';
import {
  click,
  connection,
  itemsOf,
  messagesOf,
  navigate,
  noticesOf,
  reply,
  say,
  screenshot,
  wait,
} from './support/host.ts';
import { resultsOf, settle, useWorkplace } from './support/workplace.ts';

const at = useWorkplace();

/** Computers that take until `ready` to be made. */
function slowComputers() {
  const ready = Promise.withResolvers<void>();
  const created: FakeComputer[] = [];
  const create = async (): Promise<Computer> => {
    await ready.promise;
    const computer = new FakeComputer();
    created.push(computer);
    return computer;
  };
  return { ...fakeComputers('Slow', create), created, ready: ready.resolve };
}

const items = () => itemsOf(at.session);
const notices = () => noticesOf(at.session);
const kinds = () => items().map(({ kind }) => kind);
const lastRequest = () => messagesOf(at.api.requests.at(-1));
const toolset = () => at.host.computer.toolset;

/** The next message gets its answer. */
async function goesOn(prompt = 'Go on'): Promise<void> {
  at.api.enqueue(reply(say('Going on.')));
  await at.session.send(prompt);
  expect(items().at(-1)).toMatchObject({ kind: 'answer', text: 'Going on.', state: 'complete' });
}

/** The same with nothing in memory: what is stored makes a whole conversation by itself. */
async function goesOnReopened(): Promise<void> {
  const before = items();
  await at.reopen();
  expect(items()).toEqual(before);
  await goesOn('And now?');
}

describe('a stop', () => {
  it('between two turns keeps the first and begins no second', async () => {
    at.api.enqueue(reply(click(1, 2), screenshot), reply(say('Too late.')));
    const listening = at.session.onStatus(({ tokens }) => {
      if (tokens.output > 0) at.session.stop();
    });
    await at.session.send('Click');
    listening.dispose();
    expect(kinds()).toEqual(['user', 'action', 'action', 'screenshot', 'notice']);
    expect(notices()[0]?.text).toContain('Stopped');
    await at.reopen();
    at.api.enqueue(reply(say('Going on.')));
    await at.session.send('Go on');
    expect(resultsOf(lastRequest(), 'left_click')).toHaveLength(1);
  });

  it('while waiting to try again ends the wait at once', async () => {
    at.api.enqueue({ fault: 'status', status: 529, retryAfterSeconds: 60 });
    const run = at.session.send('Hi');
    await vi.waitFor(() => expect(notices()[0]?.until).toBeGreaterThan(Date.now()));
    at.session.stop();
    await run;
    expect(notices()).toMatchObject([{ until: null }, { until: null }]);
    expect(notices()[0]?.text).not.toContain('Trying again');
    expect(notices()[1]?.text).toContain('Stopped');
    expect(at.session.isRunning).toBe(false);
    await goesOn();
  });

  it('while the connection is still being made does not wait for it', async () => {
    const connected = Promise.withResolvers<ReturnType<typeof connection>>();
    await at.restart({ connect: () => connected.promise });
    const run = at.session.send('Hi');
    at.session.stop();
    await run;
    expect(kinds()).toEqual(['user', 'notice']);
    expect(notices()[0]?.text).toContain('Stopped');
    connected.resolve(connection(at.api));
    await settle();
    expect(at.api.requests).toEqual([]);
    await goesOn();
  });

  it('is not undone by a connection that fails afterwards', async () => {
    const connected = Promise.withResolvers<never>();
    await at.restart({ connect: () => connected.promise });
    const run = at.session.send('Hi');
    at.session.stop();
    await run;
    connected.reject(new Error('The key cannot be read.'));
    await settle();
    expect(kinds()).toEqual(['user', 'notice']);
  });

  it('while the computer is being made leaves none behind', async () => {
    const computers = slowComputers();
    await at.restart({ computers });
    const run = at.session.send('Hi');
    await settle();
    at.session.stop();
    await run;
    at.api.enqueue(reply(screenshot), reply(say('Done.')));
    const second = at.session.send('Look');
    await settle();
    computers.ready();
    await second;
    expect(items().at(-1)).toMatchObject({ kind: 'answer', text: 'Done.' });
    await at.host.sessions.delete(at.session.session);
    expect(computers.created.map(({ closed }) => closed)).not.toContain(false);
  });

  it('does not wait for an action that ignores its signal; what comes of it later changes nothing', async () => {
    const begun = toolset().holdWaits({ stubborn: true });
    at.api.enqueue(reply(click(1, 1), wait, screenshot));
    const run = at.session.send('Wait');
    await begun;
    await vi.waitFor(() => expect(at.api.requests[0]?.complete).toBe(true));
    const stopped = Date.now();
    at.session.stop();
    await run;
    expect(Date.now() - stopped).toBeLessThan(5_000);
    const states = items().flatMap((item) => (item.kind === 'action' ? [item.state.status] : []));
    expect(states).toEqual(['done', 'interrupted', 'skipped']);
    const before = items();
    toolset().releaseWaits();
    await settle();
    expect(items()).toEqual(before);
    await goesOn();
    expect(resultsOf(lastRequest(), 'wait')).toMatchObject([{ is_error: true }]);
    expect(resultsOf(lastRequest(), 'left_click')).toHaveLength(1);
    expect(JSON.stringify(lastRequest())).toContain('Its outcome is unknown.');
  });

  it('does not wait for such an action while the reply still streams, either', async () => {
    const begun = toolset().holdWaits({ stubborn: true });
    const pace = { charactersPerDelta: 5, msBetweenDeltas: 20 };
    at.api.enqueue({ ...reply(wait, say('word '.repeat(1_000))), pace });
    const run = at.session.send('Wait');
    await begun;
    at.session.stop();
    await run;
    toolset().releaseWaits();
    await goesOnReopened();
    expect(resultsOf(lastRequest(), 'wait')).toHaveLength(1);
  });

  it('is followed by a message that is taken, or refused so that it can be said again', async () => {
    const begun = toolset().holdWaits();
    at.api.enqueue(reply(wait), reply(say('To the second.')));
    const first = at.session.send('Wait');
    await begun;
    at.session.stop();
    const taken = at.session.prompt('Now this');
    await first;
    await vi.waitFor(() => expect(at.session.isRunning).toBe(false));
    const said = items().filter((item) => item.kind === 'user' && item.text === 'Now this');
    expect(said).toHaveLength(taken ? 1 : 0);
    if (!taken) expect(at.session.prompt('Now this')).toBe(true);
    await vi.waitFor(() => expect(items().at(-1)).toMatchObject({ text: 'To the second.' }));
    await vi.waitFor(() => expect(at.session.isRunning).toBe(false));
  });
});

describe('a reply that fails while one of its actions runs', () => {
  it.each([
    ['is cut', { fault: 'cut', after: { block: 1, deltas: 1 } }],
    ['ends in an error', { fault: 'error-event', afterEvents: 8 }],
  ] as const)('and %s: the model gets the result, once', async (_how, fault) => {
    const begun = toolset().holdWaits();
    at.api.enqueue({ ...fault, reply: reply(wait, say('And so on')) }, reply(say('I waited.')));
    const run = at.session.send('Wait');
    await begun;
    await vi.waitFor(() => expect(at.api.requests[0]?.ended).toBe(true));
    await settle();
    toolset().releaseWaits();
    await run;
    expect(toolset().calls.filter(({ member }) => member === 'wait')).toHaveLength(1);
    expect(items().find(({ kind }) => kind === 'action')).toMatchObject({ state: { status: 'done' } });
    const [result, ...others] = resultsOf(lastRequest(), 'wait');
    expect(others).toEqual([]);
    expect(result?.is_error ?? false).toBe(false);
    expect(items().at(-1)).toMatchObject({ text: 'I waited.' });
    await goesOnReopened();
    expect(resultsOf(lastRequest(), 'wait')).toHaveLength(1);
  });
});

describe.each(['max_tokens', 'refusal', 'model_context_window_exceeded'] as const)(
  'a reply that stops with %s',
  (stopReason) => {
    it('while one of its actions runs: its result is known, and the session goes on after a restart', async () => {
      const begun = toolset().holdWaits();
      at.api.enqueue({ ...reply(wait, say('And so')), stopReason });
      const run = at.session.send('Wait');
      await begun;
      await vi.waitFor(() => expect(at.api.requests[0]?.complete).toBe(true));
      await settle();
      toolset().releaseWaits();
      await run;
      expect(at.host.history.readDraft(at.session.session)).toEqual([]);
      expect(items().find(({ kind }) => kind === 'action')).toMatchObject({ state: { status: 'done' } });
      await goesOnReopened();
      const [result, ...others] = resultsOf(lastRequest(), 'wait');
      expect(others).toEqual([]);
      expect(result?.is_error ?? false).toBe(false);
    });

    it('before it said anything: the session goes on after a restart', async () => {
      at.api.enqueue({ ...reply({ type: 'thinking', text: 'Hm.' }), stopReason });
      await at.session.send('Hi');
      expect(notices()).toHaveLength(1);
      await goesOnReopened();
    });
  },
);

describe('what a run needs', () => {
  it('a connection that cannot be made is told, and tried again when asked', async () => {
    let works = false;
    await at.restart({
      connect: async () => {
        if (!works) throw new Error('The keyring is locked.');
        return connection(at.api);
      },
    });
    await at.session.send('Hi');
    expect(notices().at(-1)).toMatchObject({ severity: 'error', actions: ['retry'] });
    expect(`${notices().at(-1)?.text} ${notices().at(-1)?.detail}`).toContain('The keyring is locked.');
    at.host.faults.length = 0;
    works = true;
    at.api.enqueue(reply(say('Hello.')));
    await at.session.resume(ordinal(at.session.count - 1), 'retry');
    expect(items().at(-1)).toMatchObject({ kind: 'answer', text: 'Hello.' });
    expect(lastRequest()).toHaveLength(1);
  });

  it('a computer that cannot be made is told, and made again when asked', async () => {
    const computer = new FakeComputer();
    let works = false;
    const create = async () => {
      if (!works) throw new Error('The driver cannot be loaded.');
      return computer;
    };
    await at.restart({ computers: fakeComputers('Broken', create) });
    await at.session.send('Look');
    expect(notices().at(-1)).toMatchObject({ severity: 'error', actions: ['retry'] });
    expect(`${notices().at(-1)?.text} ${notices().at(-1)?.detail}`).toContain('cannot be loaded');
    at.host.faults.length = 0;
    works = true;
    at.api.enqueue(reply(screenshot), reply(say('I see.')));
    await at.session.resume(ordinal(at.session.count - 1), 'retry');
    expect(items().at(-1)).toMatchObject({ kind: 'answer', text: 'I see.' });
  });
});

describe('a session that is closed or deleted', () => {
  /** Runs that are under way in different places, and what was prepared so that they stay there. */
  const places: Readonly<Record<string, () => Promise<void>>> = {
    'in the middle of an action': async () => {
      const begun = toolset().holdWaits();
      at.api.enqueue(reply(navigate, screenshot, wait));
      void at.session.send('Wait');
      await begun;
    },
    'in an action that ignores its signal': async () => {
      const begun = toolset().holdWaits({ stubborn: true });
      at.api.enqueue(reply(screenshot, wait));
      void at.session.send('Wait');
      await begun;
    },
    'while waiting to try again': async () => {
      at.api.enqueue({ fault: 'status', status: 429, retryAfterSeconds: 60 });
      void at.session.send('Hi');
      await vi.waitFor(() => expect(notices()[0]?.until).toBeGreaterThan(0));
    },
    'before the answer begins': async () => {
      at.api.enqueue({ fault: 'slow', beforeHeaders: new Promise(() => {}), reply: reply(say('Never.')) });
      void at.session.send('Hi');
      await vi.waitFor(() => expect(at.api.requests).toHaveLength(1));
    },
    'while its computer is made': async () => {
      await at.restart({ computers: fakeComputers('Never', () => new Promise(() => {})) });
      void at.session.send('Hi');
      await settle();
    },
    'while it connects': async () => {
      await at.restart({ connect: () => new Promise(() => {}) });
      void at.session.send('Hi');
    },
  };

  it.each(Object.entries(places))('%s: closing keeps what was done, and it goes on', async (_where, run) => {
    await run();
    await at.reopen();
    toolset().releaseWaits();
    expect(notices().at(-1)?.text).toContain('The window closed');
    expect(items().filter((item) => item.kind === 'action' && item.state.status === 'running')).toEqual([]);
    await goesOn();
    expect(resultsOf(lastRequest(), 'wait').length).toBeLessThanOrEqual(1);
  });

  it.each(Object.entries(places))('%s: deleting leaves nothing', async (_where, run) => {
    await run();
    const { history, computer } = at.host;
    await at.host.sessions.delete(at.session.session);
    toolset().releaseWaits();
    await settle();
    expect(at.host.sessions.list()).toEqual([]);
    expect(history.readMessages(at.session.session)).toEqual([]);
    expect(readdirSync(history.screenshots.folder).filter((name) => !name.startsWith('.'))).toEqual([]);
    expect(computer.closed || computer.members.length === 0).toBe(true);
  });

  it('closes a computer that is only there after the session is gone', async () => {
    const computers = slowComputers();
    await at.restart({ computers });
    const run = at.session.send('Hi');
    await settle();
    await at.host.sessions.delete(at.session.session);
    await run;
    computers.ready();
    await vi.waitFor(() => expect(computers.created.map(({ closed }) => closed)).toEqual([true]));
  });
});
