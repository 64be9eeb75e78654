/** Finds a pointer that a server has drawn, by its shape. */
import type { CursorShape, Pixels } from './connection.ts';
import { intersectionOf, type Point, type Rect } from './geometry.ts';

/** A pixel of a shape from its hotspot, and its colour. */
interface Dot extends Point {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** What of a shape is certain to be seen: dots that nothing shines through. */
export interface Shape {
  readonly dots: readonly Dot[];
  /** Around the dots, from the hotspot. */
  readonly bounds: Rect;
}

/** Per colour: screens of 16 bits a pixel round, and scaled shapes have soft edges. */
const TOLERANCE = 40;

/** Of the dots that are on the screen. */
const MIN_MATCH = 0.7;

/** Dots on the screen; fewer are found by chance. */
const MIN_DOTS = 16;

/** Pixels looked at for one place: on a screen that changes all over there is nothing to be found in good time. */
const MAX_SEARCHED = 120_000;

/** What is opaque in `shape`; undefined where that is too little, or of one colour, which is found everywhere. */
export function shapeOf({ width, height, hotspotX, hotspotY, data }: CursorShape): Shape | undefined {
  const dots: Dot[] = [];
  for (let at = 0; at < width * height; at += 1) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at * 4, at * 4 + 4);
    if (alpha < 250) continue;
    dots.push({ x: (at % width) - hotspotX, y: Math.floor(at / width) - hotspotY, red, green, blue });
  }
  const [first] = dots;
  if (!first || dots.length < MIN_DOTS || dots.every((dot) => isNear(dot, first))) return undefined;
  const xs = dots.map(({ x }) => x);
  const ys = dots.map(({ y }) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const bounds = { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
  return { dots: interleaved(dots), bounds };
}

/**
 * Where in `areas` the hotspot of the one pointer of this shape is, in px of the screen; undefined where there is none,
 * or several that are as good, or too much to look at.
 */
export function findShape(pixels: Pixels, shape: Shape, areas: readonly Rect[]): Point | undefined {
  const places = areas.flatMap((area) => hotspotsWithin(area, shape.bounds, pixels));
  if (places.reduce((sum, { width, height }) => sum + width * height, 0) > MAX_SEARCHED) return undefined;
  let best = 0;
  let found: Point | undefined;
  for (const { x: left, y: top, width, height } of places) {
    for (let y = top; y < top + height; y += 1) {
      for (let x = left; x < left + width; x += 1) {
        const match = matchAt(pixels, shape, x, y, Math.max(best, MIN_MATCH));
        // Areas may overlap.
        if (match === 0 || match < best || (found && x === found.x && y === found.y)) continue;
        // One as good as the best so far: which of them it is cannot be told.
        found = match > best ? { x, y } : undefined;
        best = match;
      }
    }
  }
  return found;
}

/** Where the hotspot of a shape can be that has a dot in `area`. */
function hotspotsWithin(area: Rect, bounds: Rect, { width, height }: Pixels): Rect[] {
  const around = {
    x: area.x - bounds.x - bounds.width + 1,
    y: area.y - bounds.y - bounds.height + 1,
    width: area.width + bounds.width - 1,
    height: area.height + bounds.height - 1,
  };
  const inside = intersectionOf(around, { x: 0, y: 0, width, height });
  return inside ? [inside] : [];
}

/** The part of the dots on the screen that are there; 0 as soon as it is below `least`, or too few are on it. */
function matchAt(
  { width, height, data }: Pixels,
  { dots }: Shape,
  x: number,
  y: number,
  least: number,
): number {
  const mayMiss = Math.ceil(dots.length * (1 - least));
  let seen = 0;
  let missed = 0;
  for (const dot of dots) {
    const [column, row] = [x + dot.x, y + dot.y];
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    seen += 1;
    const at = (row * width + column) * 4;
    const isThere =
      Math.abs((data[at] ?? 0) - dot.red) <= TOLERANCE &&
      Math.abs((data[at + 1] ?? 0) - dot.green) <= TOLERANCE &&
      Math.abs((data[at + 2] ?? 0) - dot.blue) <= TOLERANCE;
    if (!isThere && ++missed > mayMiss) return 0;
  }
  return seen < MIN_DOTS ? 0 : 1 - missed / seen;
}

function isNear(a: Dot, b: Dot): boolean {
  const far = Math.max(Math.abs(a.red - b.red), Math.abs(a.green - b.green), Math.abs(a.blue - b.blue));
  return far <= 2 * TOLERANCE;
}

/** In an order in which neighbours, which are often alike, are far apart: what does not match shows early. */
function interleaved(dots: readonly Dot[]): Dot[] {
  const step = 7;
  return Array.from({ length: step }, (_, from) => dots.filter((_, at) => at % step === from)).flat();
}
