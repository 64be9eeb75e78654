import type { Rect } from '../../geometry.ts';
import type { Parse } from '../parse.ts';
import type { Decoder } from './decoder.ts';
import type { PixelReader } from './pixelReader.ts';

/** In bytes, roughly: what is asked for at once. A socket of Node hands out 64 KB. */
export const BAND = 2 ** 16;

/** Raw (RFC 6143, 7.7.1). */
export function* decodeRaw(rect: Rect, decoder: Decoder): Parse<void> {
  const { pixel } = decoder.readers;
  yield* readBands(rect.width * pixel.size, rect.height, (bytes, row, rows) => {
    paintRows({ ...rect, y: rect.y + row, height: rows }, pixel, bytes, 0, decoder);
  });
}

/** Is given some rows of a rectangle, which of them is the first, and how many they are. */
export type PaintRows = (bytes: Uint8Array, row: number, rows: number) => void;

/** Reads rows as they are, some at a time. */
export function* readBands(rowBytes: number, rows: number, paint: PaintRows): Parse<void> {
  const bandRows = Math.max(1, Math.floor(BAND / rowBytes));
  for (let row = 0; row < rows; row += bandRows) {
    const count = Math.min(bandRows, rows - row);
    paint(yield count * rowBytes, row, count);
  }
}

/** Writes rows of pixels that begin at `offset` of `bytes` into `area`. */
export function paintRows(
  area: Rect,
  reader: PixelReader,
  bytes: Uint8Array,
  offset: number,
  { framebuffer: { words, width } }: Decoder,
): void {
  let to = area.y * width + area.x;
  if (area.width === width) {
    reader.copy(bytes, offset, words, to, area.width * area.height);
    return;
  }
  let from = offset;
  for (let row = 0; row < area.height; row += 1, to += width, from += area.width * reader.size) {
    reader.copy(bytes, from, words, to, area.width);
  }
}
