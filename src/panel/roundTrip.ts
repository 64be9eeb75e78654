/** Estimates by the round trips so far how long the next one may take, as RFC 6298 does for TCP. Times in ms. */
export class RoundTrip {
  #mean: number | undefined;
  #deviation = 0;

  add(ms: number): void {
    if (this.#mean === undefined) {
      this.#mean = ms;
      this.#deviation = ms / 2;
      return;
    }
    this.#deviation += (Math.abs(ms - this.#mean) - this.#deviation) / 4;
    this.#mean += (ms - this.#mean) / 8;
  }

  /** What one hardly ever exceeds; undefined before the first. */
  get longest(): number | undefined {
    return this.#mean === undefined ? undefined : this.#mean + 4 * this.#deviation;
  }
}
