/**
 * Decides when a screen has reacted to an action: its pixels have not changed for a short while; one that has shown
 * nothing yet gets time to begin. A ceiling ends the wait for a screen that never rests. The pointer's own shape is no
 * change, and neither is what changes by itself: see {@link OwnMotion}.
 */
import { type Clock, systemClock } from '../../base/clock.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { reportSettled, type Settled } from '../settleReports.ts';
import type { DesktopConnection } from './connection.ts';
import type { Limits } from './limits.ts';
import { OwnMotion } from './ownMotion.ts';

export class Settling implements Disposable {
  readonly #limits: Pick<Limits, 'quietMs' | 'beginMs' | 'settleMs'>;
  readonly #clock: Clock;
  readonly #listening: Disposable;
  readonly #ownMotion = new OwnMotion();
  /** When the last input was sent, and when the screen last changed after it. */
  #inputAt: number;
  #changedAt: number | undefined;
  #onChanged: (() => void) | undefined;

  constructor(
    connection: Pick<DesktopConnection, 'onChange'>,
    limits: Pick<Limits, 'quietMs' | 'beginMs' | 'settleMs'>,
    clock: Clock = systemClock,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#inputAt = clock.now();
    this.#listening = connection.onChange((change) => {
      if (change.type === 'cursor') return;
      const now = this.#clock.now();
      if (change.type === 'pixels' && this.#ownMotion.explains(change.area, now)) return;
      this.#changedAt = now;
      this.#onChanged?.();
    });
  }

  /** What changes from here on may be an answer to what is sent now. Called before and after an action's inputs. */
  noteInput(): void {
    this.#inputAt = this.#clock.now();
    this.#changedAt = undefined;
    this.#ownMotion.noteInput();
  }

  /**
   * Waits until the screen is quiet or the ceiling is reached, both from the last input on.
   * @param beginMs - for the screen to begin to change, where that may take longer than usual
   * @throws the signal's reason
   */
  async rest(signal: AbortSignal, beginMs = this.#limits.beginMs): Promise<Settled> {
    const { quietMs, settleMs } = this.#limits;
    const ceiling = this.#inputAt + settleMs;
    for (;;) {
      signal.throwIfAborted();
      const quietAt = this.#changedAt === undefined ? this.#inputAt + beginMs : this.#changedAt + quietMs;
      const now = this.#clock.now();
      if (now >= quietAt || now >= ceiling) {
        const settled = { isQuiet: now >= quietAt, ms: now - this.#inputAt };
        reportSettled({ ...settled, after: 'action' });
        return settled;
      }
      await this.#changeOrTime(Math.min(quietAt, ceiling) - now, signal);
    }
  }

  dispose(): void {
    this.#listening.dispose();
  }

  /** Resolves with the first change, after `ms`, or when the signal aborts. */
  async #changeOrTime(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    // A change while one is waited for only moves the end on, which is looked at when the time is up.
    if (this.#changedAt === undefined) this.#onChanged = resolve;
    const timer = this.#clock.schedule(resolve, ms);
    const onAbort = () => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    await promise;
    signal.removeEventListener('abort', onAbort);
    timer.dispose();
    this.#onChanged = undefined;
  }
}
