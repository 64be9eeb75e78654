import { PAGE_SIZE, type ReadPageMessage } from '../../src/protocol/messages.ts';
import type { ExtendOperation, UpdateOperation } from '../../src/protocol/operations.ts';
import { type Ordinal, ordinal } from '../../src/protocol/transcript.ts';

/** After this long an unanswered request counts as lost, and its page may be asked for again. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Operations kept per request; more than arrive while a page is read. Past it they are dropped, and an item left
 * behind is read again when its next operation does not fit.
 */
const MAX_MISSED = 500;

interface PageRequest {
  readonly request: number;
  readonly at: number;
  readonly missed: (ExtendOperation | UpdateOperation)[];
}

/** The pages on their way: each is asked for once, and what changes meanwhile is kept until it arrives. */
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
    this.#pending.set(page, { request, at: this.#now(), missed: [] });
    this.#post({
      type: 'read-page',
      request,
      start: ordinal(start),
      count: Math.min(PAGE_SIZE, count - start),
    });
  }

  /** Keeps an operation on an item that is not held but may be in a page on its way. */
  miss(operation: ExtendOperation | UpdateOperation): void {
    const missed = this.#pending.get(pageOf(operation.ordinal))?.missed;
    if (missed && missed.length < MAX_MISSED) missed.push(operation);
  }

  /** Ends a request. Returns what to apply on top of its page, oldest first. */
  settle(request: number): readonly (ExtendOperation | UpdateOperation)[] {
    for (const [page, pending] of this.#pending) {
      if (pending.request !== request) continue;
      this.#pending.delete(page);
      return pending.missed;
    }
    return [];
  }

  /** Forgets every request; their answers belong to a transcript that is no longer shown. */
  clear(): void {
    this.#pending.clear();
  }
}

function pageOf(wanted: Ordinal): number {
  return Math.floor(wanted / PAGE_SIZE);
}
