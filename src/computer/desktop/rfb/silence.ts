import type { Clock } from '../../../base/clock.ts';
import type { Disposable } from '../../../base/lifecycle.ts';

export interface SilenceOptions {
  readonly clock: Clock;
  /** ms. */
  readonly silenceMs: number;
  /** Says something that the other end has to answer. */
  readonly ask: () => void;
  readonly onDead: () => void;
}

/** Tells a server that has nothing to say from one that is gone: after some silence it is asked, after as much it is dead. */
export class Silence implements Disposable {
  readonly #options: SilenceOptions;
  #timer: Disposable;
  #isHeard = true;
  #isAsked = false;

  constructor(options: SilenceOptions) {
    this.#options = options;
    this.#timer = this.#wait();
  }

  /** Something came. */
  onHeard(): void {
    this.#isHeard = true;
  }

  dispose(): void {
    this.#timer.dispose();
  }

  // Whole periods are looked at, as one timer for each thing that is heard would cost more than it tells.
  #wait(): Disposable {
    return this.#options.clock.schedule(() => {
      if (this.#isAsked && !this.#isHeard) {
        this.#options.onDead();
        return;
      }
      this.#isAsked = !this.#isHeard;
      if (this.#isAsked) this.#options.ask();
      this.#isHeard = false;
      this.#timer = this.#wait();
    }, this.#options.silenceMs);
  }
}
