import { Emitter } from '../base/emitter.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { SearchOptions } from '../history/search.ts';
import type { Page, SearchResults } from '../protocol/messages.ts';
import {
  applyToItem,
  growingText,
  type ItemChange,
  type Operation,
  ordinalOf,
} from '../protocol/operations.ts';
import {
  type Item,
  isSettled,
  type NewItem,
  type Ordinal,
  ordinal,
  type Revision,
  revision,
  type ScreenshotRef,
  type SessionId,
} from '../protocol/transcript.ts';
import { OfferAtEnd } from './offerAtEnd.ts';
import { RecentOperations } from './recentOperations.ts';

/** Where items are kept; the part of the history a transcript writes to. */
export interface ItemStore {
  itemCount(id: SessionId): number;
  readItems(id: SessionId, start: Ordinal, count: number): Item[];
  appendItem(id: SessionId, item: Item): void;
  replaceItem(id: SessionId, item: Item): void;
  appendText(id: SessionId, ordinal: Ordinal, at: number, text: string): void;
  search(id: SessionId, options: SearchOptions): SearchResults;
  /** Runs `action` so that all its writes happen or none. */
  transaction<T>(action: () => T): T;
}

/** How long growing text may wait before it is written to disk; bounds what a crash can lose. */
const TEXT_FLUSH_INTERVAL_MS = 1_000;

/** How far back a session that is opened looks for what still matters: its last run's worth of items. */
const LATEST_ITEMS = 100;

/** How many notices there may be after the one that offers to go on. */
const LATEST_NOTICES = 10;

/**
 * A session's transcript while it is open: gives items their ordinals, turns what happens into operations, and keeps
 * the store current. Holds only the items that may still change; the rest is read from the store when asked for.
 */
export class Transcript implements Disposable {
  readonly #store: ItemStore;
  readonly #session: SessionId;
  readonly #onFault: (error: unknown) => void;
  readonly #open = new Map<Ordinal, OpenItem>();
  readonly #operations = new Emitter<{ readonly revision: Revision; readonly operation: Operation }>();
  readonly #reloads = new Emitter<void>();
  readonly #recent = new RecentOperations();
  /** What happened in the transaction that is under way; undefined when there is none. */
  #untold: Operation[] | undefined;
  #revision = 0;
  #count: number;
  #flushTimer: NodeJS.Timeout | undefined;
  /** Why text could not be written in the background; the next change of it throws this. */
  #textFault: { readonly error: unknown } | undefined;
  /** Notices with buttons. Those of earlier hosts are looked for once, among the latest items. */
  #offers: Set<Ordinal> | undefined;
  #offerAtEnd: OfferAtEnd;

  /** @param onFault - owns what goes wrong while text is written in the background; it is tried again later */
  constructor(store: ItemStore, session: SessionId, onFault: (error: unknown) => void) {
    this.#store = store;
    this.#session = session;
    this.#onFault = onFault;
    this.#count = store.itemCount(session);
    this.#offerAtEnd = this.#storedOffer();
  }

  readonly onOperation = this.#operations.event;

