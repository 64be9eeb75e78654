/** The places of a screenshot that a self-test sends the pointer to, and how far from them it arrived. */
import type { PointerCheck } from '../computer.ts';
import type { Coordinates } from './coordinates.ts';
import type { Point } from './geometry.ts';

/** One place, and where the pointer was found once it had been sent there; both in px. */
export interface Arrival {
  /** On the screenshot. */
  readonly target: Point;
  /** On the screen; undefined where it could not be seen. */
  readonly arrived: Point | undefined;
}

export interface PointerError {
  /** The larger of the distances across and down, in px of the screenshot and of the screen. */
  readonly imagePx: number;
  readonly screenPx: number;
}

/** A screenshot's pixel cannot mean less than itself, so what is within one is none. In px of it. */
export const TOLERATED_PX = 1;

/** Fewer say too little: two could agree by chance. */
const MIN_PLACES = 3;

/** As parts of what lies between the margins; the first ones alone tell a shift and a wrong scale. */
const PLACES: readonly (readonly [across: number, down: number])[] = [
  [0, 0],
  [1, 1],
  [0.5, 0.5],
  [1, 0],
  [0, 1],
  [0.5, 0],
  [0.5, 1],
  [0, 0.5],
  [1, 0.5],
  [0.237, 0.611],
  [0.718, 0.343],
  [0.873, 0.891],
];

/**
 * Corners, edges, the middle and some odd places.
 * @param margin - kept from the screenshot's edges, in px of it; less where it is tiny
 */
export function placesOf({ image }: Coordinates, margin: number): Point[] {
  const across = Math.min(margin, Math.floor((image.width - 1) / 4));
  const down = Math.min(margin, Math.floor((image.height - 1) / 4));
  return PLACES.map(([x, y]) => ({
    x: Math.round(across + x * (image.width - 1 - 2 * across)),
    y: Math.round(down + y * (image.height - 1 - 2 * down)),
  }));
}

/** How far from `target`, of the screenshot, `arrived`, of the screen, is. */
export function errorOf(target: Point, arrived: Point, coordinates: Coordinates): PointerError {
  const { image, screen } = coordinates;
  const meant = coordinates.toScreen(target);
  const across = distance(arrived.x, target.x, image.width / screen.width);
  const down = distance(arrived.y, target.y, image.height / screen.height);
  return {
    imagePx: Math.max(across, down),
    screenPx: Math.max(Math.abs(arrived.x - meant.x), Math.abs(arrived.y - meant.y)),
  };
}

/** Between the middles of two pixels. */
function distance(arrived: number, target: number, scale: number): number {
  return Math.abs((arrived + 0.5) * scale - (target + 0.5));
}

/** The worst of what was seen. */
export function judged(
  by: 'clicks' | 'moves',
  arrivals: readonly Arrival[],
  coordinates: Coordinates,
): Extract<PointerCheck, { type: 'measured' | 'not-measurable' }> {
  const errors = arrivals.flatMap(({ target, arrived }) =>
    arrived ? [errorOf(target, arrived, coordinates)] : [],
  );
  if (errors.length < MIN_PLACES) return { type: 'not-measurable' };
  return {
    ...{ type: 'measured', by, places: errors.length },
    errorPx: tenths(Math.max(...errors.map(({ imagePx }) => imagePx))),
    screenErrorPx: tenths(Math.max(...errors.map(({ screenPx }) => screenPx))),
  };
}

function tenths(px: number): number {
  return Math.round(px * 10) / 10;
}
