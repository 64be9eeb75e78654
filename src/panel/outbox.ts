import { type Clock, systemClock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/lifecycle.ts';
import {
  type AckMessage,
  type HostMessage,
  type OpenedMessage,
  PAGE_SIZE,
  PROTOCOL_VERSION,
  type ReadPageMessage,
  type ReadyMessage,
  type Receipt,
  type SessionStatus,
} from '../protocol/messages.ts';
import { type Growth, growthAfter, type Operation } from '../protocol/operations.ts';
import { Receipts } from '../protocol/receipts.ts';
import { assertNever, type Ordinal, ordinal, type Revision } from '../protocol/transcript.ts';
import { Alarm } from './alarm.ts';
import { PendingOperations } from './merge.ts';
import { cutPage } from './pageCut.ts';
import { PostingPace } from './postingPace.ts';
import type { TranscriptSource } from './transcriptSource.ts';

/** A message not answered for so long means a webview that hangs or is gone. */
export const ACK_TIMEOUT_MS = 10_000;

/** How long a hidden webview's changes are kept; one looked at again sooner goes on where it was. */
export const HIDDEN_TIMEOUT_MS = 30_000;

/** Pending beyond this costs more than the page a webview reads instead. */
export const MAX_PENDING_CHARACTERS = 256 * 1024;
export const MAX_PENDING_ITEMS = 500;

export interface OutboxOptions {
  /** Address of the screenshots folder as the webview sees it, without a slash at its end. */
  readonly screenshots: string;
  readonly clock?: Clock;
  /** Hears that the webview took what was posted. @param roundTripMs - since that */
  readonly onTaken?: (roundTripMs: number) => void;
}

/** What an outbox has done; for tests and benchmarks. */
export interface OutboxStats {
  readonly posts: number;
  /** Times a whole page was posted to start (again) from. */
  readonly opened: number;
  readonly pendingItems: number;
  readonly pendingCharacters: number;
}

/** A message of a feed, and the revision it leads to. */
interface Milestone {
  readonly receipt: Receipt;
  readonly at: Revision;
}

interface InFlight {
  /** What will acknowledge it; undefined for a `resync`, which is answered with `ready`. */
  readonly ack: AckMessage | undefined;
  /** The revision it leads to. */
  readonly to: Revision;
  readonly postedAt: number;
  /** The first ping after it; null until there was one. */
  ping: number | null;
}

/**
 * Feeds one webview. What changes is merged until the webview has acknowledged the message before, so a slow one costs
 * one change and not a queue. One that is hidden, hangs, or falls too far behind is `lost`: nothing is kept for it but
 * the revision it acknowledged, from which it is brought up to date when it shows life again.
 *
 * Every change begins where the webview is known to be, so nothing is ever sent on a guess: that is also why a `text`
 * can do without saying where it goes. Where that is not known (a message or its answer is lost), the webview is asked.
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
  /** What the webview has for certain, or begins with. */
  #acked = 0 as Revision;
  /** The last message of a feed posted and the last one acknowledged, and where they lead. */
  #posted: Milestone | undefined;
  #received: Milestone | undefined;
  /** What it will have with all that is in flight and pending. */
  #through = 0 as Revision;
  #inFlight: InFlight | undefined;
  readonly #receipts = new Receipts();
  #lastFeed = 0;
  /** The last revision named in the feed. */
  #named = 0 as Revision;
  /** What the latest change left growing in the webview; null when that is not certain. */
  #growth: Growth | null = null;
  readonly #pace = new PostingPace();
  #status: SessionStatus | undefined;
  #postedStatus: SessionStatus | undefined;
  readonly #alarm: Alarm;
  readonly #onTaken: (roundTripMs: number) => void;
  #posts = 0;
  #opened = 0;

  constructor(source: TranscriptSource, post: (message: HostMessage) => void, options: OutboxOptions) {
    this.#source = source;
    this.#post = post;
    this.#screenshots = options.screenshots;
    this.#clock = options.clock ?? systemClock;
    this.#onTaken = options.onTaken ?? (() => {});
    this.#alarm = new Alarm(this.#clock, () => this.#flush());
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
        const { request, start, count, wanted } = message;
        const page = this.#source.page(start, Math.min(count, PAGE_SIZE));
        this.#send({ type: 'page', request, page: cutPage(page, wanted) });
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
      this.#alarm.cancel();
      return;
    }
    this.#hiddenAt = undefined;
    if (this.#phase !== 'lost') this.#schedule();
    // Whether what is in flight arrived is not known.
    else if (this.#inFlight) this.#resync();
    else this.#catchUp();
  }

  /** The webview is asked for a sign of life, with a ping of this id. */
  pinged(id: number): void {
    if (this.#inFlight) this.#inFlight.ping ??= id;
  }

  /**
   * The webview answered that ping. As messages keep their order, what was posted before the ping has been answered by
   * now, or it or its answer is lost for good.
   */
  ponged(id: number): void {
    const ping = this.#inFlight?.ping ?? null;
    if (ping !== null && ping <= id && this.#hiddenAt === undefined) this.#resync();
  }

  dispose(): void {
    this.#alarm.cancel();
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
    const known = have && this.#revisionOf(have);
    // What is on its way comes before the answer to this: the webview leaves it alone.
    this.#inFlight = undefined;
    if (protocol === PROTOCOL_VERSION && known != null && this.#refill(known)) this.#resume(known);
    else this.#open(around);
  }

  /** Where the webview is that has applied this message; undefined when that is not known any more. */
  #revisionOf(have: Receipt): Revision | undefined {
    return [this.#posted, this.#received].find((milestone) => milestone && isSame(have, milestone.receipt))
      ?.at;
  }

  #acknowledge(ack: AckMessage): void {
    if (!this.#inFlight || !isSame(ack, this.#inFlight.ack)) return;
    this.#acked = this.#inFlight.to;
    this.#received = this.#posted;
    this.#onTaken(this.#clock.now() - this.#inFlight.postedAt);
    this.#inFlight = undefined;
    if (this.#phase !== 'lost') this.#schedule();
    else if (this.#hiddenAt === undefined) this.#catchUp();
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
    this.#alarm.cancel();
  }

  /**
   * Goes on in the feed with what happened since the webview acknowledged, or asks where to begin when that is much.
   */
  #catchUp(): void {
    if (!this.#refill(this.#acked)) {
      this.#resync();
      return;
    }
    this.#phase = 'following';
    this.#growth = null;
    this.#status = this.#source.status;
    this.#schedule();
  }

  /** Has pending what happened after `known`. @returns whether that is in memory and less than a page */
  #refill(known: Revision): boolean {
    const missed = this.#source.operationsSince(known);
    this.#pending.clear();
    this.#through = this.#source.revision;
    for (const operation of missed ?? []) this.#pending.add(operation);
    return missed !== undefined && !this.#isOverfull();
  }

  /** Finds out what the webview has, what it shows, and whether it is there. */
  #resync(): void {
    this.#lose();
    this.#inFlight = { ack: undefined, to: this.#acked, postedAt: this.#clock.now(), ping: null };
    this.#send({ type: 'resync' });
  }

  /** Starts again where it is read, as soon as somebody looks. */
  #reopen(): void {
    if (this.#phase === 'unopened') return;
    if (this.#hiddenAt === undefined) this.#resync();
    else this.#lose();
  }

  /** Begins a feed after `known`, which the webview has, with what is pending since then. */
  #resume(known: Revision): void {
    const { status } = this.#source;
    this.#begin(known, status);
    this.#send({ type: 'resumed', feed: this.#lastFeed, revision: known, status }, known);
  }

  #begin(at: Revision, status: SessionStatus): void {
    this.#phase = 'following';
    this.#lastFeed += 1;
    this.#growth = null;
    this.#acked = at;
    this.#named = at;
    this.#status = undefined;
    this.#postedStatus = status;
    this.#alarm.cancel();
  }

  /** Begins a feed with the page around `around`, or the last one. */
  #open(around: Ordinal | null): void {
    const { session, revision, count, status } = this.#source;
    const last = Math.max(0, count - PAGE_SIZE);
    const start = around === null ? last : Math.max(0, Math.min(last, around - PAGE_SIZE / 2));
    const page = this.#source.page(ordinal(start), PAGE_SIZE);
    this.#begin(revision, status);
    this.#pending.clear();
    this.#through = revision;
    this.#opened += 1;
    const message: OpenedMessage = {
      type: 'opened',
      feed: this.#lastFeed,
      protocol: PROTOCOL_VERSION,
      session,
      revision,
      count,
      page: cutPage(page, around ?? ordinal(Math.max(0, count - 1))),
      status,
      screenshots: this.#screenshots,
    };
    this.#send(message, revision);
  }

  // ---- what goes out

  #mayPost(): boolean {
    return this.#phase === 'following' && this.#hiddenAt === undefined && !this.#inFlight;
  }

  #changeDue(): number {
    if (this.#through === this.#acked) return Number.POSITIVE_INFINITY;
    if (this.#isOverfull()) return Number.NEGATIVE_INFINITY;
    return this.#pace.changeDue;
  }

  #statusDue(): number {
    if (!this.#status) return Number.POSITIVE_INFINITY;
    return this.#pace.statusDue(this.#status, this.#postedStatus);
  }

  /** Sees to it that what is pending is posted when it is due, at the earliest after the current event. */
  #schedule(): void {
    if (this.#mayPost()) this.#alarm.setTo(Math.min(this.#changeDue(), this.#statusDue()));
  }

  /** Posts what has been due for longest, and the other after that. */
  #flush(): void {
    if (!this.#mayPost()) return;
    const now = this.#clock.now();
    const [changeDue, statusDue] = [this.#changeDue(), this.#statusDue()];
    if (statusDue <= now && statusDue < changeDue) this.#postStatus(now);
    else if (changeDue <= now) this.#postChange(now);
    this.#schedule();
  }

  #postChange(now: number): void {
    const operations = this.#pending.take();
    const text = this.#growth && textAdded(this.#growth, operations);
    const { from, to } = { from: this.#named, to: this.#through };
    this.#pace.changePosted(now);
    this.#growth = growthAfter(operations);
    if (text === null) {
      this.#named = to;
      this.#send({ type: 'batch', from, to, operations }, to);
    } else this.#send({ type: 'text', text }, to);
  }

  #postStatus(now: number): void {
    const status = this.#status;
    this.#status = undefined;
    if (!status || JSON.stringify(status) === JSON.stringify(this.#postedStatus)) return;
    this.#pace.statusPosted(now);
    this.#postedStatus = status;
    this.#send({ type: 'status', status });
  }

  /** @param to - the revision it leads to */
  #send(message: HostMessage, to: Revision = this.#acked): void {
    this.#posts += 1;
    const ack = this.#receipts.next(message);
    if (ack) {
      this.#posted = { receipt: ack, at: to };
      this.#inFlight = { ack, to, postedAt: this.#clock.now(), ping: null };
    }
    this.#post(message);
  }
}

function isSame(one: Receipt, other: Receipt | undefined): boolean {
  return one.feed === other?.feed && one.count === other.count;
}

/** What the operations come to, if it is nothing but more of a text that grows; null otherwise. */
function textAdded(growth: Growth, operations: readonly Operation[]): string | null {
  const [operation, ...others] = operations;
  if (operation?.op !== 'extend' || others.length > 0) return null;
  return operation.ordinal === growth.ordinal && operation.at === growth.end ? operation.text : null;
}
