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

  constructor({ post, now }: ItemWindowOptions) {
    this.#requests = new PageRequests(post, now);
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

  /** Replaces everything. */
  reset(count: number, page: Page): void {
    for (const row of this.#rows.values()) row.value = undefined;
    this.#rows.clear();
    this.#requests.clear();
    this.#count.value = Math.max(count, page.start + page.items.length);
    this.#first = page.start;
    this.#last = page.start + page.items.length;
    for (const item of page.items) this.#hold(item);
  }

  /** The item at a place, `undefined` while it is not loaded. Ask again after it turned `undefined`. */
  row(at: Ordinal): ReadonlySignal<Item | undefined> {
    return this.#row(at);
  }

  /** Says which rows are rendered (inclusive): missing pages are asked for, rows far from them let go. */
  show(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
    for (let at = first; at <= last && at < this.#count.peek(); at++) {
      if (!this.isHeld(ordinal(at))) this.#requests.ask(ordinal(at), this.#count.peek());
    }
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

  /** Takes in a page that was asked for. What is held already is newer and stays. */
  addPage(request: number, page: Page): void {
    this.#requests.settle(request);
    for (const item of page.items) {
      if (!this.isHeld(item.ordinal)) this.#hold(item);
    }
    this.#letGo();
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
      this.#requests.ask(operation.ordinal, this.#count.peek());
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
