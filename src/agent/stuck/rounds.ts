/** Going round in circles: the same few actions and screens in the same order, again and again. */

/** From one look at the screen to the next. */
export interface Round {
  /** What was done; equal for the same intents. */
  readonly done: string;
  /** What was seen then; equal for equal screens. */
  readonly seen: string;
  /** Whether all that was done was scrolling. */
  readonly isScroll: boolean;
}

/** The longest circle that is known as one, in rounds. */
const MAX_LENGTH = 6;

/** How often it has to be gone round. */
const TIMES = 3;

export class Rounds {
  #latest: Round[] = [];
  #count = 0;

  /** All rounds since something new was seen. */
  get count(): number {
    return this.#count;
  }

  add(round: Round): void {
    this.#count += 1;
    this.#latest.push(round);
    if (this.#latest.length > MAX_LENGTH * TIMES) this.#latest.shift();
  }

  /** Something new was seen: no circle goes back further than that. */
  clear(): void {
    this.#latest = [];
    this.#count = 0;
  }

  /** Whether the latest rounds are a circle of at least two. */
  get isCircle(): boolean {
    for (let length = 2; length <= MAX_LENGTH; length += 1) {
      if (this.#repeats(length)) return true;
    }
    return false;
  }

  #repeats(length: number): boolean {
    const all = this.#latest;
    const start = all.length - length * TIMES;
    if (start < 0) return false;
    for (let index = start + length; index < all.length; index += 1) {
      const one = all[index];
      const before = all[index - length];
      if (one?.done !== before?.done || one?.seen !== before?.seen) return false;
    }
    const circle = all.slice(-length);
    // Scrolling on through a list of equal rows shows equal screens in turn; a circle of scrolling goes back as well.
    const ways = new Set(circle.map(({ done, seen, isScroll }) => (isScroll ? done : `${done} ${seen}`)));
    return ways.size > 1;
  }
}
