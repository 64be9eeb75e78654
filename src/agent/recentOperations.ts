import type { Operation } from '../protocol/operations.ts';
import { weightOf } from '../protocol/weight.ts';

/**
 * Operations kept in memory for a webview that missed some. A minute of fast streaming; a webview that missed more
 * reads the last page instead, which is cheaper.
 */
const MAX_OPERATIONS = 2_000;

/** The same bound as the weight of their texts: a panel does not catch up on more than that. */
const MAX_WEIGHT = 256 * 1024;

/** The latest operations, as many and as heavy as makes sense to keep: up to twice the bounds, so that a trim is rare. */
export class RecentOperations {
  #operations: Operation[] = [];
  #weight = 0;

  push(operation: Operation): void {
    this.#operations.push(operation);
    this.#weight += weightOf(operation);
    if (this.#operations.length > 2 * MAX_OPERATIONS || this.#weight > 2 * MAX_WEIGHT) this.#trim();
  }

  /** The last `count` ones; undefined when not all of them are kept. */
  last(count: number): readonly Operation[] | undefined {
    if (count < 0 || count > this.#operations.length) return undefined;
    return this.#operations.slice(this.#operations.length - count);
  }

  clear(): void {
    this.#operations = [];
    this.#weight = 0;
  }

  #trim(): void {
    let kept = 0;
    let weight = 0;
    for (const operation of this.#operations.toReversed()) {
      const more = weightOf(operation);
      if (kept === MAX_OPERATIONS || weight + more > MAX_WEIGHT) break;
      kept += 1;
      weight += more;
    }
    this.#operations = this.#operations.slice(this.#operations.length - kept);
    this.#weight = weight;
  }
}
