/**
 * Where secrets were typed on a desktop, so that pictures for the model do without them. Nobody tells what a desktop's
 * pixels mean, so what changed while one was typed is covered, with room for letters in place of dots, until most of what
 * is around it has become another: the window is closed, or shows something else. A value that a program shows elsewhere, or
 * that is scrolled out from under its cover, is not found.
 */
import type { Event } from '../../base/emitter.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { cover, type Pixels } from '../pixels.ts';
import type { ScreenChange } from './connection.ts';
import { crop } from './downscale.ts';
import { intersectionOf, type Rect, unionOf } from './geometry.ts';

/** What is looked at around a cover, in px on each side. */
const RIM = 48;

/** The share of pixels of that which are others once something else is shown there. */
const OTHER = 0.5;

/** Beyond this, covers become one. */
const MAX_COVERS = 16;

/** Letters are wider than dots, and a field shows more of a text than its beginning. */
const MARGIN = 6;

interface Cover {
  area: Rect;
  /** Around the area, as it was when the typing ended; undefined until then. */
  rim: { readonly area: Rect; readonly pixels: Pixels } | undefined;
}

interface Watched {
  readonly pixels: Pixels;
  readonly onChange: Event<ScreenChange>;
}

export class Covers {
  #covers: Cover[] = [];

  /** Covers what changes on the screen from now on until the result is disposed. */
  watch(screen: Watched): Disposable {
    const { width, height } = screen.pixels;
    const before = screen.pixels.data.slice();
    let own: Cover | undefined;
    const listening = screen.onChange((change) => {
      if (change.type !== 'pixels') return;
      const changed = changedWithin(change.area, before, screen.pixels);
      if (!changed) return;
      if (own) {
        own.area = unionOf(own.area, changed);
        return;
      }
      own = { area: changed, rim: undefined };
      this.#covers.push(own);
    });
    return {
      dispose: () => {
        listening.dispose();
        if (!own) return;
        own.area = withRoom(own.area, { x: 0, y: 0, width, height });
        const area = rimOf(own.area, screen.pixels);
        own.rim = { area, pixels: crop(screen.pixels, area) };
        this.#limit();
      },
    };
  }

  /** `pixels` with what is covered painted over; the same where nothing is. */
  applied(pixels: Pixels): Pixels {
    this.#covers = this.#covers.filter((each) => !isOver(each, pixels));
    if (this.#covers.length === 0) return pixels;
    const copy = { ...{ width: pixels.width, height: pixels.height }, data: pixels.data.slice() };
    const areas = this.#covers.map(({ area }) => area);
    cover(copy, areas);
    return copy;
  }

  #limit(): void {
    const [first, second, ...others] = this.#covers;
    if (this.#covers.length <= MAX_COVERS || !first || !second) return;
    this.#covers = [{ area: unionOf(first.area, second.area), rim: second.rim }, ...others];
  }
}

/** Where pixels within `area` are others than before. */
function changedWithin(area: Rect, before: Uint8Array, { width, height, data }: Pixels): Rect | undefined {
  // The screen has another size now; all that was told is the area.
  if (before.length !== data.length) return area;
  const within = intersectionOf(area, { x: 0, y: 0, width, height });
  if (!within) return undefined;
  let changed: Rect | undefined;
  for (let y = within.y; y < within.y + within.height; y++) {
    const start = (y * width + within.x) * 4;
    const end = start + within.width * 4;
    const first = differenceFrom(before, data, start, end);
    if (first === end) continue;
    const last = lastDifference(before, data, start, end);
    const row = {
      x: Math.floor((first / 4) % width),
      y,
      width: Math.floor(last / 4) - Math.floor(first / 4) + 1,
      height: 1,
    };
    changed = changed ? unionOf(changed, row) : row;
  }
  return changed;
}

function differenceFrom(one: Uint8Array, other: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && one[at] === other[at]) at++;
  return at;
}

function lastDifference(one: Uint8Array, other: Uint8Array, start: number, end: number): number {
  let at = end - 1;
  while (at > start && one[at] === other[at]) at--;
  return at;
}

/** Twice as wide to the right, as dots are narrower than letters. */
function withRoom({ x, y, width, height }: Rect, screen: Rect): Rect {
  const room = { x: x - MARGIN, y: y - MARGIN, width: 2 * width + 2 * MARGIN, height: height + 2 * MARGIN };
  return intersectionOf(room, screen) ?? room;
}

function rimOf({ x, y, width, height }: Rect, screen: Pixels): Rect {
  const rim = { x: x - RIM, y: y - RIM, width: width + 2 * RIM, height: height + 2 * RIM };
  return intersectionOf(rim, { x: 0, y: 0, width: screen.width, height: screen.height }) ?? rim;
}

/** Whether what is around it has become something else. */
function isOver({ area, rim }: Cover, pixels: Pixels): boolean {
  if (!rim) return false;
  if (rim.area.x + rim.area.width > pixels.width || rim.area.y + rim.area.height > pixels.height)
    return false;
  let others = 0;
  let all = 0;
  for (let y = 0; y < rim.area.height; y++) {
    for (let x = 0; x < rim.area.width; x++) {
      const [screenX, screenY] = [rim.area.x + x, rim.area.y + y];
      if (isIn(area, screenX, screenY)) continue;
      all++;
      const was = (y * rim.area.width + x) * 4;
      const is = (screenY * pixels.width + screenX) * 4;
      if ([0, 1, 2].some((channel) => rim.pixels.data[was + channel] !== pixels.data[is + channel])) others++;
    }
  }
  return all > 0 && others / all >= OTHER;
}

function isIn(area: Rect, x: number, y: number): boolean {
  return x >= area.x && y >= area.y && x < area.x + area.width && y < area.y + area.height;
}
