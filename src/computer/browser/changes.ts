/** What happened in the browser since the last report to the model. */
import type { BetaBrowserState } from '@anthropic-ai/sdk/helpers/beta/toolsets';

export type StateChange = NonNullable<BetaBrowserState['state_changes']>[number];

/** A page can open dialogs in a loop. What is beyond this is neither kept nor told to the user. */
const MAX_CHANGES = 50;

export class Changes {
  #pending: StateChange[] = [];

  /** @returns false when there have been too many since the last report, and this one is dropped */
  add(change: StateChange): boolean {
    if (this.#pending.length >= MAX_CHANGES) return false;
    this.#pending.push(change);
    return true;
  }

  /** Those since the last call, oldest first. */
  drain(): StateChange[] {
    const drained = this.#pending;
    this.#pending = [];
    return drained;
  }
}
