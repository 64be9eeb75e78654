import {
  applyToItem,
  type ExtendOperation,
  growingText,
  type ItemChange,
  type Operation,
  ordinalOf,
  type UpdateOperation,
} from '../protocol/operations.ts';
import { assertNever, type Item, type Ordinal } from '../protocol/transcript.ts';
import { weightOfChange, weightOfItem } from '../protocol/weight.ts';

/** What one operation weighs besides its texts, in characters: its JSON's keys, numbers and punctuation. */
const ENVELOPE_CHARACTERS = 100;

/** What is pending for one item. An item has one kind, so a later update always replaces an earlier one. */
interface PendingItem {
  /** Set when the item was appended since the last batch. What was told before the last update is in it already. */
  appended: Item | undefined;
  /** Text from `at` on. */
  at: number;
  end: number;
  parts: string[];
  change: ItemChange | undefined;
}

/**
 * Operations on their way to a webview, neighbours merged as they come: whatever happened to an item is at most one
 * append, or one extend and one update. Adding one takes constant time, whatever is there already.
 *
 * Operations on different items commute, but for the order of appends, which is kept.
 */
export class PendingOperations {
  #items = new Map<Ordinal, PendingItem>();
  #characters = 0;

  /** Items touched. */
  get size(): number {
    return this.#items.size;
  }

  /** About how long its JSON is. */
  get characters(): number {
    return this.#characters;
  }

  /** @throws Error when the operation does not fit those before it (a gap in a text, a change for another kind). */
  add(operation: Operation): void {
    const ordinal = ordinalOf(operation);
    let pending = this.#items.get(ordinal);
    if (!pending) {
      pending = { appended: undefined, at: -1, end: -1, parts: [], change: undefined };
      this.#items.set(ordinal, pending);
      this.#characters += ENVELOPE_CHARACTERS;
    }
    switch (operation.op) {
      case 'append':
        pending.appended = operation.item;
        this.#characters += weightOfItem(operation.item);
        return;
      case 'extend':
        this.#extend(pending, operation);
        return;
      case 'update':
        this.#update(pending, operation);
        return;
      default:
        assertNever(operation);
    }
  }

  /** The merged operations, which are pending no more. */
  take(): Operation[] {
    const operations = [...this.#items].flatMap(([ordinal, pending]) => toOperations(ordinal, pending));
    this.clear();
    return operations;
  }

  clear(): void {
    this.#items = new Map();
    this.#characters = 0;
  }

  #extend(pending: PendingItem, { ordinal, at, text }: ExtendOperation): void {
    if (pending.end < 0) {
      const start = pending.appended ? endOf(pending.appended) : at;
      pending.at = start;
      pending.end = start;
    }
    if (at > pending.end) throw new Error(`Text of item ${ordinal} ends at ${pending.end}, before ${at}.`);
    const added = text.slice(pending.end - at);
    if (added === '') return;
    pending.parts.push(added);
    pending.end += added.length;
    this.#characters += added.length;
  }

  #update(pending: PendingItem, operation: UpdateOperation): void {
    if (pending.appended) {
      // In the order they came: what an update means depends on the text before it, and the other way round.
      const extended = withText(pending.appended, operation.ordinal, pending);
      pending.parts = [];
      pending.at = pending.end;
      const appended = applyToItem(extended, operation);
      this.#characters += weightOfItem(appended) - weightOfItem(extended);
      pending.appended = appended;
    } else {
      this.#characters += weightOfChange(operation.change);
      if (pending.change) this.#characters -= weightOfChange(pending.change);
      pending.change = operation.change;
    }
  }
}

function toOperations(ordinal: Ordinal, pending: PendingItem): Operation[] {
  if (pending.appended) return [{ op: 'append', item: withText(pending.appended, ordinal, pending) }];
  const text = pending.parts.join('');
  const operations: Operation[] = [];
  if (text !== '') operations.push({ op: 'extend', ordinal, at: pending.at, text });
  if (pending.change) operations.push({ op: 'update', ordinal, change: pending.change });
  return operations;
}

function endOf(item: Item): number {
  const text = growingText(item);
  if (text === undefined) throw new Error(`A ${item.kind} item has no growing text.`);
  return text.length;
}

function withText(item: Item, ordinal: Ordinal, { parts, at }: Pick<PendingItem, 'parts' | 'at'>): Item {
  return parts.length === 0 ? item : applyToItem(item, { op: 'extend', ordinal, at, text: parts.join('') });
}
