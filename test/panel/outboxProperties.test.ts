import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PING_INTERVAL_MS } from '../../src/panel/heartbeat.ts';
import {
  HIDDEN_TIMEOUT_MS,
  MAX_PENDING_CHARACTERS,
  MAX_PENDING_ITEMS,
  Outbox,
} from '../../src/panel/outbox.ts';
import { POST_INTERVAL_MS } from '../../src/panel/postingPace.ts';
import type {
  AckMessage,
  HostMessage,
  PongMessage,
  ReadPageMessage,
  ReadyMessage,
} from '../../src/protocol/messages.ts';
import { Receipts } from '../../src/protocol/receipts.ts';
import { assertNever, type Item, ordinal } from '../../src/protocol/transcript.ts';
import { ANSWER, FakeSource, ModelWebview, READY } from './fakes.ts';
import { growAnswer, pieces, runStep, type Step, steps } from './steps.ts';
import { VirtualClock } from './virtualClock.ts';

/** Between two things that happen in the session: how the time passes and what becomes of a webview. */
type Weather = (
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'flow'; readonly pieces: readonly string[] }
  | { readonly do: 'lose'; readonly pick: number }
  | { readonly do: 'status'; readonly title: string }
  | {
      readonly do:
        | 'deliver'
        | 'answer'
        | 'ping'
        | 'hide'
        | 'reveal'
        | 'kill'
        | 'ready'
        | 'read'
        | 'read-anew';
    }
) & { readonly panel: number };

const panel = fc.nat(1);
const simple = fc.constantFrom<Weather['do'] & ('deliver' | 'answer')>('deliver', 'answer');

const weather: fc.Arbitrary<Weather> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(200), panel }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constant(HIDDEN_TIMEOUT_MS), panel }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flow' as const), pieces, panel }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), pick: fc.nat(9), panel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('status' as const), title: fc.string(), panel }) },
  { weight: 6, arbitrary: fc.record({ do: simple, panel }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('ping', 'ping', 'hide', 'reveal', 'kill', 'ready', 'read', 'read-anew'),
      panel,
    }),
  },
);

/** A webview behind a line that takes its time and may lose what is on it, either way. */
class Panel {
  readonly webview = new ModelWebview();
  readonly outbox: Outbox;
  /** Of the messages that arrived. */
  texts = 0;
  #toWebview: HostMessage[] = [];
  #toHost: (ReadyMessage | AckMessage | ReadPageMessage | PongMessage)[] = [READY];
  #isVisible = true;
  #lastPing = 0;

