import { PAGE_SIZE, type ReadPageMessage } from '../../src/protocol/messages.ts';
import { type Ordinal, ordinal } from '../../src/protocol/transcript.ts';

/** After this long an unanswered request counts as lost, and its page may be asked for again. */
const REQUEST_TIMEOUT_MS = 10_000;

interface PageRequest {
  readonly request: number;
  readonly at: number;
}

/** The pages on their way: each is asked for once. */
export class PageRequests {
  readonly #post: (message: ReadPageMessage) => void;
  readonly #now: () => number;
  readonly #pending = new Map<number, PageRequest>();
  #lastRequest = 0;

  /** @param now - ms on any steady clock */
  constructor(post: (message: ReadPageMessage) => void, now: () => number) {
    this.#post = post;
    this.#now = now;
  }

  /** Asks for the page around `wanted` in a transcript of `count` items, unless it is on its way. */
  ask(wanted: Ordinal, count: number): void {
    const page = pageOf(wanted);
    const pending = this.#pending.get(page);
    if (pending && this.#now() - pending.at < REQUEST_TIMEOUT_MS) return;
    const start = page * PAGE_SIZE;
    if (start >= count) return;
    const request = ++this.#lastRequest;
    this.#pending.set(page, { request, at: this.#now() });
    this.#post({
      type: 'read-page',
      request,
      start: ordinal(start),
      count: Math.min(PAGE_SIZE, count - start),
    });
  }

  /** Ends a request: its page may be asked for again. */
  settle(request: number): void {
    for (const [page, pending] of this.#pending) {
      if (pending.request === request) this.#pending.delete(page);
    }
  }

  /** Forgets every request; their answers belong to a transcript that is no longer shown. */
  clear(): void {
    this.#pending.clear();
  }
}

function pageOf(wanted: Ordinal): number {
  return Math.floor(wanted / PAGE_SIZE);
}
