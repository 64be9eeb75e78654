/** What is said and done about a run that does not move on: more, the longer it lasts. */

export type Level = 'wait' | 'zoom' | 'route' | 'ask' | 'pause';

const LEVELS: readonly Level[] = ['wait', 'zoom', 'route', 'ask', 'pause'];

/** Signs that a level is given to help before the next one. */
const CHANCE = 2;

export class Ladder {
  /** Index of the next level. */
  #next = 0;
  /** Signs since the last level was reached. */
  #signs = 0;
  /** Whether the model has read what the last level said. */
  #isRead = true;

  /**
   * There is a sign that nothing moves on.
   * @param skipped - what the model does already, or what does not fit
   * @returns the level that is reached with it
   */
  sign(skipped: readonly Level[]): Level | undefined {
    if (this.#next > 0) {
      this.#signs += 1;
      if (!this.#isRead || this.#signs < CHANCE) return undefined;
    }
    while (skipped.includes(LEVELS[this.#next] ?? 'pause')) this.#next += 1;
    const level = LEVELS[this.#next];
    if (level === undefined) return undefined;
    this.#next += 1;
    this.#signs = 0;
    this.#isRead = false;
    return level;
  }

  /** The model's turn is over; with the next request it reads the results. */
  turnEnded(): void {
    this.#isRead = true;
  }

  reset(): void {
    this.#next = 0;
    this.#signs = 0;
    this.#isRead = true;
  }
}
