import type { Clock } from '../../base/clock.ts';
import { MAX_FRAMES_ON_THE_WAY, type ScreenFrame, type WatchOptions } from '../computer.ts';

/** What one viewer has been given and has not drawn yet: few frames, and the latest since then. Never a queue. */
export class ScreenViewer {
  options: WatchOptions;
  readonly #onFrame: (frame: ScreenFrame) => void;
  readonly #clock: Clock;
  /** When those on their way were given, oldest first. */
  readonly #givenAt: number[] = [];
  #next: ScreenFrame | undefined;

  constructor(onFrame: (frame: ScreenFrame) => void, options: WatchOptions, clock: Clock) {
    this.#onFrame = onFrame;
    this.options = options;
    this.#clock = clock;
  }

  /** How many frames are meant for it that it has not drawn. */
  get inUse(): number {
    return this.#givenAt.length + (this.#next ? 1 : 0);
  }

  /** Gives it the frame, at once or after one on its way unless a later one comes. */
  offer(frame: ScreenFrame): void {
    if (this.#givenAt.length >= MAX_FRAMES_ON_THE_WAY) this.#next = frame;
    else this.#give(frame);
  }

  /** It has drawn the oldest frame. @returns how long that took, in ms; undefined when none was on its way */
  acknowledge(): number | undefined {
    const givenAt = this.#givenAt.shift();
    if (givenAt === undefined) return undefined;
    const roundTripMs = this.#clock.now() - givenAt;
    const next = this.#next;
    this.#next = undefined;
    if (next) this.#give(next);
    return roundTripMs;
  }

  #give(frame: ScreenFrame): void {
    this.#givenAt.push(this.#clock.now());
    this.#onFrame(frame);
  }
}
