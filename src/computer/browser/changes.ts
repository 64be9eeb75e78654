/** What happened in the browser since the last report to the model. */
import type { BetaBrowserState } from '@anthropic-ai/sdk/helpers/beta/toolsets';

export type StateChange = NonNullable<BetaBrowserState['state_changes']>[number];

/** A page can open dialogs in a loop. What is beyond this is not kept. */
const MAX_CHANGES = 50;

export class Changes {
  #pending: StateChange[] = [];
  #reports = 0;

  /** How many reports there have been. */
  get reports(): number {
    return this.#reports;
  }

  /** @returns false when there have been too many since the last report, and this one is dropped */
  add(change: StateChange): boolean {
    if (this.#pending.length >= MAX_CHANGES) return false;
    this.#pending.push(change);
    return true;
  }

  /** How many of a kind wait to be reported. */
  count(type: StateChange['type']): number {
    return this.#pending.filter((change) => change.type === type).length;
  }

  /** Those since the last call, oldest first. */
  drain(): StateChange[] {
    const drained = this.#pending;
    this.#pending = [];
    this.#reports++;
    return drained;
  }
}
