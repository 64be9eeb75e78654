/** Pictures of a desktop for the model. */

import { encodePng } from '../png.ts';
import type { CursorShape, Pixels } from './connection.ts';
import { type Coordinates, fittingSize, IMAGE_LIMITS, type ImageLimits } from './coordinates.ts';
import { crop, resample } from './downscale.ts';
import type { Point, Rect, Size } from './geometry.ts';
import { encodeWebp } from './webp.ts';

export interface ScreenImage extends Size {
  readonly data: Uint8Array;
  readonly mediaType: 'image/png' | 'image/webp';
}

/** The pointer's shape, and where it is on the screen. */
export interface DrawnCursor {
  readonly shape: CursorShape;
  readonly at: Point;
}

/**
 * A PNG of more bytes shows photographs or video. Measured at 1280x800: windows and text take 100 KB, a picture on half of
 * the screen 590 KB, as WebP 170 KB, for 40 ms of another thread. Below, what WebP saves takes longer to make than to send.
 */
const LARGE_PNG = 256 * 1024;

/** Beyond this a picture shows no more of a pixel. */
const MAX_ZOOM = 8;

/** The whole screen at the size that `coordinates` speaks of, as it is at the call. */
export async function captureScreenshot(
  pixels: Pixels,
  cursor: DrawnCursor | undefined,
  coordinates: Coordinates,
): Promise<ScreenImage> {
  const whole = { x: 0, y: 0, width: pixels.width, height: pixels.height };
  return encoded(resampled(withCursor(pixels, cursor, whole), coordinates.image));
}

/**
 * A part of the screen, enlarged up to the size of a screenshot.
 * @param region - px of the screen, within it
 * @param fit - px; the picture's largest size
 */
export async function captureZoom(
  pixels: Pixels,
  cursor: DrawnCursor | undefined,
  region: Rect,
  fit: Size,
  limits: ImageLimits = IMAGE_LIMITS,
): Promise<ScreenImage> {
  const scale = Math.min(fit.width / region.width, fit.height / region.height, MAX_ZOOM);
  const size = {
    width: Math.max(1, Math.round(region.width * scale)),
    height: Math.max(1, Math.round(region.height * scale)),
  };
  const part = withCursor(crop(pixels, region), cursor, region);
  return encoded(resampled(part, fittingSize(size, limits)));
}

function resampled(pixels: Pixels, size: Size): Pixels {
  return pixels.width === size.width && pixels.height === size.height ? pixels : resample(pixels, size);
}

async function encoded(pixels: Pixels): Promise<ScreenImage> {
  const { width, height } = pixels;
  // Of the same moment, as the pixels may change meanwhile.
  const snapshot = pixels.data.slice();
  const png = { data: await encodePng(pixels), mediaType: 'image/png', width, height } as const;
  if (png.data.length <= LARGE_PNG) return png;
  try {
    const data = await encodeWebp({ width, height, data: snapshot });
    return data.length < png.data.length ? { data, mediaType: 'image/webp', width, height } : png;
  } catch {
    // Nothing is lost but some bytes.
    return png;
  }
}

/** The pixels of `area` with the pointer on them; a copy where there is one to draw. */
function withCursor(pixels: Pixels, cursor: DrawnCursor | undefined, area: Rect): Pixels {
  if (!cursor) return pixels;
  const data = pixels.data.slice();
  const { shape, at } = cursor;
  const left = at.x - shape.hotspotX - area.x;
  const top = at.y - shape.hotspotY - area.y;
  for (let row = Math.max(0, -top); row < shape.height && top + row < pixels.height; row += 1) {
    for (let column = Math.max(0, -left); column < shape.width && left + column < pixels.width; column += 1) {
      const from = (row * shape.width + column) * 4;
      const to = ((top + row) * pixels.width + left + column) * 4;
      const alpha = (shape.data[from + 3] as number) / 255;
      for (let channel = 0; channel < 3; channel += 1) {
        const under = data[to + channel] as number;
        data[to + channel] = under + ((shape.data[from + channel] as number) - under) * alpha + 0.5;
      }
    }
  }
  return { width: pixels.width, height: pixels.height, data };
}
