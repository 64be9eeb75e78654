/**
 * Operations: how a transcript changes. Each raises the session's revision by one.
 *
 * Applying an operation is idempotent: `extend` names the offset it writes at, `update` carries the new value, and
 * `append` carries the ordinal. An operation that overlaps with what its receiver already holds (a page read from the
 * store a moment later, a batch delivered twice) therefore does no harm, and sender and receiver need not agree on
 * which operations a page already contains.
 */
import type { Approval } from './approvals.ts';
import {
  type ActionItem,
  type ActionState,
  assertNever,
  type Item,
  isSettled,
  type NoticeAction,
  type Ordinal,
  type TextState,
} from './transcript.ts';

/** Adds `item` at the end of the transcript. */
export interface AppendOperation {
  readonly op: 'append';
  readonly item: Item;
}

/**
 * Writes `text` at UTF-16 offset `at` of what grows of an item ({@link growingText}); `at` is never past its end. An action
 * that has a result has no output any more: what is still said of that changes nothing.
 */
export interface ExtendOperation {
  readonly op: 'extend';
  readonly ordinal: Ordinal;
  readonly at: number;
  readonly text: string;
}

/** Sets what a change names and keeps the rest. */
export interface UpdateOperation {
  readonly op: 'update';
  readonly ordinal: Ordinal;
  readonly change: ItemChange;
}

export type ItemChange =
  | { readonly kind: 'text'; readonly state: TextState; readonly durationMs: number }
  /** `approval`: as in the item, in each change from the question on, as a later change takes an earlier one's place. */
  | { readonly kind: 'action'; readonly state: ActionState; readonly approval?: Approval }
  | {
      readonly kind: 'notice';
      readonly text: string;
      readonly until: number | null;
      readonly actions: readonly NoticeAction[];
    };

export type Operation = AppendOperation | ExtendOperation | UpdateOperation;

/** A text that grows: its item, and where it ends, in UTF-16 units. */
export interface Growth {
  readonly ordinal: Ordinal;
  readonly end: number;
}

/**
 * What a batch leaves growing: the text its last operation wrote, if it wrote one. Sender and receiver both keep account
 * of it, so that more of the same text can be sent without saying where it goes.
 */
export function growthAfter(operations: readonly Operation[]): Growth | null {
  const last = operations.at(-1);
  switch (last?.op) {
    case 'append':
      return last.item.kind === 'answer' || last.item.kind === 'thinking'
        ? { ordinal: last.item.ordinal, end: last.item.text.length }
        : null;
    case 'extend':
      return { ordinal: last.ordinal, end: last.at + last.text.length };
    case 'update':
    case undefined:
      return null;
    default:
      return assertNever(last);
  }
}

/** The operation that adds `text` to what grows. */
export function growBy({ ordinal, end }: Growth, text: string): ExtendOperation {
  return { op: 'extend', ordinal, at: end, text };
}

/** The ordinal of the item an operation is about. */
export function ordinalOf(operation: Operation): Ordinal {
  return operation.op === 'append' ? operation.item.ordinal : operation.ordinal;
}

/**
 * The item after `operation`, which must be about it. Returns `item` itself when nothing changes.
 *
 * @throws Error when the operation does not fit the item's kind or leaves a gap in its text: the two sides have
 *   diverged, and the receiver must ask for the item again.
 */
export function applyToItem(item: Item, operation: ExtendOperation | UpdateOperation): Item {
  switch (operation.op) {
    case 'extend':
      return extendText(item, operation);
    case 'update':
      return applyChange(item, operation.change);
    default:
      return assertNever(operation);
  }
}

/** What of an item grows at its end; undefined where nothing does. */
export function growingText(item: Item): string | undefined {
  switch (item.kind) {
    case 'answer':
    case 'thinking':
      return item.text;
    case 'action':
      return item.output ?? '';
    case 'user':
    case 'screenshot':
    case 'notice':
      return undefined;
    default:
      return assertNever(item);
  }
}

/** The item with `added` at the end of what grows of it. @throws Error where nothing does */
export function grown(item: Item, added: string): Item {
  switch (item.kind) {
    case 'answer':
    case 'thinking':
      return { ...item, text: item.text + added };
    case 'action':
      return { ...item, output: (item.output ?? '') + added };
    default:
      throw new Error(`A ${item.kind} item has no growing text.`);
  }
}

function extendText(item: Item, { at, text }: ExtendOperation): Item {
  if (item.kind === 'action' && isSettled(item)) return item;
  const known = growingText(item) ?? '';
  if (at > known.length) {
    throw new Error(`Text of item ${item.ordinal} ends at ${known.length}, before ${at}.`);
  }
  const overlap = known.length - at;
  return overlap >= text.length ? item : grown(item, text.slice(overlap));
}

function applyChange(item: Item, change: ItemChange): Item {
  switch (change.kind) {
    case 'text':
      if (item.kind === 'answer') return { ...item, state: change.state };
      if (item.kind === 'thinking') return { ...item, state: change.state, durationMs: change.durationMs };
      break;
    case 'action':
      if (item.kind === 'action') return changedAction(item, change);
      break;
    case 'notice':
      if (item.kind === 'notice') {
        return { ...item, text: change.text, until: change.until, actions: change.actions };
      }
      break;
    default:
      return assertNever(change);
  }
  throw new Error(`A ${change.kind} change does not fit a ${item.kind} item.`);
}

function changedAction(
  item: ActionItem,
  { state, approval }: Extract<ItemChange, { kind: 'action' }>,
): ActionItem {
  const isOver = state.status !== 'queued' && state.status !== 'running';
  // It does not begin again: this was said before the end, which a page has told meanwhile.
  if (!isOver && isSettled(item)) return item;
  const { output, ...rest } = item;
  const keepsOutput = output !== undefined && (!isOver || state.status === 'interrupted');
  return { ...rest, ...(keepsOutput && { output }), state, ...(approval && { approval }) };
}
