/** An extension host that is killed at random moments, again and again in the same session. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Script } from '../../src/agent/demo/script.ts';
import { History } from '../../src/history/history.ts';
import { type Item, isSettled, ordinal, type SessionId, sessionId } from '../../src/protocol/transcript.ts';
import { startMessagesApi } from '../support/messagesApi/server.ts';
import { act, click, say } from './support/host.ts';
import type { Told } from './support/killedHost.ts';

const PROGRAM = join(import.meta.dirname, 'support', 'killedHost.ts');
const KILLS = Number(process.env.CUC_KILLS ?? 100);
/** A host is killed when it has told so many lines at most, or has lived so long, and some ms more. */
const MOST_LINES = 16;
const LONGEST_LIFE_MS = 800;
const MOST_JITTER_MS = 25;

/** Random numbers that the same seed repeats. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Each click has a place of its own, so that one done twice shows. */
function clickingScript(): Script {
  let clicks = 0;
  return ({ actingRepliesSincePrompt }) => {
    if (actingRepliesSincePrompt >= 3) return { blocks: [say('All done, for now.')] };
    clicks += 2;
    return {
      blocks: [
        { type: 'thinking', text: 'I think about where to click.' },
        say('I click twice and look.'),
        click(clicks, 1),
        click(clicks + 1, 1),
        // Now and then only: many of them would have the conversation summarized.
        ...(clicks % 8 === 0 ? [act('screenshot')] : []),
      ],
      pace: { charactersPerDelta: 6, msBetweenDeltas: 1 },
    };
  };
}

/** One host: what it told until it was killed. */
class KilledHost {
  readonly told: Told[] = [];
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #ready = Promise.withResolvers<void>();
  readonly #begun = Promise.withResolvers<void>();
  #text = '';

  constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#closed = once(this.#child, 'close');
    this.#child.stdout?.on('data', (data: Buffer) => this.#read(data.toString()));
  }

  async begin(): Promise<void> {
    await this.#ready.promise;
    this.#child.stdin?.write('go\n');
  }

  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Lets it live until it has told `lines` lines, or for as long as a host may, and `moreMs` more. */
  async live(lines: number, moreMs: number): Promise<void> {
    const end = performance.now() + LONGEST_LIFE_MS;
    while (this.told.length < lines && performance.now() < end) await delay(5);
    await delay(moreMs);
  }

  /** Resolves to whether it lived until then. */
  async kill(): Promise<boolean> {
    const lived = this.#child.exitCode === null;
    this.#child.kill('SIGKILL');
    await this.#closed;
    return lived;
  }

  #read(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      if (line === 'ready') {
        this.#ready.resolve();
        continue;
      }
      const told = JSON.parse(line) as Told;
      this.told.push(told);
      if ('session' in told) this.#begun.resolve();
    }
  }
}

function expectSound(folder: string): void {
  const db = new DatabaseSync(join(folder, 'history.db'));
  try {
    expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  } finally {
    db.close();
  }
}

/** What was told as final is there, as it was told. */
function expectKept(folder: string, id: SessionId, told: readonly Told[]): void {
  const history = History.open(folder);
  try {
    expect(history.recovered).toBeUndefined();
    for (const line of told) {
      if ('item' in line) expect(history.readItems(id, line.item.ordinal, 1)).toEqual([line.item]);
    }
  } finally {
    history.dispose();
  }
}

interface Block {
  readonly type: string;
  readonly id?: string;
  readonly tool_use_id?: string;
  readonly input?: { readonly target?: { readonly x?: number } };
  readonly content?: unknown;
}

/** Every click that was begun is told to the model once: with its outcome, or as one whose outcome is unknown. */
function expectTold(history: History, id: SessionId, clicks: readonly number[]): number {
  const blocks = history.readMessages(id).flatMap(({ content }) => content as unknown as Block[]);
  const items = history.readItems(id, ordinal(0), history.itemCount(id));
  expect(items.map((item) => item.ordinal)).toEqual(items.map((_, at) => at));
  let unknown = 0;
  for (const x of clicks) {
    const calls = blocks.filter(({ type, input }) => type === 'tool_use' && input?.target?.x === x);
    expect(calls, `click ${x}`).toHaveLength(1);
    const results = blocks.filter(({ tool_use_id }) => tool_use_id === calls[0]?.id);
    expect(results, `results of click ${x}`).toHaveLength(1);
    const [shown] = items.filter((item) => item.kind === 'action' && item.points[0]?.x === x);
    const isUnknown = JSON.stringify(results[0]?.content).includes('outcome is unknown');
    if (isUnknown) unknown += 1;
    // What the transcript shows as done, the model knows as done. Killed between the two, only the model knows.
    if (isUnknown) expect(statusOf(shown), `click ${x}`).toBe('interrupted');
    else expect(['done', 'interrupted'], `click ${x}`).toContain(statusOf(shown));
  }
  return unknown;
}

const statusOf = (item: Item | undefined) => (item?.kind === 'action' ? item.state.status : undefined);

test(`a session survives ${KILLS} kills of its host`, { timeout: 10_000 + KILLS * 3_000 }, async () => {
  const seed = Number(process.env.CUC_SEED ?? Date.now() % 2 ** 31);
  // For those who repeat a run that failed.
  console.log(`Seed: CUC_SEED=${seed}`);
  const random = randomNumbers(seed);
  const folder = mkdtempSync(join(tmpdir(), 'killed-'));
  const api = await startMessagesApi({ script: clickingScript() });
  const clicks: number[] = [];
  let id: string | undefined;
  let next: KilledHost | undefined;
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const host: KilledHost =
        next ?? new KilledHost(id === undefined ? [folder, api.url] : [folder, api.url, id]);
      await host.begin();
      // Now and then it does not even get to open the session.
      if (id === undefined || random() < 0.85) await host.begun;
      // The next one loads meanwhile: most of a host's life would be that.
      id ??= host.told.flatMap((told) => ('session' in told ? [told.session] : []))[0];
      next = kill + 1 < KILLS ? new KilledHost([folder, api.url, id ?? '']) : undefined;
      await host.live(Math.floor(random() * MOST_LINES), random() * MOST_JITTER_MS);
      expect(await host.kill()).toBe(true);
      expectSound(folder);
      expectKept(folder, sessionId(id ?? ''), host.told);
      clicks.push(...host.told.flatMap((told) => ('click' in told ? [told.click] : [])));
    }
    expect(new Set(clicks).size).toBe(clicks.length);
    const invalid = api.requests.flatMap((request) => request.invalid ?? []);
    expect(invalid).toEqual([]);

    // The last one's turn is mended when the session is opened, and it goes on.
    const last = new KilledHost([folder, api.url, id ?? '']);
    await last.begin();
    await last.begun;
    while (!last.told.some((told) => 'item' in told && told.item.kind === 'answer')) await delay(10);
    await last.kill();
    const history = History.open(folder);
    try {
      const unknown = expectTold(history, sessionId(id ?? ''), clicks);
      expect(clicks.length).toBeGreaterThan(KILLS / 4);
      const items = history.readItems(sessionId(id ?? ''), ordinal(0), 1_000_000);
      // How much the kills have met: a run in which none hit an action would show nothing.
      console.log(
        `${KILLS} kills: ${items.length} items, ${clicks.length} clicks, ${unknown} of unknown outcome, ` +
          `${items.filter((item) => !isSettled(item)).length} items open at the last`,
      );
    } finally {
      history.dispose();
    }
    expect(api.requests.flatMap((request) => request.invalid ?? [])).toEqual([]);
  } finally {
    await next?.kill();
    await api.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
