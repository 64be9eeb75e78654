import { Emitter } from '../../src/base/emitter.ts';
import type { TranscriptSource } from '../../src/panel/transcriptSource.ts';
import {
  type AckMessage,
  type ChangeMessage,
  type HostMessage,
  PAGE_SIZE,
  PROTOCOL_VERSION,
  type ReadPageMessage,
  type ReadyMessage,
  type Receipt,
  type SessionStatus,
} from '../../src/protocol/messages.ts';
import {
  applyToItem,
  type Growth,
  growBy,
  growingText,
  growthAfter,
  type ItemChange,
  type Operation,
  ordinalOf,
} from '../../src/protocol/operations.ts';
import { Receipts } from '../../src/protocol/receipts.ts';
import {
  type Item,
  type NewItem,
  type Ordinal,
  ordinal,
  type Revision,
  revision,
  sessionId,
} from '../../src/protocol/transcript.ts';

export const STATUS: SessionStatus = {
  title: 'A session',
  run: { state: 'idle' },
  access: 'full',
  consent: 'given',
  model: { provider: 'anthropic', label: 'Claude' },
  computer: { kind: 'browser', label: 'Chromium (headless)' },
  control: 'claude',
  tokens: { input: 0, output: 0 },
  unattended: 'off',
  httpLogs: false,
};

/** A transcript in memory that remembers only its latest operations. */
export class FakeSource implements TranscriptSource {
  readonly session = sessionId('11111111-2222-3333-4444-555555555555');
  readonly items: Item[] = [];
  readonly operations = new Emitter<{ revision: Revision; operation: Operation }>();
  readonly statuses = new Emitter<SessionStatus>();
  readonly onOperation = this.operations.event;
  readonly onStatus = this.statuses.event;
  readonly reloads = new Emitter<void>();
  readonly onReload = this.reloads.event;
  status = STATUS;
  readonly #memory: number;
  #recent: Operation[] = [];
  #revision = 0;

  constructor(memory = 2_000) {
    this.#memory = memory;
  }

