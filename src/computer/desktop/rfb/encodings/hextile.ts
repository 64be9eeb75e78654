import type { Rect } from '../../geometry.ts';
import { expect, type Parse, ProtocolError, readU8, u8 } from '../parse.ts';
import type { Decoder } from './decoder.ts';
import { paintRows } from './raw.ts';
import { tilesOf } from './tiles.ts';

/** In px. */
const SIDE = 16;

// Bits of a tile's first byte.
const RAW = 1;
const BACKGROUND = 2;
const FOREGROUND = 4;
const ANY_SUBRECTS = 8;
const COLOURED = 16;

/**
 * Hextile (RFC 6143, 7.7.4). A tile is read in one or two pieces: with the last one comes the first byte of the next.
 */
export function* decodeHextile(rect: Rect, decoder: Decoder): Parse<void> {
  if (rect.width === 0 || rect.height === 0) return;
  const { framebuffer } = decoder;
  const { pixel } = decoder.readers;
  const colours: Colours = { background: 0, foreground: 0 };
  let tilesLeft = Math.ceil(rect.width / SIDE) * Math.ceil(rect.height / SIDE);
  let kind = yield* readU8();
  for (const tile of tilesOf(rect, SIDE)) {
    tilesLeft -= 1;
    const next = tilesLeft > 0 ? 1 : 0;
    if (kind > 31) throw new ProtocolError(`The VNC server sent a Hextile tile of kind ${kind}.`);
    const hasSubrects = (kind & RAW) === 0 && (kind & ANY_SUBRECTS) !== 0;
    const length = headLength(kind, tile, pixel.size);
    let bytes = yield length + (hasSubrects ? 0 : next);
    if (kind & RAW) {
      paintRows(tile, pixel, bytes, 0, decoder);
    } else {
      let at = 0;
      if (kind & BACKGROUND) {
        colours.background = pixel.word(bytes, 0);
        at = pixel.size;
      }
      if (kind & FOREGROUND) colours.foreground = pixel.word(bytes, at);
      framebuffer.fill(tile, colours.background);
    }
    if (hasSubrects) {
      const count = u8(bytes, length - 1);
      const each = (kind & COLOURED ? pixel.size : 0) + 2;
      bytes = yield count * each + next;
      paintSubrects(tile, bytes, count, { isColoured: (kind & COLOURED) !== 0, colours, decoder });
    }
    kind = u8(bytes, bytes.length - 1);
  }
}

interface Colours {
  background: number;
  foreground: number;
}

/** Bytes of a tile before its subrectangles, or all where there are none. */
function headLength(kind: number, { width, height }: Rect, pixelSize: number): number {
  if (kind & RAW) return width * height * pixelSize;
  let length = 0;
  if (kind & BACKGROUND) length += pixelSize;
  if (kind & FOREGROUND) length += pixelSize;
  return kind & ANY_SUBRECTS ? length + 1 : length;
}

function paintSubrects(
  tile: Rect,
  bytes: Uint8Array,
  count: number,
  { isColoured, colours, decoder }: { isColoured: boolean; colours: Colours; decoder: Decoder },
): void {
  const { words, width } = decoder.framebuffer;
  const { pixel } = decoder.readers;
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    let word = colours.foreground;
    if (isColoured) {
      word = pixel.word(bytes, at);
      at += pixel.size;
    }
    const place = u8(bytes, at);
    const size = u8(bytes, at + 1);
    at += 2;
    const left = place >> 4;
    const top = place & 15;
    const right = left + (size >> 4) + 1;
    const bottom = top + (size & 15) + 1;
    expect(right <= tile.width && bottom <= tile.height, 'The VNC server painted outside a Hextile tile.');
    // Too small for what TypedArray.fill() costs to begin.
    for (let row = top; row < bottom; row += 1) {
      const from = (tile.y + row) * width + tile.x;
      for (let to = from + left; to < from + right; to += 1) words[to] = word;
    }
  }
}
