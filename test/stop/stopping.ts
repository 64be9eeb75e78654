/** Runs of a real session that are stopped at random moments, and what must be so after each stop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_APPROVALS } from '../../src/agent/approvals/approvals.ts';
import type { Script, ScriptedBlock } from '../../src/agent/demo/script.ts';
import type { AgentSession } from '../../src/agent/session.ts';
import type { Computer } from '../../src/computer/computer.ts';
import type { ComputerKind } from '../../src/protocol/computers.ts';
import type { Item } from '../../src/protocol/transcript.ts';
import { Host, itemsOf, reply, say } from '../agent/support/host.ts';
import type { Random } from '../support/desktop/random.ts';
import { fakeComputers } from '../support/fakeComputers.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';

/** After a stop nothing is sent later than this, in ms. */
const QUIET_AFTER_MS = 100;

/** How long it is watched whether it is quiet, in ms. */
const WATCHED_MS = 130;

/** Conversations with more screenshots than these are summarized, which is no part of this. */
const STOPS_A_SESSION = 20;

/** What was sent to the computer: a press (`+a`, `insert é`, `wheel`), a release (`-a`), or a move (`@10,20`). */
export interface Sent {
  readonly at: number;
  readonly what: string;
  /** Whether it lets go of something, and does nothing else. */
  readonly isRelease: boolean;
  /** Whether a held key repeats. */
  readonly isRepeat?: boolean;
}

/** A call, and what it sends when it is done. */
export interface Act {
  readonly block: ScriptedBlock;
  /** Its presses, in order. */
  readonly presses: readonly string[];
  /** Moves that only it makes. */
  readonly moves?: readonly string[];
  /** How many characters the first so many of its presses are. */
  readonly charactersOf?: (presses: readonly string[]) => number;
}

/** What is stopped. */
export interface Stopped {
  readonly kind: ComputerKind;
  readonly computer: Computer;
  /** All that was sent since it was last emptied. */
  readonly sent: Sent[];
  /** What is down by what was sent. */
  held(): readonly string[];
  readonly random: Random;
  /** The calls of one run. */
  acts(): readonly Act[];
  /** Called right before some of the stops; what it answers is called later. */
  readonly freeze?: () => () => void;
  /** After each run, beyond what is checked anyway. @param stopAt - on the clock of `performance` */
  readonly afterStop?: (stopAt: number) => Promise<void>;
}

/** Knows when this process could not run. */
class LoopWatch {
  #last = performance.now();
  #gaps: { readonly end: number; readonly ms: number }[] = [];
  readonly #timer = setInterval(() => {
    const now = performance.now();
    if (now - this.#last > 20) this.#gaps.push({ end: now, ms: now - this.#last });
    if (this.#gaps.length > 100) this.#gaps.shift();
    this.#last = now;
  }, 5);

