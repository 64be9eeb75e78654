import { RowHeights } from './row-heights.ts';

/**
 * Assumed height of a row that was never rendered, in px. The same for every kind: an estimate that changed when a
 * page arrives would move what is on screen.
 */
const ESTIMATED_ROW_HEIGHT = 64;
/** Above the first row and below the last, in px; stands in list.css as well. */
export const LIST_PADDING = 16;
/** What is rendered above and below the viewport, in px: about one turn of a wheel. */
const OVERSCAN = 160;
/** Within so many px of the end the reader counts as being at the end. */
const END_THRESHOLD = 32;
/** A scroll position is rounded to the pixels of the screen. */
const ROUNDING = 1;

/** What is read: the end, or a row that begins `offset` px above the top of the viewport (negative: below it). */
export type Place = 'end' | { readonly index: number; readonly offset: number };

/** The rows to render, both inclusive; `last` is below `first` in an empty list. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Where a long list stands, without the DOM: what is read, and from that the scroll position and the rows to render.
 *
 * The place is the truth and the scroll position follows from it. So whatever gets its height above what is read (rows
 * measured, loaded, opened, streamed into), what is read stays where it is; and a jump is only a new place: it is kept
 * while the rows around it are measured, until the reader scrolls.
 */
export class ListView {
  readonly heights = new RowHeights(ESTIMATED_ROW_HEIGHT);
  readonly #isLoaded: (index: number) => boolean;
  #place: Place;
  #viewport = 0;
  /** See {@link heardTop}. */
  #top = 0;
  /** By how much {@link settledAt} was off, in px. */
  #shift = 0;

  /**
   * @param isLoaded - whether a row shows its item: what is read begins with one that does, as the placeholders above
   *   it say nothing and may grow upwards
   */
  constructor(place: Place, isLoaded: (index: number) => boolean) {
    this.#place = place;
    this.#isLoaded = isLoaded;
  }

  get place(): Place {
    return this.#place;
  }

  /** The height of the whole list, its padding included. */
  get total(): number {
    return this.heights.total + 2 * LIST_PADDING;
  }

  /** The scroll position at which what is read is where it should be. */
  get top(): number {
    const end = this.#end;
    if (this.#place === 'end') return end;
    const { index, offset } = this.#place;
    return Math.max(0, Math.min(end, this.startOf(index) + offset));
  }

  /** The scroll position last set or heard of. */
  get heardTop(): number {
    return this.#top;
  }

  /** The height of the viewport. */
  get viewport(): number {
    return this.#viewport;
  }

  /** Whether the end is in view, or as good as. */
  get isAtEnd(): boolean {
    return this.#end - this.top <= END_THRESHOLD;
  }

  get range(): RowRange {
    const { count } = this.heights;
    if (count === 0) return { first: 0, last: -1 };
    const top = this.top - LIST_PADDING;
    return {
      first: this.heights.indexAt(top - OVERSCAN),
      last: this.heights.indexAt(top + this.#viewport + OVERSCAN),
    };
  }

  /**
   * By how much the rendered rows are moved down so that what is read is exactly where it was, although the scroll
   * position was rounded.
   */
  get shift(): number {
    return this.#shift;
  }

  /** Where a row begins, in px from the top of the scroll area. */
  startOf(index: number): number {
    return LIST_PADDING + this.heights.offset(Math.min(index, this.heights.count));
  }

  /** @param height - of the viewport, in px */
  resize(height: number): void {
    this.#viewport = height;
  }

  /** Shows row `index` so that it begins `below` px under the top of the viewport, or as near to that as can be. */
  jumpTo(index: number, below: number): void {
    const last = Math.max(0, this.heights.count - 1);
    this.#place = { index: Math.max(0, Math.min(index, last)), offset: -below };
  }

  jumpToEnd(): void {
    this.#place = 'end';
  }

  /** Tells that what is read moved down by `by` px in its row, if `index` is that row: it stays where it is on screen. */
  moveWithin(index: number, by: number): void {
    if (this.#place === 'end' || this.#place.index !== index) return;
    this.#place = { index, offset: this.#place.offset + by };
  }

  /** Stops following the end, if the list can be scrolled at all: the reader is about to scroll up. */
  leaveEnd(): void {
    if (this.#place === 'end' && this.#end > 0) this.#place = this.#placeAt(this.#top);
  }

  /** Tells that the scroll position is set to {@link top}, and what it was rounded to. */
  settledAt(top: number): void {
    const shift = top - this.top;
    this.#shift = Math.abs(shift) < ROUNDING ? shift : 0;
    this.#top = top;
    if (this.#place !== 'end' && this.#isEndReached()) this.#place = 'end';
  }

  /** Takes a scroll position heard of. Returns whether the reader scrolled there (and not {@link settledAt}). */
  scrolledTo(top: number): boolean {
    if (Math.abs(top - this.#top) < ROUNDING) return false;
    const distance = this.#end - top;
    const isDownwards = top > this.#top;
    this.#top = top;
    const isEnd = distance <= (isDownwards ? END_THRESHOLD : ROUNDING);
    this.#place = isEnd ? 'end' : this.#placeAt(top);
    return true;
  }

  get #end(): number {
    return Math.max(0, this.total - this.#viewport);
  }

  #placeAt(top: number): Place {
    const first = this.heights.indexAt(top - LIST_PADDING);
    const bottom = this.heights.indexAt(top - LIST_PADDING + this.#viewport);
    let index = first;
    while (index < bottom && !this.#isLoaded(index)) index++;
    if (!this.#isLoaded(index)) index = first;
    return { index, offset: top - this.startOf(index) - this.#shift };
  }

  /** Whether the place cannot be reached for the list's end, and that will not change by measuring. */
  #isEndReached(): boolean {
    if (this.#place === 'end') return true;
    const { index, offset } = this.#place;
    if (this.startOf(index) + offset <= this.#end + ROUNDING) return false;
    // Rows from the place to the end: about a viewport's worth.
    for (let row = this.range.first; row < this.heights.count; row++) {
      if (!this.heights.isMeasured(row)) return false;
    }
    return true;
  }
}
