/** The sessions of a workspace: which are stored, which are open, and what two hosts over one database may do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AgentSession } from '../../src/agent/session.ts';
import { CLAIM_INTERVAL_MS, IDLE_CLOSE_MS } from '../../src/agent/sessions.ts';
import { Emitter } from '../../src/base/emitter.ts';
import { RENEW_INTERVAL_MS, STALE_AFTER_MS } from '../../src/history/leases.ts';
import { VirtualClock } from '../panel/virtualClock.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { Host, type HostOptions, itemsOf, reply, say, screenshot, wait } from './support/host.ts';

let folder: string;
let api: MessagesApi;
const hosts: Host[] = [];

function openHost(options?: HostOptions): Host {
  const host = new Host(folder, api, options);
  hosts.push(host);
  return host;
}

async function talk(session: AgentSession, prompt = 'Hi'): Promise<void> {
  api.enqueue(reply(say('Hello.')));
  await session.send(prompt);
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'computer-use-chat-'));
  api = await startMessagesApi();
});

afterEach(async () => {
  for (const host of hosts.splice(0)) {
    await host.close();
    expect(host.faults).toEqual([]);
  }
  await api.close();
  rmSync(folder, { recursive: true });
});

describe('an empty session', () => {
  it('is stored with its first prompt, and there is one of them', async () => {
    const { sessions } = openHost();
    const session = sessions.create();
    expect(sessions.create()).toBe(session);
    expect(sessions.list()).toEqual([]);
    await talk(session);
    expect(sessions.list()).toMatchObject([{ id: session.session, title: 'Hi' }]);
    expect(sessions.create()).not.toBe(session);
  });

  it('can turn to the demo and back', () => {
    const session = openHost({ hasApiKey: false }).sessions.create();
    expect(session.useProvider('demo')).toBe(true);
    expect(session.status.model.provider).toBe('demo');
    expect(session.useProvider('anthropic')).toBe(true);
    expect(session.status.model.provider).toBe('none');
  });

  it('leaves the demo when a key is set; a begun one stays', async () => {
    const changes = new Emitter<void>();
    const { sessions, surroundings } = openHost({ hasApiKey: false, onDidChange: changes.event });
    const begun = sessions.create();
    begun.useProvider('demo');
    await talk(begun);
    const empty = sessions.create();
    empty.useProvider('demo');
    surroundings.hasApiKey = true;
    changes.fire();
    expect(empty.status.model.provider).toBe('anthropic');
    expect(begun.status.model.provider).toBe('demo');
    expect(begun.useProvider('anthropic')).toBe(false);
  });
});

describe('prompts', () => {
  it('are refused while a run is on, and change nothing', async () => {
    const host = openHost();
    const session = host.sessions.create();
    const waiting = host.computer.toolset.holdWaits();
    api.enqueue(reply(wait));
    const run = session.send('First');
    await waiting;
    const { count } = session;
    expect(session.prompt('Second')).toBe(false);
    expect(session.count).toBe(count);
    session.stop();
    expect(session.prompt('Third')).toBe(false);
    await run;
  });

  it('are refused in Restricted Mode, and nothing is stored', () => {
    const { sessions } = openHost({ isTrusted: false });
    const session = sessions.create();
    expect(session.status.access).toBe('restricted');
    expect(session.prompt('Hi')).toBe(false);
    expect(session.count).toBe(0);
    expect(sessions.list()).toEqual([]);
  });
});

describe('deleting', () => {
  it('keeps the session known and closed to others until it is gone', async () => {
    const host = openHost();
    const session = host.sessions.create();
    const waiting = host.computer.toolset.holdWaits();
    api.enqueue(reply(wait));
    const run = session.send('Wait');
    await waiting;
    const gone = host.sessions.delete(session.session);
    expect(host.sessions.open(session.session)).toBeUndefined();
    expect(host.sessions.isRunning(session.session)).toBe(true);
    await Promise.all([run, gone]);
    expect(host.sessions.isRunning(session.session)).toBe(false);
    expect(host.sessions.list()).toEqual([]);
  });

  it('is over before the host is', async () => {
    const host = openHost();
    const session = host.sessions.create();
    const waiting = host.computer.toolset.holdWaits();
    api.enqueue(reply(wait));
    const run = session.send('Wait');
    await waiting;
    void host.sessions.delete(session.session);
    await host.close();
    await run;
    expect(openHost().sessions.list()).toEqual([]);
  });

  it('happens though its computer does not end, which is reported', async () => {
    const host = openHost();
    const session = host.sessions.create();
    api.enqueue(reply(screenshot), reply(say('Done.')));
    await session.send('Look');
    host.computer.close = () => Promise.reject(new Error('It hangs.'));
    await host.sessions.delete(session.session);
    expect(host.sessions.list()).toEqual([]);
    expect(host.faults.splice(0)).toMatchObject([{ message: 'It hangs.' }]);
  });
});

describe('renaming', () => {
  it('neither opens a session nor moves it', async () => {
    const host = openHost();
    const session = host.sessions.create();
    await talk(session);
    await host.close();
    const { history, sessions } = openHost();
    const before = history.session(session.session);
    sessions.rename(session.session, 'Renamed');
    expect(history.session(session.session)).toEqual({ ...before, title: 'Renamed' });
    // Had it been opened, it would not be free.
    expect(openHost().history.claimSession(session.session)).toBe(true);
  });

  it('is seen by an open one', async () => {
    const { sessions } = openHost();
    const session = sessions.create();
    await talk(session);
    sessions.rename(session.session, 'Renamed');
    expect(session.status.title).toBe('Renamed');
  });
});

describe('a session that nobody looks at', () => {
  it('is closed after a while with its computer, and opened again as it was', async () => {
    const clock = new VirtualClock();
    const host = openHost({ clock });
    const session = host.sessions.create();
    const panel = host.sessions.hold(session.session);
    api.enqueue(reply(screenshot), reply(say('Done.')));
    await session.send('Look');
    clock.advance(2 * IDLE_CLOSE_MS);
    expect(host.computer.closed).toBe(false);
    panel.dispose();
    clock.advance(IDLE_CLOSE_MS - 1);
    expect(host.sessions.open(session.session)).toBe(session);
    clock.advance(1);
    expect(host.computer.closed).toBe(true);
    const reopened = host.sessions.open(session.session) as AgentSession;
    expect(reopened).not.toBe(session);
    expect(itemsOf(reopened)).toHaveLength(4);
    expect(reopened.status.access).toBe('full');
  });

  it('stays open while it runs', async () => {
    const clock = new VirtualClock();
    const host = openHost({ clock });
    const session = host.sessions.create();
    const waiting = host.computer.toolset.holdWaits();
    api.enqueue(reply(wait), reply(say('Done.')));
    const run = session.send('Wait');
    await waiting;
    clock.advance(2 * IDLE_CLOSE_MS);
    expect(host.sessions.open(session.session)).toBe(session);
    host.computer.toolset.releaseWaits();
    await run;
    clock.advance(IDLE_CLOSE_MS);
    expect(host.computer.closed).toBe(true);
  });
});

describe('a session that another host works in', () => {
  it('can be read, is neither mended nor written, and becomes usable when it is let go', async () => {
    const one = openHost();
    const running = one.sessions.create();
    const waiting = one.computer.toolset.holdWaits();
    api.enqueue(reply(wait), reply(say('Done.')));
    const run = running.send('Wait');
    await waiting;

    const clock = new VirtualClock();
    const two = openHost({ clock });
    const same = two.sessions.open(running.session) as AgentSession;
    const reloads: number[] = [];
    same.onReload(() => reloads.push(same.count));
    two.sessions.hold(same.session);
    expect(same.status.access).toBe('elsewhere');
    expect(itemsOf(same)).toMatchObject([{ kind: 'user' }, { state: { status: 'running' } }]);
    expect(same.prompt('Me too')).toBe(false);
    await two.sessions.delete(same.session);
    expect(two.faults.splice(0)).toMatchObject([{ code: 'elsewhere' }]);

    one.computer.toolset.releaseWaits();
    await run;
    expect(itemsOf(running).map(({ kind }) => kind)).toEqual(['user', 'action', 'answer']);
    clock.advance(CLAIM_INTERVAL_MS);
    expect(same.status.access).toBe('elsewhere');
    await one.close();
    clock.advance(CLAIM_INTERVAL_MS);
    expect(same.status.access).toBe('full');
    expect(reloads).toEqual([3]);
    await talk(same, 'And now?');
    expect(itemsOf(same)).toHaveLength(5);
  });

  it('was taken while this one slept: it is only read until it is let go', async () => {
    // The clock goes on and timers do not: what a machine that sleeps looks like.
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    try {
      const session = openHost().sessions.create();
      await talk(session);
      vi.setSystemTime(Date.now() + STALE_AFTER_MS + 1);
      const two = openHost();
      const taken = two.sessions.open(session.session) as AgentSession;
      expect(taken.status.access).toBe('full');
      vi.advanceTimersByTime(RENEW_INTERVAL_MS);
      expect(session.status.access).toBe('elsewhere');
      expect(session.prompt('Mine?')).toBe(false);
      await two.close();
      await talk(session, 'Mine!');
      expect(session.status.access).toBe('full');
    } finally {
      vi.useRealTimers();
    }
  });
});
