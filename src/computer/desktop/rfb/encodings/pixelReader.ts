import { OPAQUE } from '../framebuffer.ts';
import { ProtocolError } from '../parse.ts';
import type { PixelFormat } from '../pixelFormat.ts';

/** Turns pixels of the wire into words of the framebuffer. */
export interface PixelReader {
  /** Bytes a pixel. */
  readonly size: number;
  /** The pixel at `offset` of `bytes`. */
  word(bytes: Uint8Array, offset: number): number;
  /** Writes `count` pixels that begin at `offset` of `bytes` to `words`, from the index `to` on. */
  copy(bytes: Uint8Array, offset: number, words: Uint32Array, to: number, count: number): void;
}

/** The three ways in which encodings write pixels of one format. */
export interface PixelReaders {
  /** As the format says. */
  readonly pixel: PixelReader;
  /** CPIXEL of ZRLE and TRLE (RFC 6143, 7.7.5): 3 of 4 bytes where these say it all. */
  readonly compact: PixelReader;
  /** TPIXEL of Tight: red, green, blue for a format of 24 bits with components of 8. */
  readonly tight: PixelReader;
}

/** @param colours - the words of a colour map, looked at whenever a pixel is read */
export function pixelReaders(format: PixelFormat, colours: Uint32Array): PixelReaders {
  const pixel = fullReader(format, colours);
  if (format.bitsPerPixel !== 32) return { pixel, compact: pixel, tight: pixel };
  return { pixel, compact: compactReader(format) ?? pixel, tight: tightReader(format) ?? pixel };
}

/** How many colours a colour map of `format` has. */
export function colourMapSize({ bitsPerPixel }: PixelFormat): number {
  return bitsPerPixel === 8 ? 2 ** 8 : 2 ** 16;
}

function fullReader(format: PixelFormat, colours: Uint32Array): PixelReader {
  const { bitsPerPixel, isBigEndian, redShift, greenShift, blueShift } = format;
  if (bitsPerPixel === 32) {
    if (!hasByteComponents(format)) return new WideReader(format, 4, 0);
    const byteOf = (shift: number) => (isBigEndian ? 24 - shift : shift) / 8;
    const [red, green, blue] = [byteOf(redShift), byteOf(greenShift), byteOf(blueShift)];
    if (red === 0 && green === 1 && blue === 2) return new SameReader();
    return new ByteReader(4, red, green, blue);
  }
  const table = format.isTrueColour ? allColours(format) : colours;
  return bitsPerPixel === 8 ? new TableReader8(table) : new TableReader16(table, isBigEndian);
}

function compactReader(format: PixelFormat): PixelReader | undefined {
  const { depth, isBigEndian, isTrueColour, redShift, greenShift, blueShift } = format;
  if (!isTrueColour || depth > 24) return undefined;
  const components = [
    [format.redMax, redShift],
    [format.greenMax, greenShift],
    [format.blueMax, blueShift],
  ] as const;
  const isLow = components.every(([max, shift]) => shift + Math.log2(max + 1) <= 24);
  const isHigh = components.every(([, shift]) => shift >= 8);
  if (!isLow && !isHigh) return undefined;
  const base = isLow ? 0 : 8;
  if (!hasByteComponents(format)) return new WideReader(format, 3, base);
  const byteOf = (shift: number) => (isBigEndian ? 16 - (shift - base) : shift - base) / 8;
  return new ByteReader(3, byteOf(redShift), byteOf(greenShift), byteOf(blueShift));
}

function tightReader(format: PixelFormat): PixelReader | undefined {
  const { isTrueColour, depth, redMax, greenMax, blueMax } = format;
  const isCompact = isTrueColour && depth === 24 && redMax === 255 && greenMax === 255 && blueMax === 255;
  return isCompact ? new ByteReader(3, 0, 1, 2) : undefined;
}

function hasByteComponents(format: PixelFormat): boolean {
  const { isTrueColour, redMax, greenMax, blueMax, redShift, greenShift, blueShift } = format;
  const isAligned = redShift % 8 === 0 && greenShift % 8 === 0 && blueShift % 8 === 0;
  return isTrueColour && isAligned && redMax === 255 && greenMax === 255 && blueMax === 255;
}

/** The framebuffer's own order: a copy of memory, and then alpha. */
class SameReader implements PixelReader {
  readonly size = 4;

  word(bytes: Uint8Array, offset: number): number {
    return packed(bytes[offset] ?? 0, bytes[offset + 1] ?? 0, bytes[offset + 2] ?? 0);
  }

  copy(bytes: Uint8Array, offset: number, words: Uint32Array, to: number, count: number): void {
    const target = new Uint8Array(words.buffer, words.byteOffset + to * 4, count * 4);
    target.set(bytes.subarray(offset, offset + count * 4));
    for (let at = to; at < to + count; at += 1) words[at] = (words[at] ?? 0) | OPAQUE;
  }
}

/** Red, green and blue are a byte each. */
class ByteReader implements PixelReader {
  readonly size: number;
  readonly #red: number;
  readonly #green: number;
  readonly #blue: number;

  /** @param red - which byte of the pixel it is; so for `green` and `blue` */
  constructor(size: 3 | 4, red: number, green: number, blue: number) {
    this.size = size;
    this.#red = red;
    this.#green = green;
    this.#blue = blue;
  }

