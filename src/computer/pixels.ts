/** A picture in memory. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 4 bytes a pixel: red, green, blue, 255; rows from the top, without padding. */
  readonly data: Uint8Array;
}

/** In px of the picture; may lie outside of it, and between pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of what is covered: neither of the usual backgrounds, so that one sees that something is not shown. */
const COVER = [0x80, 0x80, 0x80, 0xff];

/** Paints over whatever `areas` touch, in place. */
export function cover({ width, height, data }: Pixels, areas: readonly Area[]): void {
  for (const area of areas) {
    const left = Math.max(0, Math.floor(area.x));
    const right = Math.min(width, Math.ceil(area.x + area.width));
    const bottom = Math.min(height, Math.ceil(area.y + area.height));
    for (let y = Math.max(0, Math.floor(area.y)); y < bottom; y++)
      for (let x = left; x < right; x++) data.set(COVER, (y * width + x) * 4);
  }
}
