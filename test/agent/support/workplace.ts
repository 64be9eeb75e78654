/** A session against the strict test server, and what must hold after each of its endings. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from 'vitest';
import type { AgentSession } from '../../../src/agent/session.ts';
import { type MessagesApi, startMessagesApi } from '../../support/messagesApi/server.ts';
import { Host, type HostOptions, type SentBlock, type SentMessage } from './host.ts';

/** What one test works with. */
export interface Workplace {
  readonly api: MessagesApi;
  readonly host: Host;
  readonly session: AgentSession;
  /** Ends the host, in an orderly way, and opens the session in another one. */
  reopen(options?: HostOptions): Promise<void>;
  /** Begins anew with a session whose surroundings are others. */
  restart(options: HostOptions): Promise<void>;
}

/**
 * Prepares one for each test of the file. After each test: no request was invalid, no fault was reported, no turn was
 * left as a draft, and nothing was rejected that nobody waits for.
 */
export function useWorkplace(): Workplace {
  let folder: string;
  let api: MessagesApi;
  let host: Host;
  let session: AgentSession;
  const rejected: unknown[] = [];
  const onRejection = (reason: unknown) => rejected.push(reason);

  beforeEach(async () => {
    rejected.length = 0;
    process.on('unhandledRejection', onRejection);
    folder = mkdtempSync(join(tmpdir(), 'computer-use-chat-'));
    api = await startMessagesApi();
    host = new Host(folder, api);
    session = host.sessions.create();
  });

  afterEach(async () => {
    const draft = host.history.readDraft(session.session);
    await host.close();
    await api.close();
    await nextTurn();
    process.off('unhandledRejection', onRejection);
    rmSync(folder, { recursive: true });
    expect(api.requests.flatMap(({ invalid }) => invalid ?? [])).toEqual([]);
    expect(host.faults).toEqual([]);
    expect(draft).toEqual([]);
    expect(rejected).toEqual([]);
  });

  return {
    get api() {
      return api;
    },
    get host() {
      return host;
    },
    get session() {
      return session;
    },
    async reopen(options = {}) {
      await host.close();
      expect(host.faults).toEqual([]);
      const { session: id } = session;
      host = new Host(folder, api, options);
      const reopened = host.sessions.open(id);
      if (!reopened) throw new Error('The session is gone.');
      session = reopened;
    },
    async restart(options) {
      await host.sessions.delete(session.session);
      await host.close();
      host = new Host(folder, api, options);
      session = host.sessions.create();
    },
  };
}

/** Lets what is on its way within this process arrive: some turns of the event loop, no time by the clock. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

/** The results in these messages for calls of `member`, oldest first. */
export function resultsOf(messages: readonly SentMessage[], member: string): readonly SentBlock[] {
  const blocks = messages.flatMap(({ content }) => content);
  const calls = blocks.filter(({ type, name }) => type === 'tool_use' && name === member);
  return blocks.filter(
    ({ type, tool_use_id }) => type === 'tool_result' && calls.some(({ id }) => id === tool_use_id),
  );
}
