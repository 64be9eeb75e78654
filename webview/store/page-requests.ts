import { PAGE_SIZE, type ReadPageMessage } from '../../src/protocol/messages.ts';
import { type Ordinal, ordinal } from '../../src/protocol/transcript.ts';

/** After this long an unanswered request counts as lost, and its page is asked for again. */
export const REQUEST_TIMEOUT_MS = 5_000;

interface PageRequest {
  readonly request: number;
  readonly at: number;
}

export interface PageRequestsOptions {
  readonly post: (message: ReadPageMessage) => void;
  /** ms on any steady clock. */
  readonly now: () => number;
  /** Runs a function once after so many ms. Returns how to prevent that. */
  readonly after: (callback: () => void, ms: number) => () => void;
}

/** The pages on their way: each is asked for once. */
export class PageRequests {
  readonly #options: PageRequestsOptions;
  readonly #onOverdue: () => void;
  readonly #pending = new Map<number, PageRequest>();
  #lastRequest = 0;
  /** The first one whose answer is about the transcript on show. */
  #firstRequest = 1;
  #stopWatching: (() => void) | undefined;

  /** @param onOverdue - is told that what is still needed has to be asked for again */
  constructor(options: PageRequestsOptions, onOverdue: () => void) {
    this.#options = options;
    this.#onOverdue = onOverdue;
  }

  /**
   * Asks for what is missing around `wanted` on its page of a transcript of `count` items, unless that page is on its
   * way.
   */
  ask(wanted: Ordinal, count: number, isMissing: (at: Ordinal) => boolean): void {
    const page = Math.floor(wanted / PAGE_SIZE);
    if (wanted >= count || this.#isOnItsWay(page)) return;
    let start: number = wanted;
    while (start > page * PAGE_SIZE && isMissing(ordinal(start - 1))) start -= 1;
    let end = wanted + 1;
    while (end < Math.min(count, (page + 1) * PAGE_SIZE) && isMissing(ordinal(end))) end += 1;
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    this.#pending.set(page, { request, at: this.#options.now() });
    this.#watch();
    this.#options.post({ type: 'read-page', request, start: ordinal(start), count: end - start, wanted });
  }

  /**
   * Ends a request: its page may be asked for again. An answer may come after it counted as lost.
   *
   * @returns whether it was ever asked, of the transcript on show
   */
  settle(request: number): boolean {
    for (const [page, pending] of this.#pending) {
      if (pending.request === request) this.#pending.delete(page);
    }
    return request >= this.#firstRequest && request <= this.#lastRequest;
  }

  /** Forgets every request; their answers belong to a transcript that is no longer shown. */
  clear(): void {
    this.#pending.clear();
    this.#firstRequest = this.#lastRequest + 1;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  #isOnItsWay(page: number): boolean {
    const pending = this.#pending.get(page);
    return pending !== undefined && this.#options.now() - pending.at < REQUEST_TIMEOUT_MS;
  }

  #watch(): void {
    this.#stopWatching ??= this.#options.after(() => {
      this.#stopWatching = undefined;
      for (const page of this.#pending.keys()) {
        if (!this.#isOnItsWay(page)) this.#pending.delete(page);
      }
      this.#onOverdue();
      if (this.#pending.size > 0) this.#watch();
    }, REQUEST_TIMEOUT_MS);
  }
}
