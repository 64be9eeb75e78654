import type { SessionStatus } from '../protocol/messages.ts';

/**
 * Between two changes, in ms: a little more than a frame of 60 a second. Shorter, some would be drawn together with the
 * one before; doubled, what one reads would lag by as much.
 */
export const POST_INTERVAL_MS = 18;

/** Between two statuses that differ in their figures and words only, in ms. Nobody reads them faster. */
export const STATUS_INTERVAL_MS = 250;

/** When a webview may be told more, as far as that is for the eyes of who reads it. Times are a clock's, in ms. */
export class PostingPace {
  #lastChangeAt = Number.NEGATIVE_INFINITY;
  #lastStatusAt = Number.NEGATIVE_INFINITY;

  /** When the next change of the transcript may be posted. */
  get changeDue(): number {
    return this.#lastChangeAt + POST_INTERVAL_MS;
  }

  /** When `status` may follow `posted`. */
  statusDue(status: SessionStatus, posted: SessionStatus | undefined): number {
    // What changes what the buttons do does not wait.
    const isUrgent =
      status.run.state !== posted?.run.state ||
      status.access !== posted.access ||
      status.control !== posted.control;
    return this.#lastStatusAt + (isUrgent ? POST_INTERVAL_MS : STATUS_INTERVAL_MS);
  }

  changePosted(now: number): void {
    this.#lastChangeAt = now;
  }

  statusPosted(now: number): void {
    this.#lastStatusAt = now;
  }
}
