import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import {
  type BatchMessage,
  type HostMessage,
  type OpenedMessage,
  type PersistedViewState,
  PROTOCOL_VERSION,
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
  { readonly type: 'search-results' | 'user-found' | 'ping' | 'live-frame' | 'live-screen' }
>;

/** A place to read at; see {@link PersistedViewState}. */
export type Anchor = NonNullable<PersistedViewState['anchor']>;

/** The transcript on show. A new object each time it is replaced as a whole. */
export interface OpenSession {
  readonly session: SessionId;
  /** Address of the screenshots folder, without a slash at its end. */
  readonly screenshots: string;
  /** Where to start reading; null at the end. */
  readonly anchor: Anchor | null;
}

export interface SessionStoreOptions {
  readonly post: (message: WebviewMessage) => void;
  /** Where the reader is, for this session only. Asked when a transcript is opened. */
  readonly anchorOf: (session: SessionId) => Anchor | null;
  /** The item to open at, before the session is known. */
  readonly around: () => Ordinal | null;
  /** Hears whether the host took a prompt. */
  readonly onSent: (message: SentMessage) => void;
  /** Runs a function once in the next frame. */
  readonly schedule: (callback: () => void) => void;
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
  #queue: SessionMessage[] = [];
  /** What has come, applied or not. */
  readonly #receipts = new Receipts();
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

  /** Counts the messages that changed the transcript; tells "something happened" from "nothing did". */
  get activity(): ReadonlySignal<number> {
    return this.#activity;
  }

  /** Whether the host speaks another version of the protocol; the window must be reloaded. */
  get outdated(): ReadonlySignal<boolean> {
    return this.#outdated;
  }

  /** Asks the host for the transcript. */
  start(): void {
    this.#revision = null;
    this.#options.post({
      type: 'ready',
      protocol: PROTOCOL_VERSION,
      have: null,
      around: this.#options.around(),
    });
  }

  /**
   * Takes a message; it is applied with its neighbours in the next frame, in order.
   *
   * A change is acknowledged here and not in that frame: the next one is then on its way while this one is drawn. That
   * queues no more than what comes within a frame, and a thread that is busy acknowledges nothing.
   */
  receive(message: SessionMessage): void {
    this.#queue.push(message);
    if (this.#queue.length === 1) this.#options.schedule(() => this.#flush());
    const ack = this.#receipts.next(message);
    if (ack) this.#options.post(ack);
  }

  #flush(): void {
    const messages = this.#queue;
    this.#queue = [];
    batch(() => {
      for (const message of messages) this.#take(message);
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
    this.#outdated.value = protocol !== PROTOCOL_VERSION;
    this.#revision = revision;
    this.#growth = null;
    this.items.reset(count, page);
    this.#status.value = status;
    this.#activity.value = 0;
    this.#opened.value = { session, screenshots, anchor: this.#options.anchorOf(session) };
  }

  #applyBatch({ from, to, operations }: BatchMessage): void {
    // Before the first `opened` there is nothing to change; it will contain this.
    if (this.#revision === null) return;
    if (from > this.#revision) {
      this.start();
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
    if (this.#revision === null) return;
    if (this.#growth === null) {
      this.start();
      return;
    }
    const operation = growBy(this.#growth, text);
    this.#growth = growthAfter([operation]);
    this.items.apply(operation);
    this.#activity.value++;
  }
}
