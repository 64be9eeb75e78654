/** What tests of sessions share: an extension host's worth of them, and words to script the model with. */
import { createClient } from '../../../src/agent/client.ts';
import type { ScriptedBlock, ScriptedReply } from '../../../src/agent/demo/script.ts';
import { modelInfo } from '../../../src/agent/models.ts';
import type { AgentSession } from '../../../src/agent/session.ts';
import { Sessions } from '../../../src/agent/sessions.ts';
import type { SessionDeps, Surroundings } from '../../../src/agent/surroundings.ts';
import type { Clock } from '../../../src/base/clock.ts';
import { Emitter } from '../../../src/base/emitter.ts';
import type { Computers } from '../../../src/computer/computer.ts';
import { History } from '../../../src/history/history.ts';
import { type Item, ordinal } from '../../../src/protocol/transcript.ts';
import { FakeComputer } from '../../support/fakeComputer.ts';
import { fakeComputers } from '../../support/fakeComputers.ts';
import type { RecordedRequest } from '../../support/messagesApi/server.ts';

export const KEY = 'sk-ant-test-0123456789';

export const say = (text: string): ScriptedBlock => ({ type: 'text', text });
export const act = (member: string, input: Readonly<Record<string, unknown>> = {}): ScriptedBlock => ({
  type: 'action',
  toolset: 'browser',
  member,
  input,
});
export const click = (x: number, y: number) => act('left_click', { target: { type: 'coordinate', x, y } });
export const navigate = act('navigate', { url: 'https://example.org/' });
export const screenshot = act('screenshot');
export const wait = act('wait', { duration: 60 });
export const reply = (...blocks: ScriptedBlock[]): ScriptedReply => ({ blocks });

/** A message as it was sent. */
export interface SentMessage {
  readonly role: string;
  readonly content: readonly SentBlock[];
}

export interface SentBlock {
  readonly type: string;
  readonly id?: string;
  readonly name?: string;
  readonly tool_use_id?: string;
  readonly is_error?: boolean;
}

export const messagesOf = (request: RecordedRequest | undefined) =>
  (request?.body?.messages ?? []) as readonly SentMessage[];

/** All items of the session. */
export const itemsOf = (session: AgentSession): readonly Item[] => session.page(ordinal(0), 1_000).items;

/** Its notices. */
export const noticesOf = (session: AgentSession) =>
  itemsOf(session).flatMap((item) => (item.kind === 'notice' ? [item] : []));

/** What an extension host has around its sessions, where it is not what most tests need. */
export interface HostOptions extends Partial<Surroundings> {
  readonly clock?: Clock;
  readonly computers?: Computers;
  readonly tools?: NonNullable<SessionDeps['tools']>;
  readonly approvals?: NonNullable<SessionDeps['approvals']>;
  readonly limits?: NonNullable<SessionDeps['limits']>;
  readonly secrets?: NonNullable<SessionDeps['secrets']>;
}

/** Where the Messages API is. */
export interface Address {
  readonly url: string;
}

/** One extension host's worth of sessions over a folder that outlives it. */
export class Host {
  readonly history: History;
  /** Of the one session that runs in a test. */
  readonly computer = new FakeComputer();
  /** What was reported to the owner of faults; a test that provokes some takes them out. */
  readonly faults: unknown[] = [];
  /** A test may change it. */
  readonly surroundings: { -readonly [name in keyof Surroundings]: Surroundings[name] };
  readonly sessions: Sessions;

  constructor(folder: string, api: Address, options: HostOptions = {}) {
    this.history = History.open(folder);
    const { clock, computers, tools, limits, approvals, secrets, ...surroundings } = options;
    this.surroundings = {
      hasApiKey: true,
      isTrusted: true,
      hasConsent: true,
      modelLabel: 'Test',
      httpLogs: false,
      onDidChange: new Emitter<void>().event,
      connect: async () => connection(api),
      ...surroundings,
    };
    const deps: SessionDeps = {
      history: this.history,
      backoff: { retries: 2, firstWaitMs: 20, maxWaitMs: 50 },
      computers: computers ?? fakeComputers('Fake browser', async () => this.computer),
      ...(tools && { tools }),
      ...(approvals && { approvals }),
      ...(limits && { limits }),
      ...(secrets && { secrets }),
      onFault: (error) => this.faults.push(error),
      surroundings: this.surroundings,
    };
    this.sessions = new Sessions(deps, clock);
  }

  async close(): Promise<void> {
    await this.sessions.close();
    this.history.dispose();
  }
}

/** A connection to the test server. */
export const connection = (api: Address) => ({
  client: createClient({ apiKey: KEY, baseUrl: api.url, fetch }),
  model: modelInfo('claude-opus-5-5'),
  effort: 'medium' as const,
  customInstructions: '',
});
