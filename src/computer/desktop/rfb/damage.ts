import { type Rect, unionOf } from '../geometry.ts';

/** More are merged: listeners redraw or compare whole areas, so a few near ones serve as well as many exact ones. */
const MAX_AREAS = 16;

/** Collects which areas of a screen changed, as a bounded list of rectangles that cover them. */
export class Damage {
  #areas: Rect[] = [];

  add(area: Rect): void {
    if (area.width <= 0 || area.height <= 0) return;
    let merged = area;
    // What an area swallows can make it reach another one.
    for (let at = this.#costless(merged); at >= 0; at = this.#costless(merged))
      merged = this.#mergeAt(at, merged);
    while (this.#areas.length >= MAX_AREAS) merged = this.#mergeAt(this.#cheapest(merged), merged);
    this.#areas.push(merged);
  }

  /** What was collected; the list is empty afterwards. */
  take(): Rect[] {
    const areas = this.#areas;
    this.#areas = [];
    return areas;
  }

  #mergeAt(at: number, area: Rect): Rect {
    const [other] = this.#areas.splice(at, 1);
    return other ? unionOf(other, area) : area;
  }

  /** An area that makes with `area` a rectangle no larger than the two, or -1. */
  #costless(area: Rect): number {
    return this.#areas.findIndex((other) => waste(other, area) <= 0);
  }

  #cheapest(area: Rect): number {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    this.#areas.forEach((other, at) => {
      const cost = waste(other, area);
      if (cost >= least) return;
      best = at;
      least = cost;
    });
    return best;
  }
}

/** How many px the rectangle around both has more than the two. */
function waste(a: Rect, b: Rect): number {
  const union = unionOf(a, b);
  return union.width * union.height - a.width * a.height - b.width * b.height;
}
