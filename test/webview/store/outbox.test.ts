/** A webview's store fed by the outbox of a panel, with a line between them that takes its time and may break. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HIDDEN_TIMEOUT_MS, Outbox, POST_INTERVAL_MS } from '../../../src/panel/outbox.ts';
import type { HostMessage, WebviewMessage } from '../../../src/protocol/messages.ts';
import { type SessionMessage, SessionStore } from '../../../webview/store/session-store.ts';
import { ANSWER, FakeSource } from '../../panel/fakes.ts';
import { growAnswer, pieces, runStep, steps } from '../../panel/steps.ts';
import { VirtualClock } from '../../panel/virtualClock.ts';

type Weather =
  | { readonly do: 'wait' | 'deliver' | 'frame' | 'kill' | 'lose-acks' | 'hide' | 'reveal' }
  | { readonly do: 'flow'; readonly pieces: readonly string[] };

const weather: fc.Arbitrary<Weather> = fc
  .constantFrom('wait', 'wait', 'deliver', 'deliver', 'frame', 'kill', 'lose-acks', 'hide', 'reveal')
  .map((what) => ({ do: what }));

const flow: fc.Arbitrary<Weather> = pieces.map((texts) => ({ do: 'flow', pieces: texts }));

class World {
  readonly clock = new VirtualClock();
  readonly source = new FakeSource();
  readonly outbox: Outbox;
  readonly errors: unknown[] = [];
  store: SessionStore;
  /** Of the messages that arrived. */
  texts = 0;
  #toWebview: HostMessage[] = [];
  #toHost: WebviewMessage[] = [];
  #frame: (() => void) | undefined;

  constructor() {
    this.outbox = new Outbox(this.source, (message) => this.#toWebview.push(message), {
      screenshots: '',
      clock: this.clock,
    });
    this.store = this.#load();
  }

  happen(weather: Weather): void {
    switch (weather.do) {
      case 'wait':
        this.clock.advance(POST_INTERVAL_MS);
        break;
      case 'flow':
        for (const piece of weather.pieces) {
          growAnswer(this.source, piece);
          this.clock.advance(POST_INTERVAL_MS);
          this.deliver();
        }
        break;
      case 'deliver':
        this.deliver();
        break;
      case 'frame':
        this.frame();
        break;
      case 'kill':
        this.#toWebview = [];
        this.#toHost = [];
        this.store = this.#load();
        break;
      case 'lose-acks':
        this.#toHost = this.#toHost.filter(({ type }) => type !== 'ack');
        break;
      case 'hide':
        this.outbox.setVisible(false);
        break;
      case 'reveal':
        this.outbox.setVisible(true);
        break;
    }
  }

  deliver(): void {
    for (const message of this.#toWebview.splice(0)) {
      if (message.type === 'text') this.texts += 1;
      this.store.receive(message as SessionMessage);
    }
    for (const message of this.#toHost.splice(0)) {
      if (message.type === 'ready' || message.type === 'ack' || message.type === 'read-page') {
        this.outbox.handle(message);
      }
    }
  }

  frame(): void {
    const frame = this.#frame;
    this.#frame = undefined;
    frame?.();
  }

  /** The weather clears up, and somebody looks at the whole transcript. */
  settle(): void {
    this.outbox.setVisible(false);
    this.clock.advance(HIDDEN_TIMEOUT_MS + 1);
    this.source.append(ANSWER);
    this.outbox.setVisible(true);
    for (let round = 0; round < 5; round += 1) {
      if (round === 3) this.store.items.show(0, this.source.count - 1);
      this.clock.advance(1_000);
      this.deliver();
      this.frame();
    }
  }

  /** A page that knows nothing. Frames of the one before come no more. */
  #load(): SessionStore {
    this.#frame = undefined;
    const store = new SessionStore({
      post: (message) => this.#toHost.push(message),
      anchorOf: () => null,
      around: () => null,
      onSent: () => {},
      schedule: (callback) => {
        this.#frame = callback;
      },
      onError: (error) => this.errors.push(error),
      now: () => this.clock.now(),
    });
    store.start();
    return store;
  }
}

it('ends with what the host has, in the same words', () => {
  let texts = 0;
  const program = fc.array(fc.oneof({ weight: 4, arbitrary: weather }, { weight: 1, arbitrary: flow }), {
    maxLength: 100,
  });
  fc.assert(
    fc.property(steps, program, (changes, weathers) => {
      const world = new World();
      for (const [at, next] of weathers.entries()) {
        const change = changes[at];
        if (change) runStep(world.source, change);
        world.happen(next);
      }
      world.settle();
      texts += world.texts;
      const { source, store } = world;
      expect(world.errors).toEqual([]);
      expect(store.items.count.value).toBe(source.count);
      expect(source.items.map(({ ordinal }) => store.items.row(ordinal).peek())).toEqual(source.items);
      world.outbox.dispose();
    }),
    { numRuns: 300 },
  );
  // Or else nothing was learned of them.
  expect(texts).toBeGreaterThan(300);
});