  constructor(source: FakeSource, clock: VirtualClock) {
    this.outbox = new Outbox(source, (message) => this.#toWebview.push(message), { screenshots: '', clock });
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.outbox.setVisible(isVisible);
  }

  /** As a heartbeat does. */
  ping(): void {
    if (!this.#isVisible) return;
    this.#lastPing += 1;
    this.outbox.pinged(this.#lastPing);
    this.#toWebview.push({ type: 'ping', id: this.#lastPing });
  }

  deliver(): void {
    for (const message of this.#toWebview.splice(0)) {
      const ack = this.webview.receive(message);
      if (ack && message.type === 'text') this.texts += 1;
      if (ack) this.#toHost.push(ack);
      if (message.type === 'ping') this.#toHost.push({ type: 'pong', id: message.id });
      if (message.type === 'resync') this.ready();
    }
  }

  answer(): void {
    for (const message of this.#toHost.splice(0)) {
      if (message.type === 'pong') this.outbox.ponged(message.id);
      else this.outbox.handle(message);
    }
  }

  ready(): void {
    this.#toHost.push(this.webview.ready());
  }

  read(): void {
    this.#toHost.push(...this.webview.readMissing());
  }

  /** Loses one of the messages on their way. */
  lose(pick: number): void {
    if (pick < this.#toWebview.length) this.#toWebview.splice(pick, 1);
    else this.#toHost.splice(pick % Math.max(1, this.#toHost.length), 1);
  }

  kill(): void {
    this.#toWebview = [];
    this.#toHost = [];
    this.webview.reload();
    this.ready();
  }
}

/** Two panels on one session. */
class World {
  readonly clock = new VirtualClock();
  readonly source: FakeSource;
  readonly panels: readonly [Panel, Panel];

  constructor(source: FakeSource) {
    this.source = source;
    this.panels = [new Panel(source, this.clock), new Panel(source, this.clock)];
  }

  happen(weather: Weather): void {
    const panel = this.panels[weather.panel] ?? this.panels[0];
    switch (weather.do) {
      case 'wait':
        this.clock.advance(weather.ms);
        break;
      case 'flow':
        for (const piece of weather.pieces) {
          growAnswer(this.source, piece);
          this.clock.advance(POST_INTERVAL_MS);
          panel.deliver();
          panel.answer();
        }
        break;
      case 'lose':
        panel.lose(weather.pick);
        break;
      case 'status':
        this.source.setStatus({ title: weather.title });
        break;
      case 'read-anew':
        this.source.reload([{ ...ANSWER, ordinal: ordinal(this.source.count), at: 1 } as Item]);
        break;
      case 'hide':
      case 'reveal':
        panel.setVisible(weather.do === 'reveal');
        break;
      case 'deliver':
      case 'answer':
      case 'ping':
      case 'kill':
      case 'ready':
      case 'read':
        panel[weather.do]();
        break;
      default:
        assertNever(weather);
    }
  }

  /** Nothing is lost from here on: time passes, each webview in view is pinged, and says ready until it is answered. */
  settle(): void {
    for (const panel of this.panels) panel.setVisible(true);
    for (let round = 0; round < 12; round += 1) {
      this.clock.advance(PING_INTERVAL_MS);
      for (const panel of this.panels) {
        if (panel.webview.isWaiting) panel.ready();
        if (round > 8) panel.read();
        panel.ping();
        panel.answer();
        panel.deliver();
        panel.answer();
      }
    }
  }
}

/** Returns how many texts arrived. */
function check(program: readonly (Step | Weather)[], memory: number): number {
  const world = new World(new FakeSource(memory));
  for (const step of program) {
    if (step.do === 'append' || step.do === 'change') runStep(world.source, step);
    else world.happen(step);
    for (const { outbox } of world.panels) {
      expect(outbox.stats.pendingItems).toBeLessThanOrEqual(MAX_PENDING_ITEMS);
      expect(outbox.stats.pendingCharacters).toBeLessThanOrEqual(MAX_PENDING_CHARACTERS);
    }
    expect(world.clock.pending).toBeLessThanOrEqual(2);
  }
  world.settle();
  for (const { webview, outbox } of world.panels) {
    expect(webview.gaps).toEqual([]);
    expect(webview.status).toEqual(world.source.status);
    const items = [...webview.items].sort(([a], [b]) => a - b).map(([, item]) => item);
    expect(items).toEqual(world.source.items);
    outbox.dispose();
  }
  return world.panels[0].texts + world.panels[1].texts;
}

describe('whatever the weather', () => {
  const programs = fc
    .tuple(steps, fc.array(weather, { minLength: 20, maxLength: 120 }), fc.infiniteStream(fc.boolean()))
    .map(([changes, weathers, coins]) => interleave(changes, weathers, coins));

  test('each webview ends up with the transcript of its source, without a gap on the way', () => {
    let texts = 0;
    fc.assert(
      fc.property(programs, (program) => {
        texts += check(program, 2_000);
      }),
      { numRuns: 300 },
    );
    // Or else nothing was learned of them.
    expect(texts).toBeGreaterThan(300);
  });

  test('so it does when the source soon forgets', () => {
    fc.assert(
      fc.property(programs, (program) => {
        check(program, 5);
      }),
      { numRuns: 300 },
    );
  });
});

function interleave(
  changes: readonly Step[],
  weathers: readonly Weather[],
  coins: Iterator<boolean>,
): (Step | Weather)[] {
  const [left, right] = [[...changes], [...weathers]];
  const program: (Step | Weather)[] = [];
  while (left.length > 0 || right.length > 0) {
    const next = (coins.next().value ? left.shift() : right.shift()) ?? left.shift() ?? right.shift();
    if (next) program.push(next);
  }
  return program;
}

describe('the cost of a stream', () => {
  /** Streams deltas for `seconds` to a webview that acknowledges a frame later. */
  function stream(deltasPerSecond: number, delta: string, seconds: number) {
    const clock = new VirtualClock();
    const source = new FakeSource();
    const receipts = new Receipts();
    const counts = { posts: 0, bytes: 0, content: 0 };
    const outbox = new Outbox(
      source,
      (message) => {
        counts.posts += 1;
        counts.bytes += Buffer.byteLength(JSON.stringify(message));
        const ack = receipts.next(message);
        if (ack) clock.schedule(() => outbox.handle(ack), 16);
      },
      { screenshots: 'https://file+.vscode-resource.vscode-cdn.net/screenshots', clock },
    );
    outbox.handle(READY);
    // Turns of one second, each with an answer, an action and the changes of the status that go with them.
    for (let second = 0; second < seconds; second += 1) {
      source.setStatus({ run: { state: 'running', since: 1, activity: 'answering' } });
      const answer = source.append(ANSWER);
      for (let sent = 0; sent < deltasPerSecond; sent += 1) {
        source.extend(answer, delta);
        counts.content += delta.length;
        clock.advance(1_000 / deltasPerSecond);
      }
      source.update(answer, { kind: 'text', state: 'complete', durationMs: 0 });
      source.setStatus({ run: { state: 'idle' }, tokens: { input: second, output: second } });
    }
    clock.advance(1_000);
    outbox.dispose();
    return { ...counts, seconds };
  }

  test('is at most half as much again as its content, at 1,000 deltas of four characters a second', () => {
    const { bytes, content } = stream(1_000, 'abcd', 30);
    expect(bytes / content).toBeLessThanOrEqual(1.5);
  });

  test('is at most 60 messages a second, at 5,000 deltas a second', () => {
    const { posts, seconds } = stream(5_000, 'ab', 10);
    expect(posts / seconds).toBeLessThanOrEqual(60);
  });
});
