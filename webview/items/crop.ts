import type { Point } from '../../src/protocol/transcript.ts';

/** In pixels of a screenshot. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Kept around the two ends of a drag, in px of the screenshot. */
const MARGIN = 60;

/**
 * The part of an image that shows `points`, in the shape of `window`: centred on them, inside the image where it fits,
 * and larger than `window` where the points lie far apart.
 *
 * @param points - one or more; may lie outside the image (a model can be wrong)
 */
export function cropAround(points: readonly Point[], image: Size, window: Size): Rectangle {
  const xs = points.map((point) => clamp(point.x, 0, image.width));
  const ys = points.map((point) => clamp(point.y, 0, image.height));
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const spread = points.length > 1 ? MARGIN * 2 : 0;
  const scale = Math.max(1, (right - left + spread) / window.width, (bottom - top + spread) / window.height);
  const width = Math.min(window.width * scale, image.width);
  const height = Math.min(window.height * scale, image.height);
  return {
    x: clamp((left + right - width) / 2, 0, image.width - width),
    y: clamp((top + bottom - height) / 2, 0, image.height - height),
    width,
    height,
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
