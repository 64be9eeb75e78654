import { type Clock, systemClock } from '../base/clock.ts';
import type { Event } from '../base/emitter.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import {
  type AckMessage,
  type HostMessage,
  PAGE_SIZE,
  type Page,
  PROTOCOL_VERSION,
  type ReadPageMessage,
  type ReadyMessage,
  type SearchResults,
  type SessionStatus,
} from '../protocol/messages.ts';
import { type Growth, growthAfter, type Operation } from '../protocol/operations.ts';
import { Receipts } from '../protocol/receipts.ts';
import { assertNever, type Ordinal, ordinal, type Revision, type SessionId } from '../protocol/transcript.ts';
import { PendingOperations } from './merge.ts';

/**
 * Between two changes, in ms: a little more than a frame of 60 a second. Shorter, some would be drawn together with the
 * one before; doubled, what one reads would lag by as much.
 */
export const POST_INTERVAL_MS = 18;

/** Between two statuses that differ in their figures and words only, in ms. Nobody reads them faster. */
export const STATUS_INTERVAL_MS = 250;

/** A batch not acknowledged for so long means a webview that hangs or is gone. */
export const ACK_TIMEOUT_MS = 10_000;

/** How long a hidden webview's changes are kept; one looked at again sooner goes on where it was. */
export const HIDDEN_TIMEOUT_MS = 30_000;

/** Pending beyond this costs more than the page a webview reads instead. */
export const MAX_PENDING_CHARACTERS = 256 * 1024;
export const MAX_PENDING_ITEMS = 500;

/** A session's transcript and status, as a panel reads them. */
export interface TranscriptSource {
  readonly session: SessionId;
  readonly revision: Revision;
  /** Items in the transcript. */
  readonly count: number;
  readonly status: SessionStatus;
  /** Up to `count` items from `start` on, as they are at {@link revision}. */
  page(start: Ordinal, count: number): Page;
  /** What happened after `known`, oldest first; undefined when that is no longer (or was never) in memory. */
  operationsSince(known: Revision): readonly Operation[] | undefined;
  /** Fires once for each revision, after the source has it. */
  readonly onOperation: Event<{ readonly revision: Revision; readonly operation: Operation }>;
  readonly onStatus: Event<SessionStatus>;
  /** Fires when the transcript may differ from what its operations told. */
  readonly onReload: Event<void>;
  /** Looks for `query` in the items from `from` on, whatever its case. Absent: nothing is ever found. */
  search?(query: string, from: Ordinal): SearchResults;
  /** The nearest message of the user strictly before or after `from`, null when there is none. */
  findUser?(from: Ordinal, direction: 'before' | 'after'): Ordinal | null;
}

export interface OutboxOptions {
  /** Address of the screenshots folder as the webview sees it, without a slash at its end. */
  readonly screenshots: string;
  readonly clock?: Clock;
}

/** What an outbox has done; for tests and benchmarks. */
export interface OutboxStats {
  readonly posts: number;
  /** Times a whole page was posted to start (again) from. */
  readonly opened: number;
  readonly pendingItems: number;
  readonly pendingCharacters: number;
}

interface ChangeInFlight {
  /** What will acknowledge it. */
  readonly ack: AckMessage;
  /** The revision it leads to. */
  readonly to: Revision;
  readonly postedAt: number;
  /** The first ping after it; null until there was one. */
  ping: number | null;
}

/**
 * Feeds one webview. What changes is merged until the webview has acknowledged the change before, so a slow one costs
 * one change and not a queue. One that is hidden, hangs, or falls too far behind is `lost`: nothing is kept for it but
 * the revision it acknowledged, from which it is brought up to date when it shows life again.
 *
 * Every change begins where the webview is known to be, so nothing is ever sent on a guess: that is also why a `text` can
 * do without saying where it goes.
 */
export class Outbox implements Disposable {
  readonly #source: TranscriptSource;
  readonly #post: (message: HostMessage) => void;
  readonly #screenshots: string;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #pending = new PendingOperations();
  #phase: 'unopened' | 'following' | 'lost' = 'unopened';
  /** When it was hidden; undefined while it is visible. */
  #hiddenAt: number | undefined;
  /** What the webview has for certain. */
  #acked = 0 as Revision;
  /** What it will have with all that is in flight and pending. */
  #through = 0 as Revision;
  #inFlight: ChangeInFlight | undefined;
  readonly #receipts = new Receipts();
  /** What the latest change left growing in the webview; null when that is not certain. */
  #growth: Growth | null = null;
  #lastChangeAt = Number.NEGATIVE_INFINITY;
  #status: SessionStatus | undefined;
  #postedStatus: SessionStatus | undefined;
  #lastStatusAt = Number.NEGATIVE_INFINITY;
  #timer: { readonly due: number; readonly handle: Disposable } | undefined;
  #posts = 0;
  #opened = 0;