  get revision(): Revision {
    return revision(this.#revision);
  }

  get count(): number {
    return this.items.length;
  }

  page(start: Ordinal, count: number) {
    return { start, items: this.items.slice(start, start + count) };
  }

  operationsSince(known: Revision): readonly Operation[] | undefined {
    const missed = this.#revision - known;
    if (missed < 0 || missed > this.#recent.length) return undefined;
    return missed === 0 ? [] : this.#recent.slice(-missed);
  }

  append(item: NewItem): Ordinal {
    const place = ordinal(this.items.length);
    this.#publish({ op: 'append', item: { ...item, ordinal: place, at: 1_700_000_000_000 } });
    return place;
  }

  extend(place: number, text: string): void {
    const item = this.items[place];
    const known = item && growingText(item);
    if (known === undefined) throw new Error('no text');
    this.#publish({ op: 'extend', ordinal: ordinal(place), at: known.length, text });
  }

  update(place: number, change: ItemChange): void {
    this.#publish({ op: 'update', ordinal: ordinal(place), change });
  }

  setStatus(change: Partial<SessionStatus>): void {
    this.status = { ...this.status, ...change };
    this.statuses.fire(this.status);
  }

  /** Items came to be that no operation told of. */
  reload(items: readonly Item[]): void {
    this.items.push(...items);
    this.#recent = [];
    this.#revision += 1;
    this.reloads.fire();
  }

  #publish(operation: Operation): void {
    const place = ordinalOf(operation);
    const item = this.items[place];
    if (operation.op === 'append') this.items.push(operation.item);
    else if (item) this.items[place] = applyToItem(item, operation);
    this.#revision += 1;
    this.#recent.push(operation);
    if (this.#recent.length > this.#memory) this.#recent.shift();
    this.operations.fire({ revision: revision(this.#revision), operation });
  }
}

/** What a webview does with the messages it gets, in a few lines. It holds the items it was given. */
export class ModelWebview {
  readonly items = new Map<Ordinal, Item>();
  count = 0;
  /** The last one named; it may have texts since then. */
  revision: Revision | null = null;
  status: SessionStatus | undefined;
  /** What did not fit what it had. */
  readonly gaps: string[] = [];
  #receipts = new Receipts();
  #growth: Growth | null = null;
  #have: Receipt | null = null;
  #lastRequest = 0;

  /** Returns the acknowledgement, if the message asks for one. */
  receive(message: HostMessage): AckMessage | undefined {
    const ack = this.#receipts.next(message);
    if (ack) this.#have = { feed: ack.feed, count: ack.count };
    switch (message.type) {
      case 'opened':
        this.items.clear();
        for (const item of message.page.items) this.items.set(item.ordinal, item);
        this.count = message.count;
        this.revision = message.revision;
        this.#growth = null;
        this.status = message.status;
        return ack;
      case 'resumed':
        this.revision = message.revision;
        this.#growth = null;
        this.status = message.status;
        return ack;
      case 'status':
        if (ack) this.status = message.status;
        return ack;
      case 'sent':
        return undefined;
      case 'page':
        for (const item of message.page.items) this.items.set(item.ordinal, item);
        return undefined;
      case 'batch':
      case 'text':
        if (ack) this.#change(message);
        return ack;
      default:
        return undefined;
    }
  }

  /** Says ready with what it has, and leaves the feed. */
  ready(): ReadyMessage {
    this.#receipts.leave();
    return { ...READY, have: this.#have };
  }

  /** Whether it waits for an answer to `ready`. */
  get isWaiting(): boolean {
    return this.#receipts.feed === null;
  }

  /** What asks for every page of which something is missing. */
  readMissing(): ReadPageMessage[] {
    const requests: ReadPageMessage[] = [];
    for (let start = 0; start < this.count; start += PAGE_SIZE) {
      const places = Array.from(
        { length: Math.min(PAGE_SIZE, this.count - start) },
        (_, index) => start + index,
      );
      if (places.every((place) => this.items.has(ordinal(place)))) continue;
      this.#lastRequest += 1;
      requests.push({
        type: 'read-page',
        request: this.#lastRequest,
        start: ordinal(start),
        count: PAGE_SIZE,
        wanted: ordinal(places.find((place) => !this.items.has(ordinal(place))) ?? start),
      });
    }
    return requests;
  }

  /** The page was destroyed and made anew: it knows nothing. */
  reload(): void {
    this.items.clear();
    this.count = 0;
    this.revision = null;
    this.#growth = null;
    this.#have = null;
    this.#receipts = new Receipts();
  }

  #change(message: ChangeMessage): void {
    const operations = this.#operationsOf(message);
    if (message.type === 'batch') this.revision = message.to;
    this.#growth = growthAfter(operations);
    for (const operation of operations) this.#apply(operation);
  }

  #operationsOf(message: ChangeMessage): readonly Operation[] {
    if (message.type === 'batch') {
      if (message.from !== this.revision) this.gaps.push(`${message.from} after ${this.revision}`);
      return message.operations;
    }
    if (this.#growth) return [growBy(this.#growth, message.text)];
    this.gaps.push(`text after ${this.revision} that grows nothing`);
    return [];
  }

  #apply(operation: Operation): void {
    if (operation.op === 'append') {
      if (operation.item.ordinal < this.count) return;
      this.count = operation.item.ordinal + 1;
      this.items.set(operation.item.ordinal, operation.item);
      return;
    }
    const item = this.items.get(operation.ordinal);
    if (item) this.items.set(operation.ordinal, applyToItem(item, operation));
  }
}

export const READY = { type: 'ready', protocol: PROTOCOL_VERSION, have: null, around: null } as const;

export const ANSWER: NewItem = { kind: 'answer', text: '', state: 'streaming' };

export const ACTION: NewItem = {
  kind: 'action',
  toolset: 'browser',
  member: 'left_click',
  summary: 'Click "Order"',
  input: '{"coordinate":[10,20]}',
  points: [{ x: 10, y: 20 }],
  before: null,
  state: { status: 'running' },
};

export const NOTICE: NewItem = {
  kind: 'notice',
  severity: 'warning',
  text: 'Trying again soon',
  detail: '',
  until: 5,
  actions: ['retry'],
};
