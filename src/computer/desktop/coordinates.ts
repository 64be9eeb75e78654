/** Between the screen and the screenshots that the model sees of it, which may be smaller. */
import type { Point, Rect, Size } from './geometry.ts';

/**
 * What a screenshot may be, so that nothing scales it behind our back (API documentation, vision: the limits of images
 * for models that take the toolsets, and of each image in requests with more than 20 of them).
 */
export interface ImageLimits {
  /** px */
  readonly maxEdge: number;
  /** Squares of {@link TILE} px that cover the image, cut ones too. */
  readonly maxTiles: number;
}

export const IMAGE_LIMITS: ImageLimits = { maxEdge: 2000, maxTiles: 4784 };

const TILE = 28;

/** A place that is not on the screenshot; never moved onto it, as a click elsewhere is not what was meant. */
export class OutOfBounds extends Error {
  override readonly name = 'OutOfBounds';
}

/** Scales places both ways. The same pixel of the screenshot always means the same pixel of the screen. */
export class Coordinates {
  readonly screen: Size;
  /** The screenshot's size: the screen's own where the limits allow, else the largest of its shape within them. */
  readonly image: Size;

  constructor(screen: Size, limits: ImageLimits = IMAGE_LIMITS) {
    this.screen = screen;
    this.image = fittingSize(screen, limits);
  }

  /**
   * The pixel of the screen in the middle of what the screenshot's pixel shows.
   *
   * @throws OutOfBounds
   */
  toScreen({ x, y }: Point): Point {
    if (!(x >= 0 && y >= 0 && x < this.image.width && y < this.image.height)) throw this.#outOfBounds(x, y);
    return {
      x: scaled(Math.floor(x), this.image.width, this.screen.width),
      y: scaled(Math.floor(y), this.image.height, this.screen.height),
    };
  }

  /** The screenshot's pixel that shows `point` of the screen. */
  toImage({ x, y }: Point): Point {
    return {
      x: scaled(x, this.screen.width, this.image.width),
      y: scaled(y, this.screen.height, this.image.height),
    };
  }

  /**
   * What `[x0, y0, x1, y1]` of the screenshot, whose far edges are outside of the region, covers of the screen.
   *
   * @throws OutOfBounds
   */
  regionToScreen(region: readonly number[]): Rect {
    const [x0 = Number.NaN, y0 = Number.NaN, x1 = Number.NaN, y1 = Number.NaN] = region;
    const { width, height } = this.image;
    if (region.length !== 4 || !(x0 >= 0 && y0 >= 0 && x1 <= width && y1 <= height)) {
      throw this.#outOfBounds(...region);
    }
    if (!(x1 - x0 >= 1 && y1 - y0 >= 1)) throw new OutOfBounds('The region is empty: x0 < x1 and y0 < y1.');
    const left = Math.floor((x0 * this.screen.width) / width);
    const top = Math.floor((y0 * this.screen.height) / height);
    return {
      x: left,
      y: top,
      width: Math.ceil((x1 * this.screen.width) / width) - left,
      height: Math.ceil((y1 * this.screen.height) / height) - top,
    };
  }

  #outOfBounds(...place: readonly number[]): OutOfBounds {
    const { width, height } = this.image;
    return new OutOfBounds(`(${place.join(', ')}) is outside of the ${width}x${height} screenshot.`);
  }
}

/** The largest size of the same shape that is within the limits and not larger than `size`. */
export function fittingSize(size: Size, { maxEdge, maxTiles }: ImageLimits): Size {
  const longEdge = Math.max(size.width, size.height);
  let scale = Math.min(1, maxEdge / longEdge);
  let fitting = scaledSize(size, scale);
  while (tilesOf(fitting) > maxTiles) {
    // Pixel by pixel of the long edge, beginning where the area alone would do.
    const byArea = Math.sqrt((maxTiles * TILE * TILE) / (size.width * size.height));
    scale = Math.min(byArea, scale - 1 / longEdge);
    fitting = scaledSize(size, scale);
  }
  return fitting;
}

function scaledSize({ width, height }: Size, scale: number): Size {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function tilesOf({ width, height }: Size): number {
  return Math.ceil(width / TILE) * Math.ceil(height / TILE);
}

/** The place of `to` at which the middle of the place `at` of `from` lies. */
function scaled(at: number, from: number, to: number): number {
  return Math.min(to - 1, Math.floor(((at + 0.5) * to) / from));
}
