import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { HostMessage } from '../../src/protocol/messages.ts';
import type { Operation } from '../../src/protocol/operations.ts';
import type { ActionItem, Item, Ordinal } from '../../src/protocol/transcript.ts';

/** Many take less than what the eye needs. */
export const SHOWN_AFTER_MS = 1_200;

/** Actions asked for and not begun, at most; a turn has a few. */
const MAX_QUEUED = 100;

export interface CurrentActionOptions {
  /** Runs a function once after so many ms, unless the returned one is called. */
  readonly schedule: (callback: () => void, ms: number) => () => void;
}

/** The action being taken on the computer, told by the host's changes: also where the transcript's end is not held. */
export class CurrentAction {
  readonly #schedule: CurrentActionOptions['schedule'];
  readonly #queued = new Map<Ordinal, ActionItem>();
  readonly #shown: Signal<ActionItem | null> = signal(null);
  #cancelEnd: () => void = () => {};

  constructor({ schedule }: CurrentActionOptions) {
    this.#schedule = schedule;
  }

  /** The one under way, or the last one for a moment after it ended. */
  get shown(): ReadonlySignal<ActionItem | null> {
    return this.#shown;
  }

  receive(message: HostMessage): void {
    if (message.type === 'opened') {
      this.#queued.clear();
      this.#cancelEnd();
      this.#shown.value = null;
      for (const item of message.page.items) this.#appended(item);
    }
    if (message.type === 'batch') for (const operation of message.operations) this.#apply(operation);
  }

  #apply(operation: Operation): void {
    if (operation.op === 'append') this.#appended(operation.item);
    if (operation.op !== 'update' || operation.change.kind !== 'action') return;
    const item = this.#queued.get(operation.ordinal);
    if (item) this.#turnedTo({ ...item, state: operation.change.state });
  }

  #appended(item: Item): void {
    if (item.kind !== 'action' || (item.state.status !== 'queued' && item.state.status !== 'running')) return;
    if (this.#queued.size >= MAX_QUEUED) this.#queued.clear();
    this.#queued.set(item.ordinal, item);
    this.#turnedTo(item);
  }

  #turnedTo(item: ActionItem): void {
    const { status } = item.state;
    if (status === 'queued') return;
    if (status === 'running') {
      this.#cancelEnd();
      this.#shown.value = item;
      return;
    }
    this.#queued.delete(item.ordinal);
    // Begun and ended in one change, it is shown all the same.
    if (status !== 'skipped') this.#shown.value = item;
    this.#cancelEnd();
    this.#cancelEnd = this.#schedule(() => {
      this.#shown.value = null;
    }, SHOWN_AFTER_MS);
  }
}