  blockedSince(from: number): number {
    return this.#gaps.reduce((sum, { end, ms }) => sum + Math.max(0, Math.min(ms, end - from)), 0);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

export interface StopReport {
  readonly stops: number;
  /** From the stop to the last input that was sent after it, in ms, sorted; 0 where none was. */
  readonly lastInputMs: readonly number[];
  /** Actions by the state they are shown in. */
  readonly states: Readonly<Record<string, number>>;
}

/** Stops so many runs. @throws with the seed's trail when something is not as it must be */
export async function stopRuns(count: number, stopped: Stopped, trail: string): Promise<StopReport> {
  const folder = mkdtempSync(join(tmpdir(), 'stops-'));
  let acts: readonly Act[] = [];
  const script: Script = ({ repliesSincePrompt }) =>
    repliesSincePrompt === 0 ? reply(...acts.map(({ block }) => block)) : reply(say('Done.'));
  const api: MessagesApi = await startMessagesApi({ script });
  // It outlives the sessions.
  const computer: Computer = Object.create(stopped.computer, {
    close: { value: async () => {} },
    isIsolated: { value: true },
  });
  const computers = { ...fakeComputers('Recorded', async () => computer), preferred: stopped.kind };
  // Nobody is there to be asked.
  const approvals = { ...DEFAULT_APPROVALS, mode: 'unattended' as const };
  const host = new Host(folder, api, { computers, approvals });
  const watch = new LoopWatch();
  const lastInputMs: number[] = [];
  const states: Record<string, number> = {};
  let session: AgentSession | undefined;
  try {
    let runs = 0;
    while (lastInputMs.length < count) {
      if (runs % STOPS_A_SESSION === 0) {
        await session?.close();
        session = host.sessions.create();
      }
      runs += 1;
      if (runs > 3 * count) throw new Error('Too few of the runs could be stopped.');
      acts = stopped.acts();
      if (!session) continue;
      const told = `stop ${lastInputMs.length + 1} of ${count}, run ${runs}, ${trail}: ${JSON.stringify(acts.map(({ block }) => block))}`;
      const stop = await stopOne(session, stopped, acts, watch, told);
      for (const status of stop.states) states[status] = (states[status] ?? 0) + 1;
      if (stop.lastMs !== undefined) lastInputMs.push(stop.lastMs);
    }
    same(host.faults, [], 'faults');
    same(
      api.requests.flatMap(({ invalid }) => invalid ?? []),
      [],
      'invalid requests',
    );
  } finally {
    watch.close();
    await session?.close();
    await host.close();
    await api.close();
    rmSync(folder, { recursive: true });
  }
  return { stops: lastInputMs.length, lastInputMs: lastInputMs.sort((a, b) => a - b), states };
}

type ActionItem = Extract<Item, { kind: 'action' }>;

/** Answers undefined for `lastMs` where the run had ended before it could be stopped. */
async function stopOne(
  session: AgentSession,
  stopped: Stopped,
  acts: readonly Act[],
  watch: LoopWatch,
  told: string,
): Promise<{ readonly lastMs: number | undefined; readonly states: readonly string[] }> {
  const { random, sent } = stopped;
  sent.length = 0;
  const before = session.count;
  const presses = acts.flatMap((act) => act.presses).length;
  const afterPress = random.below(presses + 1);
  const laterMs = random.below(2) === 0 ? random.below(12) : random.below(200);
  const run = session.send('Go on');
  let isOver = false;
  void run.then(() => {
    isOver = true;
  });
  const hasBegun = () => sent.length > 0 || itemsOf(session).slice(before).some(isRunning);
  const pressed = () => sent.filter(({ what, isRepeat }) => !isRepeat && isPress(what)).length;
  while (!isOver && !(hasBegun() && pressed() >= afterPress)) await pause(1);
  await pause(laterMs);
  const thaw = stopped.freeze && random.below(3) === 0 ? stopped.freeze() : undefined;
  if (thaw) await pause(random.below(80));
  const isStopped = session.isRunning;
  const stopAt = performance.now();
  session.stop();
  await run;
  await pause(WATCHED_MS);
  const mayBeLate = thaw !== undefined;
  thaw?.();
  if (thaw) await pause(30);

  const late = sent.filter(({ at }) => at > stopAt);
  if (isStopped) {
    same(
      late.filter(({ isRelease }) => !isRelease),
      [],
      `inputs after the stop, ${told}`,
    );
    const limit = QUIET_AFTER_MS + watch.blockedSince(stopAt);
    if (!mayBeLate)
      same(
        late.filter(({ at }) => at - stopAt > limit),
        [],
        `late releases, ${told}`,
      );
  }
  same(stopped.held(), [], `held, ${told}`);
  const items = itemsOf(session)
    .slice(before)
    .filter((item): item is ActionItem => item.kind === 'action');
  agree(acts, items, sent, told);
  if (isStopped) expectNotice(session, before, items, told);
  await stopped.afterStop?.(stopAt);
  const lastMs = isStopped ? Math.max(0, ...(mayBeLate ? [] : late.map(({ at }) => at - stopAt))) : undefined;
  return { lastMs, states: items.map(({ state }) => state.status) };
}

const isRunning = (item: Item) => item.kind === 'action' && item.state.status === 'running';
const isPress = (what: string) => !what.startsWith('-') && !what.startsWith('@');

/** What the transcript says of each action is what was sent. */
function agree(
  acts: readonly Act[],
  items: readonly ActionItem[],
  sent: readonly Sent[],
  told: string,
): void {
  const presses = sent.filter(({ what, isRepeat }) => !isRepeat && isPress(what)).map(({ what }) => what);
  const moves = new Set(sent.map(({ what }) => what));
  let at = 0;
  for (const [index, act] of acts.entries()) {
    const item = items[index];
    const what = `${item?.summary}: ${JSON.stringify(item?.state)}, ${told}`;
    switch (item?.state.status) {
      case 'done':
        same(presses.slice(at, at + act.presses.length), act.presses, what);
        for (const move of act.moves ?? []) same(moves.has(move), true, `${move}, ${what}`);
        at += act.presses.length;
        break;
      case 'interrupted': {
        const rest = presses.slice(at);
        same(rest, act.presses.slice(0, rest.length), what);
        at += rest.length;
        expectProgress(act, rest, item.state.progress, what);
        break;
      }
      // The reply was cut off before it.
      case undefined:
      case 'skipped':
        for (const move of act.moves ?? []) same(moves.has(move), false, `${move}, ${what}`);
        break;
      default:
        throw new Error(what);
    }
  }
  same(presses.slice(at), [], `of skipped actions, ${told}`);
}

/** `17 of 40 characters typed` */
function expectProgress(
  act: Act,
  presses: readonly string[],
  progress: string | undefined,
  what: string,
): void {
  const [, atLeast, count, all] = /(at least )?(\d+) of (\d+) characters/.exec(progress ?? '') ?? [];
  if (count === undefined || !act.charactersOf) return;
  same(Number(all), act.charactersOf(act.presses), what);
  const typed = act.charactersOf(presses);
  same(atLeast ? typed >= Number(count) : typed === Number(count), true, `${typed} were, ${what}`);
}

function expectNotice(
  session: AgentSession,
  before: number,
  items: readonly ActionItem[],
  told: string,
): void {
  const notice = itemsOf(session).slice(before).at(-1);
  const text = notice?.kind === 'notice' ? notice.text : '';
  same(text.startsWith('Stopped.'), true, `${text}, ${told}`);
  const count = (status: string) => items.filter(({ state }) => state.status === status).length;
  const [, done = 0] = /done: (\d+)/.exec(text) ?? [];
  const [, notBegun = 0] = /not begun: (\d+)/.exec(text) ?? [];
  same(Number(done), count('done'), `${text}, ${told}`);
  same(Number(notBegun), count('skipped'), `${text}, ${told}`);
  same(text.includes('cut short'), count('interrupted') > 0, `${text}, ${told}`);
}

/** `p50 0.4 ms, p95 1.2 ms, max 3.1 ms` */
export function describeReport({ stops, lastInputMs, states }: StopReport): string {
  const of = (part: number) =>
    (lastInputMs[Math.min(lastInputMs.length - 1, Math.floor(part * lastInputMs.length))] ?? 0).toFixed(1);
  return `${stops} stops, last input after the stop: p50 ${of(0.5)} ms, p95 ${of(0.95)} ms, max ${of(1)} ms; actions ${JSON.stringify(states)}`;
}

/** @throws Error with both and with `what` when they are not alike */
function same(actual: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}\n  expected ${JSON.stringify(expected)}\n  got ${JSON.stringify(actual)}`);
}
