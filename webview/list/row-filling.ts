import type { Place, RowRange } from './list-view.ts';

/**
 * Rows filled in one frame. About a viewport of them, and 10 ms of work: more would make frames long when a page comes.
 */
export const FILLED_PER_FRAME = 6;

/**
 * Which of the rendered rows show their item; the others are placeholders. A row once filled stays so while it is
 * rendered.
 *
 * What is read is filled first and then what follows it. As rows turn out higher than was assumed, those that were
 * never near the viewport are not filled at all.
 */
export class RowFilling {
  readonly #isHeld: (index: number) => boolean;
  readonly #filled = new Set<number>();
  #frame: unknown;
  #left = FILLED_PER_FRAME;

  /** @param isHeld - whether the item of a row is there to be shown */
  constructor(isHeld: (index: number) => boolean) {
    this.#isHeld = isHeld;
  }

  /** Whether a row shows its item. */
  has(index: number): boolean {
    return this.#filled.has(index);
  }

  /**
   * Fills rows, as many as the frame has left.
   *
   * @param frame - something that is different in each frame
   * @returns whether rows wait for the next frame
   */
  fill(range: RowRange, place: Place, frame: unknown): boolean {
    if (frame !== this.#frame) this.#left = FILLED_PER_FRAME;
    this.#frame = frame;
    this.keep(range);
    const wanted = inReadingOrder(range, place).filter((index) => !this.has(index) && this.#isHeld(index));
    for (const index of wanted.slice(0, this.#left)) this.#filled.add(index);
    const isShort = wanted.length > this.#left;
    this.#left = Math.max(0, this.#left - wanted.length);
    return isShort;
  }

  /** Forgets the rows that are no longer rendered. */
  keep({ first, last }: RowRange): void {
    for (const index of this.#filled) {
      if (index < first || index > last) this.#filled.delete(index);
    }
  }
}

/** The rows of a range: from what is read downwards, then upwards; at the end from the last one upwards. */
function inReadingOrder({ first, last }: RowRange, place: Place): number[] {
  const from = place === 'end' ? last : Math.min(last, Math.max(first, place.index));
  const below = Array.from({ length: Math.max(0, last - from + 1) }, (_, step) => from + step);
  const above = Array.from({ length: Math.max(0, from - first) }, (_, step) => from - 1 - step);
  return [...below, ...above];
}
