import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Page, ReadPageMessage } from '../../src/protocol/messages.ts';
import {
  type AppendOperation,
  applyToItem,
  type ExtendOperation,
  type Operation,
  type UpdateOperation,
} from '../../src/protocol/operations.ts';
import { type Item, type Ordinal, ordinal } from '../../src/protocol/transcript.ts';
import { PageRequests } from './page-requests.ts';

/** Rows held, loaded or awaited. A dozen pages: far more than is rendered, far less than a long session. */
const MAX_ROWS = 600;
/** Rows left after letting go, so that it happens once a page and not once a row. */
const KEPT_ROWS = 500;

export interface ItemWindowOptions {
  readonly post: (message: ReadPageMessage) => void;
  /** ms on any steady clock. */
  readonly now: () => number;
  /** Runs a function once after so many ms. Returns how to prevent that. */
  readonly after: (callback: () => void, ms: number) => () => void;
}

/**
 * The part of a transcript the webview holds: a sparse map from ordinals to items, around what is on screen.
 *
 * Each item is a signal of its own, so a change re-renders its row and nothing else. An absent item reads as
 * `undefined` (a placeholder row) and is asked for when {@link show} finds it on screen.
 */
export class ItemWindow {
  readonly #rows = new Map<Ordinal, Signal<Item | undefined>>();
  readonly #count = signal(0);
  readonly #requests: PageRequests;
  #first = 0;
  #last = 0;

  constructor(options: ItemWindowOptions) {
    this.#requests = new PageRequests(options, () => this.#askForShown());
  }

  /** Items in the session, held or not. */
  get count(): ReadonlySignal<number> {
    return this.#count;
  }

  /** Rows held now; for tests of the bound. */
  get heldRows(): number {
    return this.#rows.size;
  }

  /** Whether the item at a place is loaded. */
  isHeld(at: Ordinal): boolean {
    return this.#rows.get(at)?.peek() !== undefined;
  }

  /** Replaces everything by the items of another transcript. */
  reset(count: number, page: Page): void {
    this.#first = page.start;
    this.#last = page.start + page.items.length - 1;
    this.#replace(count, page);
  }

  /** Replaces everything by the same transcript at a later time. What is shown is asked for if the page lacks it. */
  renew(count: number, page: Page): void {
    this.#replace(count, page);
    this.#askForShown();
  }

  /** The item at a place, `undefined` while it is not loaded. Ask again after it turned `undefined`. */
  row(at: Ordinal): ReadonlySignal<Item | undefined> {
    return this.#row(at);
  }

  /** Says which rows are rendered (inclusive): missing pages are asked for, rows far from them let go. */
  show(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
    this.#askForShown();
    this.#letGo();
  }

  /**
   * Applies one operation. One about an item that is not held is dropped: should its page be asked for, now or
   * already, the host reads it after it sent this.
   */
  apply(operation: Operation): void {
    if (operation.op === 'append') this.#append(operation);
    else this.#change(operation);
  }

  /**
   * Takes in a page that was asked for; others are ignored. What is held already is newer and stays. What is shown and
   * had no room in the page is asked for next.
   */
  addPage(request: number, page: Page): void {
    if (!this.#requests.settle(request)) return;
    const missing = page.items.filter((item) => !this.isHeld(item.ordinal));
    for (const item of missing) this.#hold(item);
    this.#letGo();
    if (missing.length > 0) this.#askForShown();
  }

  #replace(count: number, page: Page): void {
    const kept = new Set(page.items.map((item) => item.ordinal));
    for (const [at, row] of this.#rows) {
      if (kept.has(at)) continue;
      this.#rows.delete(at);
      row.value = undefined;
    }
    this.#requests.clear();
    this.#count.value = Math.max(count, page.start + page.items.length);
    for (const item of page.items) this.#hold(item);
  }

  #askForShown(): void {
    for (let at = this.#first; at <= this.#last && at < this.#count.peek(); at++) {
      if (!this.isHeld(ordinal(at))) this.#ask(ordinal(at));
    }
  }

  #ask(at: Ordinal): void {
    this.#requests.ask(at, this.#count.peek(), (other) => !this.isHeld(other));
  }

  #append({ item }: AppendOperation): void {
    if (item.ordinal < this.#count.peek()) {
      // Delivered twice, or in a page that was read a moment later: what is held has it.
      return;
    }
    this.#count.value = item.ordinal + 1;
    this.#hold(item);
    this.#letGo();
  }

  #change(operation: ExtendOperation | UpdateOperation): void {
    const row = this.#rows.get(operation.ordinal);
    const item = row?.peek();
    if (!row || !item) return;
    try {
      row.value = applyToItem(item, operation);
    } catch {
      // The two sides have diverged (the documented reason to throw): read the item again.
      row.value = undefined;
      this.#ask(operation.ordinal);
    }
  }

  #row(at: Ordinal): Signal<Item | undefined> {
    let row = this.#rows.get(at);
    if (!row) {
      row = signal<Item | undefined>(undefined);
      this.#rows.set(at, row);
    }
    return row;
  }

  #hold(item: Item): void {
    this.#row(item.ordinal).value = item;
  }

  /** Drops the rows farthest from what is on screen once there are too many. */
  #letGo(): void {
    if (this.#rows.size <= MAX_ROWS) return;
    const distance = (at: number) => Math.max(this.#first - at, at - this.#last, 0);
    const farthest = [...this.#rows.keys()].sort((a, b) => distance(b) - distance(a));
    for (const at of farthest.slice(0, this.#rows.size - KEPT_ROWS)) {
      if (distance(at) === 0) return;
      const row = this.#rows.get(at);
      this.#rows.delete(at);
      if (row) row.value = undefined;
    }
  }
}
