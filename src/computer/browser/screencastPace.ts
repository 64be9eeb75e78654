/** Chooses how good a live picture may be, from how quickly its viewers take it. Pure: no clock, no timers. */

export interface PictureLevel {
  /** Of the JPEG, as CDP has it: 0 to 100. */
  readonly quality: number;
  /** Part of the size that the viewer could make use of. */
  readonly scale: number;
}

/** From the best to the least that still shows what is going on. */
const LEVELS: readonly [PictureLevel, ...PictureLevel[]] = [
  { quality: 75, scale: 1 },
  { quality: 50, scale: 1 },
  { quality: 40, scale: 0.7 },
  { quality: 30, scale: 0.5 },
];

/** Below some eight frames a second motion falls apart: smaller pictures are the lesser evil. */
const SLOW_MS = 120;
/** Where there is this much room, a better picture is tried. */
const FAST_MS = 40;
/** How many answers speak for a change; a slow one is felt at once, room is not. */
const SLOW_ANSWERS = 5;
const FAST_ANSWERS = 40;
/** What one answer counts beside those before it. */
const WEIGHT = 0.25;

export class ScreencastPace {
  #level = 0;
  #mean = 0;
  #answers = 0;

  get level(): PictureLevel {
    return LEVELS[this.#level] ?? LEVELS[0];
  }

  get isBest(): boolean {
    return this.#level === 0;
  }

  /**
   * Counts an answer.
   * @param roundTripMs - from a frame's start on its way to its acknowledgement
   * @returns whether {@link level} has changed
   */
  answered(roundTripMs: number): boolean {
    this.#mean = this.#answers === 0 ? roundTripMs : this.#mean + (roundTripMs - this.#mean) * WEIGHT;
    this.#answers++;
    if (this.#mean > SLOW_MS && this.#answers >= SLOW_ANSWERS) return this.#turnTo(this.#level + 1);
    if (this.#mean < FAST_MS && this.#answers >= FAST_ANSWERS) return this.#turnTo(this.#level - 1);
    return false;
  }

  /** Back to the best: the picture rests, so there is time for it. */
  rest(): void {
    this.#turnTo(0);
  }

  #turnTo(level: number): boolean {
    const before = this.#level;
    this.#level = Math.min(Math.max(level, 0), LEVELS.length - 1);
    this.#answers = 0;
    return this.#level !== before;
  }
}
