import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { LiveHostMessage } from '../../src/protocol/liveMessages.ts';
import {
  type BatchMessage,
  type HostMessage,
  type OpenedMessage,
  type PersistedViewState,
  PROTOCOL_VERSION,
  type Receipt,
  type SentMessage,
  type SessionStatus,
  type TextMessage,
  type WebviewMessage,
} from '../../src/protocol/messages.ts';
import { type Growth, growBy, growthAfter } from '../../src/protocol/operations.ts';
import { Receipts } from '../../src/protocol/receipts.ts';
import { assertNever, type Ordinal, type Revision, type SessionId } from '../../src/protocol/transcript.ts';
import { ItemWindow } from './item-window.ts';

/** What a session's store hears of the host. */
export type SessionMessage = Exclude<
  HostMessage,
  { readonly type: 'search-results' | 'user-found' | 'ping' | LiveHostMessage['type'] }
>;

/** What a feed consists of. */
type FeedMessage = Extract<
  SessionMessage,
  { readonly type: 'opened' | 'resumed' | 'batch' | 'text' | 'status' }
>;

/** From one `ready` without an answer to the next, in ms; twice as long each time, up to a limit. */
export const READY_INTERVAL_MS = 2_000;
export const MAX_READY_INTERVAL_MS = 16_000;

/** A place to read at; see {@link PersistedViewState}. */
export type Anchor = NonNullable<PersistedViewState['anchor']>;

/** The transcript on show. A new object each time it is opened. */
export interface OpenSession {
  readonly session: SessionId;
  /** Address of the screenshots folder, without a slash at its end. */
  readonly screenshots: string;
  /** Where to start reading; null at the end. */
  readonly anchor: Anchor | null;
  /** Stays the same as long as the list of items goes on: it is of the same session and has become no shorter. */
  readonly list: number;
}

export interface SessionStoreOptions {
  readonly post: (message: WebviewMessage) => void;
  /** Where the reader is, for this session only. Asked when a transcript is opened. */
  readonly anchorOf: (session: SessionId) => Anchor | null;
  /** The item that is read, or was when the session is not known yet; null at the end. */
  readonly around: () => Ordinal | null;
  /** Hears whether the host took a prompt. */
  readonly onSent: (message: SentMessage) => void;
  /** Runs a function once in the next frame. */
  readonly schedule: (callback: () => void) => void;
  /** Runs a function once after so many ms. Returns how to prevent that. */
  readonly after: (callback: () => void, ms: number) => () => void;
  /** Owns what goes wrong in applying a message. */
  readonly onError: (error: unknown) => void;
  /** ms on any steady clock. */
  readonly now: () => number;
}

/** One session as the webview knows it, kept true by the host's messages. */
export class SessionStore {
  readonly #options: SessionStoreOptions;
  readonly #opened: Signal<OpenSession | null> = signal(null);
  readonly #status: Signal<SessionStatus | null> = signal(null);
  readonly #activity = signal(0);
  readonly #outdated = signal(false);
  readonly items: ItemWindow;
  /** Messages to apply, and which one of a feed each is. */
  #queue: { readonly message: SessionMessage; readonly receipt: Receipt | undefined }[] = [];
  /** What has come, applied or not. */
  readonly #receipts = new Receipts();
  #stopAsking = () => {};
  /** The last one applied. */
  #have: Receipt | null = null;
  /** The last revision named of those applied. */
  #revision: Revision | null = null;
  /** What the latest change left growing. */
  #growth: Growth | null = null;

  constructor(options: SessionStoreOptions) {
    this.#options = options;
    this.items = new ItemWindow(options);
  }

  /** Null until the host has answered. */
  get opened(): ReadonlySignal<OpenSession | null> {
    return this.#opened;
  }

  get status(): ReadonlySignal<SessionStatus | null> {
    return this.#status;
  }

  /** Counts the messages that brought news of the session; tells "something happened" from "nothing did". */
  get activity(): ReadonlySignal<number> {
    return this.#activity;
  }

  /** Whether the host speaks another version of the protocol; the window must be reloaded. */
  get outdated(): ReadonlySignal<boolean> {
    return this.#outdated;
  }

  /** Asks the host for the transcript, or for what is missing of it, until it answers. */
  start(): void {
    this.#ask(READY_INTERVAL_MS);
  }

