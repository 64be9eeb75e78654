import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/lifecycle.ts';

/** One timer that goes off at the earliest of the times it was set to, at the earliest after the current event. */
export class Alarm {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #set: { readonly due: number; readonly timer: Disposable } | undefined;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  /** @param due - ms on the clock; infinite: never */
  setTo(due: number): void {
    if (due === Number.POSITIVE_INFINITY || (this.#set && this.#set.due <= due)) return;
    this.cancel();
    const goOff = () => {
      this.#set = undefined;
      this.#callback();
    };
    this.#set = { due, timer: this.#clock.schedule(goOff, Math.max(0, due - this.#clock.now())) };
  }

  cancel(): void {
    this.#set?.timer.dispose();
    this.#set = undefined;
  }
}
