/** The last `max` values added. The oldest make room for new ones. */
export class Ring<T> {
  readonly #max: number;
  #values: T[] = [];
  /** Where the oldest value is, once all places are taken. */
  #start = 0;

  /** @param max - values kept, at least 1 */
  constructor(max: number) {
    this.#max = max;
  }

  /** The value added last, while it is kept. */
  get last(): T | undefined {
    const { length } = this.#values;
    return this.#values[(this.#start + length - 1) % Math.max(1, length)];
  }

  add(value: T): void {
    if (this.#values.length < this.#max) {
      this.#values.push(value);
      return;
    }
    this.#values[this.#start] = value;
    this.#start = (this.#start + 1) % this.#max;
  }

  /** Those kept, oldest first. None of them is kept any longer. */
  drain(): T[] {
    const values = [...this.#values.slice(this.#start), ...this.#values.slice(0, this.#start)];
    this.#values = [];
    this.#start = 0;
    return values;
  }
}