  constructor(source: TranscriptSource, post: (message: HostMessage) => void, options: OutboxOptions) {
    this.#source = source;
    this.#post = post;
    this.#screenshots = options.screenshots;
    this.#clock = options.clock ?? systemClock;
    this.#owned.add(source.onOperation(({ revision, operation }) => this.#take(revision, operation)));
    this.#owned.add(source.onReload(() => this.#reopen()));
    this.#owned.add(
      source.onStatus((status) => {
        this.#status = status;
        this.#schedule();
      }),
    );
  }

  get stats(): OutboxStats {
    return {
      posts: this.#posts,
      opened: this.#opened,
      pendingItems: this.#pending.size,
      pendingCharacters: this.#pending.characters,
    };
  }

  /** Takes a message of the webview that concerns its feed. */
  handle(message: ReadyMessage | AckMessage | ReadPageMessage): void {
    switch (message.type) {
      case 'ready':
        this.#start(message);
        break;
      case 'ack':
        this.#acknowledge(message);
        break;
      case 'read-page': {
        const { request, start, count } = message;
        this.#send({ type: 'page', request, page: this.#source.page(start, Math.min(count, PAGE_SIZE)) });
        break;
      }
      default:
        assertNever(message);
    }
  }

  /** Nothing but answers is posted to a webview that is not visible. */
  setVisible(visible: boolean): void {
    if (!visible) {
      this.#hiddenAt ??= this.#clock.now();
      this.#cancelTimer();
      return;
    }
    this.#hiddenAt = undefined;
    if (this.#phase !== 'lost') this.#schedule();
    // Whether the batch in flight arrived is not known: only a whole page is sure to fit.
    else if (this.#inFlight) this.#open(null);
    else this.#catchUp(this.#acked);
  }

  /** The webview is asked for a sign of life, with a ping of this id. */
  pinged(id: number): void {
    if (this.#inFlight) this.#inFlight.ping ??= id;
  }

  /**
   * The webview answered that ping. As messages keep their order, a change posted before the ping has been acknowledged
   * by now, or it or its acknowledgement is lost for good.
   */
  ponged(id: number): void {
    const ping = this.#inFlight?.ping ?? null;
    if (ping !== null && ping <= id && this.#hiddenAt === undefined) this.#open(null);
  }

  dispose(): void {
    this.#cancelTimer();
    this.#pending.clear();
    this.#owned.dispose();
  }

  // ---- what comes in

  #take(revision: Revision, operation: Operation): void {
    if (this.#phase !== 'following' || revision <= this.#through) return;
    this.#pending.add(operation);
    this.#through = revision;
    if (this.#mustGiveUp()) this.#lose();
    else this.#schedule();
  }

  #start({ protocol, have, around }: ReadyMessage): void {
    const isKnown = protocol === PROTOCOL_VERSION && have?.session === this.#source.session;
    // What was posted and it does not have may still be on its way: going on from its revision would overlap with that.
    const isUpToDate = have !== null && have.revision >= (this.#inFlight?.to ?? this.#acked);
    this.#inFlight = undefined;
    if (isKnown && isUpToDate) {
      this.#receipts.resume(have.revision);
      this.#catchUp(have.revision);
    } else this.#open(around);
  }

  #acknowledge({ to, texts }: AckMessage): void {
    if (this.#inFlight?.ack.to !== to || this.#inFlight.ack.texts !== texts) return;
    this.#acked = this.#inFlight.to;
    this.#inFlight = undefined;
    if (this.#phase !== 'lost') this.#schedule();
    else if (this.#hiddenAt === undefined) this.#catchUp(this.#acked);
  }

  // ---- where the webview stands

  /** Whether keeping more for the webview makes no sense. Asked for each operation, so that no timer is needed. */
  #mustGiveUp(): boolean {
    const now = this.#clock.now();
    if (this.#hiddenAt !== undefined && now - this.#hiddenAt > HIDDEN_TIMEOUT_MS) return true;
    if (this.#inFlight && now - this.#inFlight.postedAt > ACK_TIMEOUT_MS) return true;
    // What can be posted right away is no backlog.
    return this.#isOverfull() && !this.#mayPost();
  }

  #isOverfull(): boolean {
    return this.#pending.size > MAX_PENDING_ITEMS || this.#pending.characters > MAX_PENDING_CHARACTERS;
  }

  #lose(): void {
    this.#phase = 'lost';
    this.#pending.clear();
    this.#cancelTimer();
  }

  /** Continues from `known`, which the webview has, by what happened since, or by a page when that is too much. */
  #catchUp(known: Revision): void {
    const missed = this.#source.operationsSince(known);
    this.#pending.clear();
    for (const operation of missed ?? []) this.#pending.add(operation);
    if (!missed || this.#isOverfull()) {
      this.#open(null);
      return;
    }
    this.#phase = 'following';
    this.#growth = null;
    this.#acked = known;
    this.#through = this.#source.revision;
    this.#status = this.#source.status;
    this.#schedule();
  }

  /** Starts again with the last page, as soon as somebody looks. */
  #reopen(): void {
    if (this.#phase === 'unopened') return;
    if (this.#hiddenAt === undefined) this.#open(null);
    else this.#lose();
  }

  /** Starts (again) with the page around `around`, or the last one. */
  #open(around: Ordinal | null): void {
    const { session, revision, count, status } = this.#source;
    const last = Math.max(0, count - PAGE_SIZE);
    const start = around === null ? last : Math.max(0, Math.min(last, around - PAGE_SIZE / 2));
    this.#phase = 'following';
    this.#pending.clear();
    this.#inFlight = undefined;
    this.#growth = null;
    this.#acked = revision;
    this.#through = revision;
    this.#status = undefined;
    this.#postedStatus = status;
    this.#opened += 1;
    this.#cancelTimer();
    this.#send({
      type: 'opened',
      protocol: PROTOCOL_VERSION,
      session,
      revision,
      count,
      page: this.#source.page(ordinal(start), PAGE_SIZE),
      status,
      screenshots: this.#screenshots,
    });
  }

  // ---- what goes out

  #mayPost(): boolean {
    return this.#phase === 'following' && this.#hiddenAt === undefined && !this.#inFlight;
  }

  #changeDue(): number {
    if (this.#through === this.#acked) return Number.POSITIVE_INFINITY;
    if (this.#isOverfull()) return Number.NEGATIVE_INFINITY;
    return this.#lastChangeAt + POST_INTERVAL_MS;
  }

  #statusDue(): number {
    if (!this.#status) return Number.POSITIVE_INFINITY;
    // What changes what the buttons do does not wait.
    const isUrgent =
      this.#status.run.state !== this.#postedStatus?.run.state ||
      this.#status.access !== this.#postedStatus.access ||
      this.#status.control !== this.#postedStatus.control;
    return this.#lastStatusAt + (isUrgent ? POST_INTERVAL_MS : STATUS_INTERVAL_MS);
  }

  /** Sees to it that what is pending is posted when it is due, at the earliest after the current event. */
  #schedule(): void {
    if (!this.#mayPost()) return;
    const due = Math.min(this.#changeDue(), this.#statusDue());
    if (due === Number.POSITIVE_INFINITY || (this.#timer && this.#timer.due <= due)) return;
    this.#cancelTimer();
    const handle = this.#clock.schedule(
      () => {
        this.#timer = undefined;
        this.#flush();
      },
      Math.max(0, due - this.#clock.now()),
    );
    this.#timer = { due, handle };
  }

  #flush(): void {
    if (!this.#mayPost()) return;
    const now = this.#clock.now();
    const statusIsDue = this.#statusDue() <= now;
    if (this.#changeDue() <= now) this.#postChange(now);
    if (statusIsDue) this.#postStatus(now);
    this.#schedule();
  }

  #postChange(now: number): void {
    const operations = this.#pending.take();
    const text = this.#growth && textAdded(this.#growth, operations);
    const { from, to } = { from: this.#receipts.to, to: this.#through };
    this.#lastChangeAt = now;
    this.#growth = growthAfter(operations);
    const ack = this.#send(text === null ? { type: 'batch', from, to, operations } : { type: 'text', text });
    if (ack) this.#inFlight = { ack, to, postedAt: now, ping: null };
  }

  #postStatus(now: number): void {
    const status = this.#status;
    this.#status = undefined;
    if (!status || JSON.stringify(status) === JSON.stringify(this.#postedStatus)) return;
    this.#lastStatusAt = now;
    this.#postedStatus = status;
    this.#send({ type: 'status', status });
  }

  /** Returns what will acknowledge the message, if anything does. */
  #send(message: HostMessage): AckMessage | undefined {
    this.#posts += 1;
    const ack = this.#receipts.next(message);
    this.#post(message);
    return ack;
  }

  #cancelTimer(): void {
    this.#timer?.handle.dispose();
    this.#timer = undefined;
  }
}

/** What the operations come to, if it is nothing but more of a text that grows; null otherwise. */
function textAdded(growth: Growth, operations: readonly Operation[]): string | null {
  const [operation, ...others] = operations;
  if (operation?.op !== 'extend' || others.length > 0) return null;
  return operation.ordinal === growth.ordinal && operation.at === growth.end ? operation.text : null;
}
