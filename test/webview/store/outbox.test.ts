/** A webview's store fed by the outbox of a panel, with a line between them that takes its time and may break. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Disposable } from '../../../src/base/lifecycle.ts';
import { PING_INTERVAL_MS } from '../../../src/panel/heartbeat.ts';
import { Outbox } from '../../../src/panel/outbox.ts';
import { POST_INTERVAL_MS } from '../../../src/panel/postingPace.ts';
import type { HostMessage, WebviewMessage } from '../../../src/protocol/messages.ts';
import { assertNever, type Item, ordinal } from '../../../src/protocol/transcript.ts';
import { REQUEST_TIMEOUT_MS } from '../../../webview/store/page-requests.ts';
import {
  MAX_READY_INTERVAL_MS,
  type SessionMessage,
  SessionStore,
} from '../../../webview/store/session-store.ts';
import { ANSWER, FakeSource } from '../../panel/fakes.ts';
import { growAnswer, pieces, runStep, steps } from '../../panel/steps.ts';
import { VirtualClock } from '../../panel/virtualClock.ts';

type Weather = (
  | { readonly do: 'wait' | 'deliver' | 'frame' | 'kill' | 'ping' | 'hide' | 'reveal' | 'read-anew' }
  | { readonly do: 'lose'; readonly pick: number }
  | { readonly do: 'look'; readonly at: number }
  | { readonly do: 'flow'; readonly pieces: readonly string[] }
) & { readonly panel: number };

const panel = fc.nat(1);

const weather: fc.Arbitrary<Weather> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('wait', 'wait', 'deliver', 'deliver', 'frame', 'ping'),
      panel,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('kill', 'hide', 'reveal', 'read-anew'), panel }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose' as const), pick: fc.nat(9), panel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('look' as const), at: fc.nat(60), panel }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('flow' as const), pieces, panel }) },
);

/** A webview, its host's outbox and the line between them, on which any message may be lost. */
class Panel {
  readonly outbox: Outbox;
  readonly errors: unknown[] = [];
  store: SessionStore;
  /** Of the messages that arrived. */
  texts = 0;
  readonly #clock: VirtualClock;
  #isVisible = true;
  #lastPing = 0;
  #toWebview: HostMessage[] = [];
  #toHost: WebviewMessage[] = [];
  #frame: (() => void) | undefined;
  #timers = new Set<Disposable>();

  constructor(source: FakeSource, clock: VirtualClock) {
    this.#clock = clock;
    this.outbox = new Outbox(source, (message) => this.#toWebview.push(message), { screenshots: '', clock });
    this.store = this.#load();
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
      if (message.type === 'text') this.texts += 1;
      if (message.type === 'ping') {
        // By way of a frame, as a webview does.
        this.frame();
        this.#toHost.push({ type: 'pong', id: message.id });
      } else this.store.receive(message as SessionMessage);
    }
    for (const message of this.#toHost.splice(0)) {
      if (message.type === 'pong') this.outbox.ponged(message.id);
      else if (message.type === 'ready' || message.type === 'ack' || message.type === 'read-page') {
        this.outbox.handle(message);
      }
    }
  }

  frame(): void {
    const frame = this.#frame;
    this.#frame = undefined;
    frame?.();
  }

  /** Loses one of the messages on their way. */
  lose(pick: number): void {
    if (pick < this.#toWebview.length) this.#toWebview.splice(pick, 1);
    else this.#toHost.splice(pick % Math.max(1, this.#toHost.length), 1);
  }

  kill(): void {
    this.#toWebview = [];
    this.#toHost = [];
    this.store = this.#load();
  }

  /** A document that knows nothing. Frames and timers of the one before come no more. */
  #load(): SessionStore {
    this.#frame = undefined;
    for (const timer of this.#timers) timer.dispose();
    this.#timers.clear();
    const store = new SessionStore({
      post: (message) => this.#toHost.push(message),
      anchorOf: () => null,
      around: () => null,
      onSent: () => {},
      schedule: (callback) => {
        this.#frame = callback;
      },
      after: (callback, ms) => {
        const timer = this.#clock.schedule(() => {
          this.#timers.delete(timer);
          callback();
        }, ms);
        this.#timers.add(timer);
        return () => timer.dispose();
      },
      onError: (error) => this.errors.push(error),
      now: () => this.#clock.now(),
    });
    store.start();
    return store;
  }
}

/** Two panels on one session. */
class World {
  readonly clock = new VirtualClock();
  readonly source = new FakeSource();
  readonly panels = [new Panel(this.source, this.clock), new Panel(this.source, this.clock)] as const;

  happen(weather: Weather): void {
    const panel = this.panels[weather.panel] ?? this.panels[0];
    switch (weather.do) {
      case 'wait':
        this.clock.advance(POST_INTERVAL_MS);
        break;
      case 'flow':
        for (const piece of weather.pieces) {
          growAnswer(this.source, piece);
          this.clock.advance(POST_INTERVAL_MS);
          panel.deliver();
        }
        break;
      case 'lose':
        panel.lose(weather.pick);
        break;
      case 'look':
        panel.store.items.show(weather.at, weather.at + 20);
        break;
      case 'hide':
      case 'reveal':
        panel.setVisible(weather.do === 'reveal');
        break;
      case 'read-anew':
        this.source.reload([{ ...ANSWER, ordinal: ordinal(this.source.count), at: 1 } as Item]);
        break;
      case 'deliver':
      case 'frame':
      case 'kill':
      case 'ping':
        panel[weather.do]();
        break;
      default:
        assertNever(weather);
    }
  }

  /** Nothing is lost from here on: time passes, each webview in view is pinged, and somebody looks at everything. */
  settle(): void {
    for (const panel of this.panels) panel.setVisible(true);
    const rounds = (MAX_READY_INTERVAL_MS + 2 * REQUEST_TIMEOUT_MS) / PING_INTERVAL_MS;
    for (let round = 0; round < rounds; round += 1) {
      this.clock.advance(PING_INTERVAL_MS);
      for (const panel of this.panels) {
        if (round > rounds - 10) panel.store.items.show(0, this.source.count - 1);
        panel.ping();
        panel.deliver();
        panel.frame();
      }
    }
  }
}

it('ends with what the host has, in the same words', () => {
  let texts = 0;
  const program = fc.array(weather, { maxLength: 120 });
  fc.assert(
    fc.property(steps, program, (changes, weathers) => {
      const world = new World();
      for (const [at, next] of weathers.entries()) {
        const change = changes[at];
        if (change) runStep(world.source, change);
        world.happen(next);
      }
      world.settle();
      const { source } = world;
      for (const { store, outbox, errors, texts: arrived } of world.panels) {
        texts += arrived;
        expect(errors).toEqual([]);
        expect(store.items.count.value).toBe(source.count);
        expect(source.items.map(({ ordinal }) => store.items.row(ordinal).peek())).toEqual(source.items);
        outbox.dispose();
      }
    }),
    { numRuns: 400 },
  );
  // Or else nothing was learned of them.
  expect(texts).toBeGreaterThan(300);
});
