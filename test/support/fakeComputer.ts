import type { BetaToolsetCallContext } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { Emitter } from '../../src/base/emitter.ts';
import type { Computer, ComputerEvent } from '../../src/computer/computer.ts';
import { FakeBrowserToolset } from './fakeBrowserToolset.ts';

/** A browser that only remembers what it was told; enough to test what happens around a computer. */
export class FakeComputer implements Computer {
  readonly #events = new Emitter<ComputerEvent>();
  readonly toolset = new WaitingToolset();
  readonly label = 'Fake browser';
  readonly onEvent = this.#events.event;
  closed = false;

  /** The members that ran, in order. */
  get members(): readonly string[] {
    return this.toolset.calls.map(({ member }) => member);
  }

  fire(event: ComputerEvent): void {
    this.#events.fire(event);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.#events.dispose();
  }
}

/** Its `wait` can be made to last until the call is aborted. */
class WaitingToolset extends FakeBrowserToolset {
  #waiting: PromiseWithResolvers<void> | undefined;

  /** Makes `wait` last; the promise resolves when one has begun. */
  holdWaits(): Promise<void> {
    this.#waiting = Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  override async wait(context: BetaToolsetCallContext): Promise<void> {
    if (!this.#waiting) return;
    this.#waiting.resolve();
    await new Promise<void>((_resolve, reject) => {
      context.signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  }
}
