/** Message threads as the API holds them: a conversation by the id of its last reply. */
import type { BetaMessage, BetaMessageParam } from '@anthropic-ai/sdk/resources/beta';
import { sizeOfMessages } from './size.ts';

/** Why a `thread` could not be used, by the API's own codes (`error.details.error_code`). */
export type ThreadErrorCode =
  | 'thread_not_found'
  | 'thread_already_continued'
  | 'thread_continue_in_flight'
  | 'thread_unsupported_request';

/** What a thread keeps from the request that created it, besides the messages. */
export type ThreadSetup = Readonly<Record<string, unknown>>;

interface Thread {
  readonly setup: ThreadSetup;
  readonly messages: BetaMessageParam[];
  /** Of all {@link messages}; see `sizeOfMessages`. */
  bytes: number;
  inFlight: boolean;
}

/** A turn under way on a thread. Ends in exactly one of `commit` and `release`. */
export interface ThreadTurn {
  /** The conversation including this turn's messages. */
  readonly messages: readonly BetaMessageParam[];
  /** Of all {@link messages}; see `sizeOfMessages`. */
  readonly messageBytes: number;
  readonly setup: ThreadSetup;
  /** Stores the reply; the thread is then continued from its id. */
  commit(reply: BetaMessage): void;
  /** The reply was not delivered: the thread stays as it was before this turn. */
  release(): void;
}

/** Holds threads, the most recently used `limit` of them. */
export class ThreadStore {
  readonly #limit: number;
  /** By the id of the last reply, least recently used first. */
  readonly #threads = new Map<string, Thread>();
  /** Ids that were continued, so that a second continuation is told apart from an unknown id. */
  readonly #continued = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many threads are held. */
  get size(): number {
    return this.#threads.size;
  }

  /** Forgets every thread, as a server does that was restarted. */
  clear(): void {
    this.#threads.clear();
    this.#continued.clear();
  }

  create(setup: ThreadSetup, messages: readonly BetaMessageParam[]): ThreadTurn {
    return this.#turn({ setup, messages: [], bytes: 0, inFlight: true }, null, messages);
  }

  /** @returns the error code when `previousMessageId` cannot be continued from */
  continue(previousMessageId: string, messages: readonly BetaMessageParam[]): ThreadTurn | ThreadErrorCode {
    const thread = this.#threads.get(previousMessageId);
    if (thread === undefined) {
      return this.#continued.has(previousMessageId) ? 'thread_already_continued' : 'thread_not_found';
    }
    if (thread.inFlight) return 'thread_continue_in_flight';
    thread.inFlight = true;
    return this.#turn(thread, previousMessageId, messages);
  }

  #turn(thread: Thread, previousId: string | null, added: readonly BetaMessageParam[]): ThreadTurn {
    let ended = false;
    const messages = [...thread.messages, ...added];
    const messageBytes = thread.bytes + sizeOfMessages(added);
    return {
      messages,
      messageBytes,
      setup: thread.setup,
      commit: (reply) => {
        if (ended) return;
        ended = true;
        thread.inFlight = false;
        const answer = { role: 'assistant', content: reply.content } as BetaMessageParam;
        thread.messages.push(...added, answer);
        thread.bytes = messageBytes + sizeOfMessages([answer]);
        if (previousId !== null) {
          this.#threads.delete(previousId);
          this.#remember(previousId);
        }
        this.#threads.set(reply.id, thread);
        for (const oldest of this.#threads.keys()) {
          if (this.#threads.size <= this.#limit) break;
          this.#threads.delete(oldest);
        }
      },
      release: () => {
        if (ended) return;
        ended = true;
        thread.inFlight = false;
      },
    };
  }

  #remember(id: string): void {
    this.#continued.add(id);
    for (const oldest of this.#continued) {
      // Ids are small; one thread of the longest session may have thousands.
      if (this.#continued.size <= 10_000) break;
      this.#continued.delete(oldest);
    }
  }
}