  /**
   * Takes a message; it is applied with its neighbours in the next frame, in order.
   *
   * What is part of a feed is acknowledged here and not in that frame: the next change is then on its way while this one
   * is drawn. That queues no more than what comes within a frame, and a thread that is busy acknowledges nothing. Until
   * `ready` is answered, what still comes of the feed before it is neither acknowledged nor applied.
   */
  receive(message: SessionMessage): void {
    const ack = this.#receipts.next(message);
    if (isOfFeed(message) && !ack) return;
    if (message.type === 'opened' || message.type === 'resumed') this.#stopAsking();
    this.#queue.push({ message, receipt: ack && { feed: ack.feed, count: ack.count } });
    if (this.#queue.length === 1) this.#options.schedule(() => this.#flush());
    if (ack) this.#options.post(ack);
  }

  #ask(waitMs: number): void {
    this.#receipts.leave();
    this.#stopAsking();
    this.#stopAsking = this.#options.after(
      () => this.#ask(Math.min(2 * waitMs, MAX_READY_INTERVAL_MS)),
      waitMs,
    );
    this.#options.post({
      type: 'ready',
      protocol: PROTOCOL_VERSION,
      have: this.#have,
      around: this.#options.around(),
    });
  }

  /** The two sides have diverged: nothing that is held can be relied on. */
  #startOver(): void {
    this.#have = null;
    this.start();
  }

  #flush(): void {
    const queue = this.#queue;
    this.#queue = [];
    batch(() => {
      for (const { message, receipt } of queue) {
        // Of a feed that was left meanwhile, or followed by another.
        if (receipt && receipt.feed !== this.#receipts.feed) continue;
        if (receipt) this.#have = receipt;
        this.#take(message);
      }
    });
  }

  #take(message: SessionMessage): void {
    try {
      this.#apply(message);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #apply(message: SessionMessage): void {
    switch (message.type) {
      case 'opened':
        this.#open(message);
        break;
      case 'resumed':
        this.#revision = message.revision;
        this.#growth = null;
        this.#status.value = message.status;
        break;
      case 'resync':
        this.start();
        break;
      case 'batch':
        this.#applyBatch(message);
        break;
      case 'text':
        this.#applyText(message);
        break;
      case 'page':
        this.items.addPage(message.request, message.page);
        break;
      case 'status':
        this.#status.value = message.status;
        break;
      case 'sent':
        this.#options.onSent(message);
        break;
      default:
        assertNever(message);
    }
  }

  #open({ protocol, session, revision, count, page, status, screenshots }: OpenedMessage): void {
    const before = this.#opened.peek();
    const goesOn = session === before?.session && count >= this.items.count.peek();
    if (goesOn && this.#revision !== null && revision > this.#revision) this.#activity.value++;
    this.#outdated.value = protocol !== PROTOCOL_VERSION;
    this.#revision = revision;
    this.#growth = null;
    if (goesOn) this.items.renew(count, page);
    else this.items.reset(count, page);
    this.#status.value = status;
    const list = (before?.list ?? 0) + (goesOn ? 0 : 1);
    this.#opened.value = { session, screenshots, anchor: this.#options.anchorOf(session), list };
  }

  #applyBatch({ from, to, operations }: BatchMessage): void {
    if (this.#revision === null || from > this.#revision) {
      this.#startOver();
      return;
    }
    if (to > this.#revision) {
      this.#revision = to;
      this.#growth = growthAfter(operations);
    }
    for (const operation of operations) this.items.apply(operation);
    if (operations.length > 0) this.#activity.value++;
  }

  #applyText({ text }: TextMessage): void {
    if (this.#growth === null) {
      this.#startOver();
      return;
    }
    const operation = growBy(this.#growth, text);
    this.#growth = growthAfter([operation]);
    this.items.apply(operation);
    this.#activity.value++;
  }
}

function isOfFeed(message: SessionMessage): message is FeedMessage {
  switch (message.type) {
    case 'opened':
    case 'resumed':
    case 'batch':
    case 'text':
    case 'status':
      return true;
    case 'page':
    case 'sent':
    case 'resync':
      return false;
    default:
      return assertNever(message);
  }
}
