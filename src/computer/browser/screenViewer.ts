import type { Clock } from '../../base/clock.ts';
import type { ScreenFrame, WatchOptions } from '../computer.ts';

/** What one viewer has been given and has not drawn yet: one frame, and the latest since then. Never a queue. */
export class ScreenViewer {
  options: WatchOptions;
  readonly #onFrame: (frame: ScreenFrame) => void;
  readonly #clock: Clock;
  #givenAt: number | undefined;
  #next: ScreenFrame | undefined;

  constructor(onFrame: (frame: ScreenFrame) => void, options: WatchOptions, clock: Clock) {
    this.#onFrame = onFrame;
    this.options = options;
    this.#clock = clock;
  }

  /** Whether a frame is on its way and not acknowledged. */
  get isWaiting(): boolean {
    return this.#givenAt !== undefined;
  }

  /** How many frames are meant for it that it has not drawn. */
  get inUse(): number {
    return (this.isWaiting ? 1 : 0) + (this.#next ? 1 : 0);
  }

  /** Gives it the frame, at once or after the one on its way unless a later one comes. */
  offer(frame: ScreenFrame): void {
    if (this.isWaiting) this.#next = frame;
    else this.#give(frame);
  }

  /** It has drawn the frame. @returns how long that took, in ms; undefined when none was on its way */
  acknowledge(): number | undefined {
    if (this.#givenAt === undefined) return undefined;
    const roundTripMs = this.#clock.now() - this.#givenAt;
    this.#givenAt = undefined;
    const next = this.#next;
    this.#next = undefined;
    if (next) this.#give(next);
    return roundTripMs;
  }

  #give(frame: ScreenFrame): void {
    this.#givenAt = this.#clock.now();
    this.#onFrame(frame);
  }
}