  word(bytes: Uint8Array, offset: number): number {
    return packed(
      bytes[offset + this.#red] ?? 0,
      bytes[offset + this.#green] ?? 0,
      bytes[offset + this.#blue] ?? 0,
    );
  }

  copy(bytes: Uint8Array, offset: number, words: Uint32Array, to: number, count: number): void {
    const { size } = this;
    let red = offset + this.#red;
    let green = offset + this.#green;
    let blue = offset + this.#blue;
    for (let at = to; at < to + count; at += 1) {
      words[at] = packed(bytes[red] ?? 0, bytes[green] ?? 0, bytes[blue] ?? 0);
      red += size;
      green += size;
      blue += size;
    }
  }
}

/** 8 bits: an index into a colour map, or small enough to have one made. */
class TableReader8 implements PixelReader {
  readonly size = 1;
  readonly #table: Uint32Array;

  constructor(table: Uint32Array) {
    this.#table = table;
  }

  word(bytes: Uint8Array, offset: number): number {
    return this.#table[bytes[offset] ?? 0] ?? OPAQUE;
  }

  copy(bytes: Uint8Array, offset: number, words: Uint32Array, to: number, count: number): void {
    const table = this.#table;
    for (let at = 0; at < count; at += 1) words[to + at] = table[bytes[offset + at] ?? 0] ?? OPAQUE;
  }
}

class TableReader16 implements PixelReader {
  readonly size = 2;
  readonly #table: Uint32Array;
  readonly #high: 0 | 1;

  constructor(table: Uint32Array, isBigEndian: boolean) {
    this.#table = table;
    this.#high = isBigEndian ? 0 : 1;
  }

  word(bytes: Uint8Array, offset: number): number {
    const high = bytes[offset + this.#high] ?? 0;
    const low = bytes[offset + 1 - this.#high] ?? 0;
    return this.#table[(high << 8) | low] ?? OPAQUE;
  }

  copy(bytes: Uint8Array, offset: number, words: Uint32Array, to: number, count: number): void {
    const table = this.#table;
    let high = offset + this.#high;
    let low = offset + 1 - this.#high;
    for (let at = to; at < to + count; at += 1) {
      words[at] = table[((bytes[high] ?? 0) << 8) | (bytes[low] ?? 0)] ?? OPAQUE;
      high += 2;
      low += 2;
    }
  }
}

/** Components of any width in 32 bits, or in the 3 bytes of these that say something. */
class WideReader implements PixelReader {
  readonly size: number;
  readonly #format: PixelFormat;
  readonly #base: number;
  readonly #red: Uint8Array;
  readonly #green: Uint8Array;
  readonly #blue: Uint8Array;

  /** @param base - how many low bits were left out on the wire */
  constructor(format: PixelFormat, size: 3 | 4, base: 0 | 8) {
    this.size = size;
    this.#format = format;
    this.#base = base;
    this.#red = scale(format.redMax);
    this.#green = scale(format.greenMax);
    this.#blue = scale(format.blueMax);
  }

  word(bytes: Uint8Array, offset: number): number {
    const { isBigEndian, redMax, greenMax, blueMax, redShift, greenShift, blueShift } = this.#format;
    let value = 0;
    for (let at = 0; at < this.size; at += 1) {
      const byte = bytes[offset + (isBigEndian ? at : this.size - 1 - at)] ?? 0;
      value = (value << 8) | byte;
    }
    value <<= this.#base;
    return packed(
      this.#red[(value >>> redShift) & redMax] ?? 0,
      this.#green[(value >>> greenShift) & greenMax] ?? 0,
      this.#blue[(value >>> blueShift) & blueMax] ?? 0,
    );
  }

  copy(bytes: Uint8Array, offset: number, words: Uint32Array, to: number, count: number): void {
    for (let at = 0; at < count; at += 1) words[to + at] = this.word(bytes, offset + at * this.size);
  }
}

/** A word of the framebuffer from components of 0 to 255. */
export function packed(red: number, green: number, blue: number): number {
  return (OPAQUE | (blue << 16) | (green << 8) | red) >>> 0;
}

/** For each value up to `max` what it is of 255. */
export function scale(max: number): Uint8Array {
  return Uint8Array.from({ length: max + 1 }, (_, value) =>
    max === 0 ? 0 : Math.round((value * 255) / max),
  );
}

function allColours(format: PixelFormat): Uint32Array {
  const { redMax, greenMax, blueMax, redShift, greenShift, blueShift } = format;
  const [reds, greens, blues] = [scale(redMax), scale(greenMax), scale(blueMax)];
  const colours = new Uint32Array(colourMapSize(format));
  for (let value = 0; value < colours.length; value += 1) {
    colours[value] = packed(
      reds[(value >>> redShift) & redMax] ?? 0,
      greens[(value >>> greenShift) & greenMax] ?? 0,
      blues[(value >>> blueShift) & blueMax] ?? 0,
    );
  }
  return colours;
}

/**
 * Writes part of a colour map.
 *
 * @param first - the index of the first colour told
 * @param told - 6 bytes a colour: red, green, blue of 16 bits (RFC 6143, 7.6.2)
 * @throws ProtocolError for colours beyond the map
 */
export function setColours(colours: Uint32Array, first: number, told: Uint8Array): void {
  const count = Math.floor(told.length / 6);
  if (first + count > colours.length) {
    throw new ProtocolError(`The VNC server told colour ${first + count - 1} of ${colours.length}.`);
  }
  for (let at = 0; at < count; at += 1) {
    // The high byte of 16 bits.
    colours[first + at] = packed(told[at * 6] ?? 0, told[at * 6 + 2] ?? 0, told[at * 6 + 4] ?? 0);
  }
}
