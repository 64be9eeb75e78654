/** Room for this many rows at first; doubled when it runs out. A power of two. */
const INITIAL_CAPACITY = 1024;

/**
 * The heights of a list's rows: measured, or assumed to be the same for all that are not. Px from the list's top.
 *
 * A Fenwick tree (Fenwick 1994) holds by how much measured rows differ from the assumption. So a row appended costs
 * nothing, and a height, the place of a row or the row at a place cost O(log n).
 */
export class RowHeights {
  readonly #estimate: number;
  #count = 0;
  /** NaN where a row was never measured. */
  #measured = new Float64Array(INITIAL_CAPACITY).fill(Number.NaN);
  /** Node `i` (from 1) holds the sum of the differences of the `i & -i` rows before row `i`. */
  #tree = new Float64Array(INITIAL_CAPACITY + 1);

  /** @param estimate - the assumed height, more than 0 */
  constructor(estimate: number) {
    this.#estimate = estimate;
  }

  /** Rows in the list. */
  get count(): number {
    return this.#count;
  }

  /** The height of all rows. */
  get total(): number {
    return this.offset(this.#count);
  }

  /** Makes the list longer; it never gets shorter. */
  grow(count: number): void {
    while (count > this.#measured.length) this.#double();
    this.#count = Math.max(this.#count, count);
  }

  isMeasured(index: number): boolean {
    return !Number.isNaN(this.#measured[index] ?? Number.NaN);
  }

  height(index: number): number {
    return this.isMeasured(index) ? (this.#measured[index] ?? 0) : this.#estimate;
  }

  /** Notes what a row of the list measures. Returns whether that is news. */
  measure(index: number, height: number): boolean {
    if (index < 0 || index >= this.#count || this.#measured[index] === height) return false;
    const delta = height - this.height(index);
    this.#measured[index] = height;
    for (let node = index + 1; node < this.#tree.length; node += node & -node) {
      this.#tree[node] = (this.#tree[node] ?? 0) + delta;
    }
    return true;
  }

  /** Where row `index` begins; for the count of rows, where the last one ends. */
  offset(index: number): number {
    let differences = 0;
    for (let node = index; node > 0; node -= node & -node) differences += this.#tree[node] ?? 0;
    return index * this.#estimate + differences;
  }

  /** The row at a place: the first one above the list, the last one below it. 0 in an empty list. */
  indexAt(offset: number): number {
    let index = 0;
    let left = offset;
    for (let step = this.#measured.length; step > 0; step >>= 1) {
      const next = index + step;
      if (next > this.#count) continue;
      const height = step * this.#estimate + (this.#tree[next] ?? 0);
      if (height > left) continue;
      index = next;
      left -= height;
    }
    return Math.max(0, Math.min(index, this.#count - 1));
  }

  #double(): void {
    const capacity = this.#measured.length * 2;
    const measured = new Float64Array(capacity).fill(Number.NaN);
    measured.set(this.#measured);
    const tree = new Float64Array(capacity + 1);
    tree.set(this.#tree);
    // The only new node above rows that have been measured: the root's parent.
    tree[capacity] = this.#tree[this.#measured.length] ?? 0;
    this.#measured = measured;
    this.#tree = tree;
  }
}