  get revision(): Revision {
    return revision(this.#revision);
  }

  get count(): number {
    return this.#count;
  }

  /** Fires when the transcript was read anew from the store: what was shown of it may be out of date. */
  readonly onReload = this.#reloads.event;

  /** Reads anew what the store holds, which somebody else may have written to. */
  reload(): void {
    this.#open.clear();
    this.#count = this.#store.itemCount(this.#session);
    this.#offers = undefined;
    this.#offerAtEnd = this.#storedOffer();
    this.#recent.clear();
    this.#revision += 1;
    this.#reloads.fire();
  }

  append(item: NewItem): Ordinal {
    const place = ordinal(this.#count);
    const placed: Item = { ...item, ordinal: place, at: Date.now() };
    this.#store.appendItem(this.#session, placed);
    this.#count += 1;
    if (!isSettled(placed)) this.#open.set(place, { item: placed, storedLength: textLength(placed) });
    this.#noteOffer(placed);
    this.#publish({ op: 'append', item: placed });
    return place;
  }

  /**
   * Runs `action` so that all it writes here, and to the store elsewhere, is written or nothing: a change by itself costs
   * the disk several times what it says. It must not be async. Operations are told once all is stored. When it fails,
   * items it appended are gone, and others are shown as it changed them.
   */
  together<T>(action: () => T): T {
    if (this.#untold) return action();
    const count = this.#count;
    const untold: Operation[] = [];
    this.#untold = untold;
    let result: T;
    try {
      result = this.#store.transaction(action);
    } catch (error) {
      for (; this.#count > count; this.#count -= 1) this.#open.delete(ordinal(this.#count - 1));
      this.#offers = undefined;
      throw error;
    } finally {
      this.#untold = undefined;
    }
    for (const operation of untold) {
      this.#letGo(ordinalOf(operation));
      this.#publish(operation);
    }
    return result;
  }

  /** Adds `text` at the end of what grows of an open item. */
  extend(place: Ordinal, text: string): void {
    const fault = this.#textFault;
    this.#textFault = undefined;
    if (fault) throw fault.error;
    const open = this.#openItem(place);
    const operation: Operation = { op: 'extend', ordinal: place, at: textLength(open.item), text };
    open.item = applyToItem(open.item, operation);
    this.#flushTimer ??= setTimeout(() => this.#flushText(), TEXT_FLUSH_INTERVAL_MS);
    this.#publish(operation);
  }

  /** Changes an open item, or a settled one that the store still has to learn something about (a notice's buttons). */
  update(place: Ordinal, change: ItemChange): void {
    const known = this.#open.get(place)?.item ?? this.item(place);
    if (!known) throw new Error(`There is no item ${place}.`);
    const operation: Operation = { op: 'update', ordinal: place, change };
    const item = applyToItem(known, operation);
    const open = this.#open.get(place);
    if (open) open.item = item;
    this.#store.replaceItem(this.#session, item);
    // Written whole now, whatever kept its text from being written before.
    this.#textFault = undefined;
    if (!this.#untold) this.#letGo(place);
    this.#noteOffer(item);
    this.#publish(operation);
  }

  /** As {@link update} of an open item that stays so, with what changes too often, and matters too little later, to store. */
  show(place: Ordinal, change: ItemChange): void {
    const open = this.#openItem(place);
    const operation: Operation = { op: 'update', ordinal: place, change };
    open.item = applyToItem(open.item, operation);
    this.#publish(operation);
  }

  /** Takes away the buttons of earlier notices: something else is being done now. */
  withdrawOffers(): void {
    this.#offers ??= new Set(this.latest().flatMap((item) => (offers(item) ? [item.ordinal] : [])));
    for (const place of [...this.#offers]) {
      const item = this.item(place);
      if (item?.kind === 'notice') {
        this.update(place, { kind: 'notice', text: item.text, until: null, actions: [] });
      }
    }
  }

  /** Whether it ends in an offer to go on with what a run left. */
  get endsInOffer(): boolean {
    return this.#offerAtEnd.isThere;
  }

  /** The screenshot the model saw last, as far as the latest items tell. */
  lastScreenshot(): ScreenshotRef | null {
    const shown = this.latest().findLast((item) => item.kind === 'screenshot' && item.scope === 'screen');
    return shown?.kind === 'screenshot' ? shown.image : null;
  }

  item(place: Ordinal): Item | undefined {
    return this.page(place, 1).items[0];
  }

  /** Up to `count` items from `start` on, as they are now. */
  page(start: Ordinal, count: number): Page {
    const items = this.#store.readItems(this.#session, start, count);
    return { start, items: items.map((item) => this.#open.get(item.ordinal)?.item ?? item) };
  }

  /** The items from `from` on that have `query` in their text as it is now; `limit` told at most. */
  search(query: string, from: Ordinal, limit: number): SearchResults {
    const live = [...this.#open.values()].map(({ item }) => item);
    return this.#store.search(this.#session, { query, from, limit, live });
  }

  /** What happened after `known`, or undefined when that is no longer (or was never) in memory. */
  operationsSince(known: Revision): readonly Operation[] | undefined {
    return this.#recent.last(this.#revision - known);
  }

  dispose(): void {
    this.#flushText();
    if (this.#textFault) this.#onFault(this.#textFault.error);
    this.#operations.dispose();
    this.#reloads.dispose();
  }

  /** The last items, in order: a run's worth of them. */
  latest(): readonly Item[] {
    return this.page(ordinal(Math.max(0, this.#count - LATEST_ITEMS)), LATEST_ITEMS).items;
  }

  #storedOffer(): OfferAtEnd {
    const found = new OfferAtEnd();
    const start = ordinal(Math.max(0, this.#count - LATEST_NOTICES));
    for (const item of this.page(start, LATEST_NOTICES).items) found.note(item);
    return found;
  }

  #noteOffer(item: Item): void {
    this.#offerAtEnd.note(item);
    if (offers(item)) this.#offers?.add(item.ordinal);
    else this.#offers?.delete(item.ordinal);
  }

  #openItem(place: Ordinal): OpenItem {
    const open = this.#open.get(place);
    if (!open) throw new Error(`Item ${place} is settled.`);
    return open;
  }

  /** An item that is settled and stored is not held any longer. */
  #letGo(place: Ordinal): void {
    const open = this.#open.get(place);
    if (open && isSettled(open.item)) this.#open.delete(place);
  }

  #publish(operation: Operation): void {
    if (this.#untold) {
      this.#untold.push(operation);
      return;
    }
    this.#revision += 1;
    this.#recent.push(operation);
    this.#operations.fire({ revision: revision(this.#revision), operation });
  }

  #flushText(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    for (const open of this.#open.values()) {
      const { item, storedLength } = open;
      const length = textLength(item);
      if (length === storedLength) continue;
      try {
        const added = (growingText(item) ?? '').slice(storedLength);
        this.#store.appendText(this.#session, item.ordinal, storedLength, added);
        open.storedLength = length;
      } catch (error) {
        this.#textFault ??= { error };
      }
    }
  }
}

interface OpenItem {
  item: Item;
  /** UTF-16 units of its text that the store has. */
  storedLength: number;
}

function offers(item: Item): boolean {
  return item.kind === 'notice' && item.actions.length > 0;
}

function textLength(item: Item): number {
  return growingText(item)?.length ?? 0;
}
