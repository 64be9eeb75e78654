import type { BetaToolsetCallContext } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { Emitter } from '../../src/base/emitter.ts';
import type { Computer, ComputerEvent, Screen } from '../../src/computer/computer.ts';
import { FakeBrowserToolset } from './fakeBrowserToolset.ts';

/** A browser that only remembers what it was told; enough to test what happens around a computer. */
export class FakeComputer implements Computer {
  readonly #events = new Emitter<ComputerEvent>();
  readonly toolset = new WaitingToolset();
  isIsolated = false;
  /** What a call would act on, told anew each time it is asked for. */
  describeTarget: NonNullable<Computer['describeTarget']> = async () => [];
  readonly onEvent = this.#events.event;
  readonly #screens = new Emitter<Screen | undefined>();
  readonly onScreen = this.#screens.event;
  /** Set by {@link show}. */
  screen: Screen | undefined;
  closed = false;
  /** How many calls had come when it last crashed. */
  #callsLost = 0;

  /** As with a real one, the first call starts it, and the first after a crash. */
  get isRunning(): boolean {
    return this.toolset.calls.length > this.#callsLost;
  }

  /** The members that ran, in order. */
  get members(): readonly string[] {
    return this.toolset.calls.map(({ member }) => member);
  }

  fire(event: ComputerEvent): void {
    this.#events.fire(event);
  }

  show(screen: Screen | undefined): void {
    this.screen = screen;
    this.#screens.fire(screen);
  }

  /** Ends by itself. */
  crash(message = ''): void {
    this.#callsLost = this.toolset.calls.length;
    this.fire({ type: 'crashed', message });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.#events.dispose();
  }
}

/** Its `wait` can be made to last until the call is aborted, or until it is let go. */
class WaitingToolset extends FakeBrowserToolset {
  #held: { readonly begun: () => void; readonly ends: Promise<void>; readonly stubborn: boolean } | undefined;
  #letGo: () => void = () => {};

  /**
   * Makes `wait` last; the promise resolves when one has begun.
   * @param stubborn - it ignores its signal, which no toolset should
   */
  holdWaits({ stubborn = false } = {}): Promise<void> {
    const begun = Promise.withResolvers<void>();
    const ends = Promise.withResolvers<void>();
    this.#held = { begun: begun.resolve, ends: ends.promise, stubborn };
    this.#letGo = ends.resolve;
    return begun.promise;
  }

  /** Lets the waits end well, those under way and those to come. */
  releaseWaits(): void {
    this.#held = undefined;
    this.#letGo();
  }

  override async wait({ signal }: BetaToolsetCallContext): Promise<void> {
    this.calls.push({ member: 'wait', input: {} });
    if (!this.#held) return;
    const { begun, ends, stubborn } = this.#held;
    begun();
    const aborted = new Promise<never>((_resolve, reject) => {
      if (!stubborn) signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
    await Promise.race([ends, aborted]);
  }
}
