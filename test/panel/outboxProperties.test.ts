import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  HIDDEN_TIMEOUT_MS,
  MAX_PENDING_CHARACTERS,
  MAX_PENDING_ITEMS,
  Outbox,
  POST_INTERVAL_MS,
} from '../../src/panel/outbox.ts';
import type { AckMessage, HostMessage } from '../../src/protocol/messages.ts';
import { Receipts } from '../../src/protocol/receipts.ts';
import { ANSWER, FakeSource, ModelWebview, READY } from './fakes.ts';
import { growAnswer, pieces, runStep, type Step, steps } from './steps.ts';
import { VirtualClock } from './virtualClock.ts';

/** Between two things that happen in the session: how the time passes and what becomes of the webview. */
type Weather =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'flow'; readonly pieces: readonly string[] }
  | {
      readonly do: 'deliver' | 'acknowledge' | 'lose-acks' | 'hide' | 'reveal' | 'reload' | 'resume' | 'read';
    };

const weather: fc.Arbitrary<Weather> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'wait' as const, ms: HIDDEN_TIMEOUT_MS }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flow' as const), pieces }) },
  {
    weight: 8,
    arbitrary: fc.constantFrom<Weather>(
      { do: 'deliver' },
      { do: 'deliver' },
      { do: 'acknowledge' },
      { do: 'acknowledge' },
      { do: 'lose-acks' },
      { do: 'hide' },
      { do: 'reveal' },
      { do: 'reload' },
      { do: 'resume' },
      { do: 'read' },
    ),
  },
);

/** A webview behind a channel that takes its time, and that may be destroyed and made anew. */
class World {
  readonly clock = new VirtualClock();
  readonly webview = new ModelWebview();
  readonly source: FakeSource;
  readonly outbox: Outbox;
  /** Of the messages that were posted. */
  texts = 0;
  #channel: HostMessage[] = [];
  #acks: AckMessage[] = [];

  constructor(source: FakeSource) {
    this.source = source;
    this.outbox = new Outbox(source, (message) => this.#take(message), {
      screenshots: '',
      clock: this.clock,
    });
    this.outbox.handle(READY);
  }

  happen(weather: Weather): void {
    switch (weather.do) {
      case 'wait':
        this.clock.advance(weather.ms);
        break;
      case 'flow':
        for (const piece of weather.pieces) {
          growAnswer(this.source, piece);
          this.clock.advance(POST_INTERVAL_MS);
          this.deliver();
          this.happen({ do: 'acknowledge' });
        }
        break;
      case 'deliver':
        this.deliver();
        break;
      case 'acknowledge':
        for (const ack of this.#acks.splice(0)) this.outbox.handle(ack);
        break;
      case 'lose-acks':
        this.#acks = [];
        break;
      case 'hide':
        this.outbox.setVisible(false);
        break;
      case 'reveal':
        this.outbox.setVisible(true);
        break;
      case 'reload':
        this.#channel = [];
        this.#acks = [];
        this.webview.reload();
        this.outbox.handle(READY);
        break;
      case 'resume':
        this.outbox.handle({ ...READY, have: this.webview.have(this.source.session) });
        break;
      case 'read':
        this.webview.readMissing(this.outbox);
        break;
    }
  }

  deliver(): void {
    for (const message of this.#channel.splice(0)) {
      const ack = this.webview.receive(message);
      if (ack) this.#acks.push(ack);
    }
  }

  #take(message: HostMessage): void {
    if (message.type === 'text') this.texts += 1;
    this.#channel.push(message);
  }

  /** The weather clears up: everything arrives from here on. */
  settle(): void {
    // A webview that lost an acknowledgement is only helped by being looked at again, after its time is up.
    this.happen({ do: 'hide' });
    this.clock.advance(HIDDEN_TIMEOUT_MS + 1);
    this.source.append(ANSWER);
    this.happen({ do: 'reveal' });
    for (let round = 0; round < 5; round += 1) {
      this.clock.advance(1_000);
      this.deliver();
      this.happen({ do: 'acknowledge' });
    }
    this.happen({ do: 'read' });
    this.deliver();
  }
}

/** Returns how many texts were posted. */
function check(program: readonly (Step | Weather)[], memory: number): number {
  const world = new World(new FakeSource(memory));
  for (const step of program) {
    if (step.do === 'append' || step.do === 'change') runStep(world.source, step);
    else world.happen(step);
    const { pendingItems, pendingCharacters } = world.outbox.stats;
    expect(pendingItems).toBeLessThanOrEqual(MAX_PENDING_ITEMS);
    expect(pendingCharacters).toBeLessThanOrEqual(MAX_PENDING_CHARACTERS);
    expect(world.clock.pending).toBeLessThanOrEqual(1);
  }
  world.settle();
  const { webview, source } = world;
  expect(webview.gaps).toEqual([]);
  expect(webview.revision).toBe(source.revision);
  expect([...webview.items].sort(([a], [b]) => a - b).map(([, item]) => item)).toEqual(source.items);
  world.outbox.dispose();
  return world.texts;
}

describe('whatever the weather', () => {
  const programs = fc
    .tuple(steps, fc.array(weather, { minLength: 20, maxLength: 120 }), fc.infiniteStream(fc.boolean()))
    .map(([changes, weathers, coins]) => interleave(changes, weathers, coins));

  test('a webview ends up with the transcript of its source, without a gap on the way', () => {
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
