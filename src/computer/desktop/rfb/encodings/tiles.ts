import type { Rect } from '../../geometry.ts';
import { expect, ProtocolError, u8 } from '../parse.ts';
import type { Decoder } from './decoder.ts';
import type { PixelReader } from './pixelReader.ts';
import { paintRows } from './raw.ts';

/** Parts of `rect` of `side` px a side, less at its right and lower border; row by row. */
export function* tilesOf(rect: Rect, side: number): Generator<Rect> {
  const right = rect.x + rect.width;
  const bottom = rect.y + rect.height;
  for (let y = rect.y; y < bottom; y += side) {
    const height = Math.min(side, bottom - y);
    for (let x = rect.x; x < right; x += side) yield { x, y, width: Math.min(side, right - x), height };
  }
}

/** Kinds of tiles of ZRLE and TRLE, besides palettes of 2 to 16 colours (2 to 16) and 2 to 127 (130 to 255). */
export const TILE = {
  raw: 0,
  solid: 1,
  samePalette: 127,
  runs: 128,
  samePaletteRuns: 129,
  paletteRuns: 130,
} as const;

/** How many colours tiles of bits have at most. */
export const MAX_PACKED = 16;

/** How many bits an index into a palette of `size` colours, at most 16, has. */
export function indexBits(size: number): 1 | 2 | 4 {
  return size <= 2 ? 1 : size <= 4 ? 2 : 4;
}

/** Bytes that a tile of `area` px can have at most: a palette, and runs of one pixel each. */
export function maxTileBytes(area: number, pixelSize: number): number {
  return 1 + 127 * pixelSize + area * (pixelSize + 1);
}

/** Paints tiles of ZRLE and TRLE (RFC 6143, 7.7.5 and 7.7.6). */
export class TilePainter {
  readonly #decoder: Decoder;
  readonly #reader: PixelReader;
  readonly #palette = new Uint32Array(127);
  readonly #hasReuse: boolean;
  #colours = 0;

  /** @param hasReuse - whether a tile may have the palette of the one before it, as in TRLE */
  constructor(decoder: Decoder, hasReuse: boolean) {
    this.#decoder = decoder;
    this.#reader = decoder.readers.compact;
    this.#hasReuse = hasReuse;
  }

  /** How many colours the palette has that a next tile may use again. */
  get colours(): number {
    return this.#colours;
  }

  /**
   * Paints the tile that begins at `at` of `bytes`. What lies behind the end of `bytes` is read as 0, so the caller
   * compares the result with the end.
   *
   * @returns where the next one begins
   * @throws ProtocolError for a kind, an index or a run that cannot be
   */
  paint(tile: Rect, bytes: Uint8Array, at: number): number {
    const kind = u8(bytes, at);
    const reader = this.#reader;
    let next = at + 1;
    switch (kind) {
      case TILE.raw:
        paintRows(tile, reader, bytes, next, this.#decoder);
        return next + tile.width * tile.height * reader.size;
      case TILE.solid:
        this.#decoder.framebuffer.fill(tile, reader.word(bytes, next));
        return next + reader.size;
      case TILE.runs:
        return this.#paintRuns(tile, bytes, next);
      case TILE.samePalette:
      case TILE.samePaletteRuns:
        if (!this.#hasReuse || this.#colours === 0) throwKind(kind);
        break;
      default:
        if (kind > MAX_PACKED && kind < TILE.paletteRuns) throwKind(kind);
        this.#colours = kind & 127;
        reader.copy(bytes, next, this.#palette, 0, this.#colours);
        next += this.#colours * reader.size;
    }
    return kind < 128 ? this.#paintPacked(tile, bytes, next) : this.#paintPaletteRuns(tile, bytes, next);
  }

  #paintPacked(tile: Rect, bytes: Uint8Array, at: number): number {
    const { words, width } = this.#decoder.framebuffer;
    const palette = this.#palette;
    const colours = this.#colours;
    if (colours > MAX_PACKED) throwKind(TILE.samePalette);
    const bits = indexBits(colours);
    const mask = (1 << bits) - 1;
    let next = at;
    for (let row = 0; row < tile.height; row += 1) {
      const from = (tile.y + row) * width + tile.x;
      let byte = 0;
      let left = 0;
      for (let to = from; to < from + tile.width; to += 1) {
        if (left === 0) {
          byte = bytes[next] ?? 0;
          next += 1;
          left = 8;
        }
        left -= bits;
        const index = (byte >> left) & mask;
        if (index >= colours) throwIndex(index, colours);
        words[to] = palette[index] ?? 0;
      }
    }
    return next;
  }

  #paintRuns(tile: Rect, bytes: Uint8Array, at: number): number {
    const reader = this.#reader;
    const run = new Runs(tile, this.#decoder);
    let next = at;
    while (run.left > 0) {
      const word = reader.word(bytes, next);
      next += reader.size;
      const length = runLength(bytes, next, run.left);
      next += bytesOf(length);
      run.paint(word, length);
    }
    return next;
  }

  #paintPaletteRuns(tile: Rect, bytes: Uint8Array, at: number): number {
    const palette = this.#palette;
    const colours = this.#colours;
    const run = new Runs(tile, this.#decoder);
    let next = at;
    while (run.left > 0) {
      const head = bytes[next] ?? 0;
      next += 1;
      const index = head & 127;
      if (index >= colours) throwIndex(index, colours);
      let length = 1;
      if (head >= 128) {
        length = runLength(bytes, next, run.left);
        next += bytesOf(length);
      }
      run.paint(palette[index] ?? 0, length);
    }
    return next;
  }
}

/** The length of a run: one more than the sum of the bytes up to one that is not 255. Read no further than past `most`. */
function runLength(bytes: Uint8Array, at: number, most: number): number {
  let next = at;
  let length = 1;
  let byte = 0;
  do {
    byte = bytes[next] ?? 0;
    next += 1;
    length += byte;
  } while (byte === 255 && length <= most);
  return length;
}

/** How many bytes say that a run is this long. */
function bytesOf(length: number): number {
  return Math.floor((length - 1) / 255) + 1;
}

/** Paints a tile's pixels one run after the other. */
class Runs {
  /** Px that are not painted yet. */
  left: number;
  readonly #words: Uint32Array;
  readonly #width: number;
  /** From the end of a row of the tile to the beginning of the next one. */
  readonly #skip: number;
  #to: number;
  #leftInRow: number;

  constructor(tile: Rect, { framebuffer }: Decoder) {
    this.left = tile.width * tile.height;
    this.#words = framebuffer.words;
    this.#width = tile.width;
    this.#skip = framebuffer.width - tile.width;
    this.#to = tile.y * framebuffer.width + tile.x;
    this.#leftInRow = tile.width;
  }

  /** @throws ProtocolError when the tile has fewer px left */
  paint(word: number, length: number): void {
    if (length > this.left) expect(false, 'The VNC server sent a run of pixels that goes beyond its tile.');
    this.left -= length;
    let left = length;
    while (left > 0) {
      const count = Math.min(left, this.#leftInRow);
      const end = this.#to + count;
      for (let to = this.#to; to < end; to += 1) this.#words[to] = word;
      left -= count;
      this.#to = end;
      this.#leftInRow -= count;
      if (this.#leftInRow > 0) continue;
      this.#to += this.#skip;
      this.#leftInRow = this.#width;
    }
  }
}

function throwKind(kind: number): never {
  throw new ProtocolError(`The VNC server sent a tile of kind ${kind}, which cannot be here.`);
}

function throwIndex(index: number, colours: number): never {
  throw new ProtocolError(`The VNC server sent colour ${index} of a palette of ${colours}.`);
}
