/** What of a screen changes by itself: a blinking caret, a small animation, the seconds of a clock. */
import { type Rect, unionOf } from './geometry.ts';

/** Larger ones are what one looks at: a video, a page that loads. In square px. */
const MAX_AREA = 10_000;

/** So often, over so long, without an input between. Fewer or faster changes may be one answer, drawn in steps. */
const MIN_CHANGES = 4;
const MIN_SPAN_MS = 300;

/** Not seen for so long, it has ended. In ms; longer than any caret takes to blink. */
const FORGET_AFTER_MS = 10_000;

const MAX_PLACES = 16;

interface Place {
  area: Rect;
  changes: number;
  firstAt: number;
  lastAt: number;
  /** Whether it is known to change by itself. Before that, an input takes it for undecided again. */
  isKnown: boolean;
}

/** Learns where a screen changes again and again without anybody doing something: that is no answer to an input. */
export class OwnMotion {
  #places: Place[] = [];

  /** What changes next may be an answer. */
  noteInput(): void {
    this.#places = this.#places.filter(({ isKnown }) => isKnown);
  }

  /** Whether a change of `area` at `now` (ms) is one of these. Large areas are never. */
  explains(area: Rect, now: number): boolean {
    if (sizeOf(area) > MAX_AREA) return false;
    this.#places = this.#places.filter(({ lastAt }) => now - lastAt < FORGET_AFTER_MS);
    const place = this.#placeOf(area);
    if (place === undefined) {
      if (this.#places.length === MAX_PLACES) this.#places.shift();
      this.#places.push({ area, changes: 1, firstAt: now, lastAt: now, isKnown: false });
      return false;
    }
    const wasKnown = place.isKnown;
    place.changes += 1;
    place.lastAt = now;
    if (!wasKnown) place.area = unionOf(place.area, area);
    place.isKnown ||= place.changes >= MIN_CHANGES && now - place.firstAt >= MIN_SPAN_MS;
    return wasKnown;
  }

  /** A known place has to hold the area; one that is learned may still grow, as parts of an animation change in turn. */
  #placeOf(area: Rect): Place | undefined {
    return this.#places.find((place) => {
      const union = sizeOf(unionOf(place.area, area));
      return place.isKnown ? union === sizeOf(place.area) : touches(place.area, area) && union <= MAX_AREA;
    });
  }
}

function sizeOf({ width, height }: Rect): number {
  return width * height;
}

function touches(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
