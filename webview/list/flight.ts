/** A move that far, in viewports, leaves nothing to be read on its way. */
const FAST_VIEWPORTS = 0.75;
/** After this long without another fast move the flight is over, in ms. */
export const LANDING_MS = 100;

/**
 * Tells flying past rows (a wheel spun, the scrollbar dragged) from reading and from a single jump: in a flight nothing
 * is loaded or rendered that would be gone a frame later.
 */
export class Flight {
  #lastFast = Number.NEGATIVE_INFINITY;
  #isFlying = false;

  get isFlying(): boolean {
    return this.#isFlying;
  }

  /**
   * Hears of a move of the reader.
   *
   * @param distance - in viewports, either way
   * @param now - ms on any steady clock
   */
  moved(distance: number, now: number): void {
    const isFast = Math.abs(distance) >= FAST_VIEWPORTS;
    this.#isFlying = isFast && now - this.#lastFast < LANDING_MS;
    if (isFast) this.#lastFast = now;
  }

  /** Ends the flight: there was no move for {@link LANDING_MS}. */
  land(): void {
    this.#isFlying = false;
  }
}
