/** Encoders of RFB rectangles, for tests: by chance they try all ways that an encoding has. */
import { Deflate, Z_SYNC_FLUSH } from 'pako';
import type { Rect } from '../../../src/computer/desktop/geometry.ts';
import type { PixelFormat } from '../../../src/computer/desktop/rfb/pixelFormat.ts';
import type { Image } from './images.ts';
import type { Random } from './random.ts';

type Bytes = readonly number[] | Uint8Array;

/** Decides which of several ways is taken: the best is the last one. */
export type Choice = Pick<Random, 'below' | 'pick'>;

/** Takes the ways that a thrifty server would. */
export const BEST: Choice = {
  below: (limit) => limit - 1,
  pick(items) {
    const item = items.at(-1);
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  },
};

/** Writes rectangles of one connection. */
export class Encoder {
  readonly format: PixelFormat;
  readonly random: Choice;
  readonly #streams = new Map<string, Deflate>();

  constructor(format: PixelFormat, random: Choice) {
    this.format = format;
    this.random = random;
  }

  /** Drops a stream, so that the next one begins anew. */
  resetStream(name: string): void {
    this.#streams.delete(name);
  }

  deflate(name: string, bytes: Uint8Array): Uint8Array {
    const stream = this.#streams.get(name) ?? new Deflate({ level: 6 });
    this.#streams.set(name, stream);
    const chunks: Uint8Array[] = [];
    stream.onData = (chunk) => {
      chunks.push(Uint8Array.from(chunk));
    };
    stream.push(bytes, Z_SYNC_FLUSH);
    return joined(chunks);
  }

  pixel(value: number): number[] {
    return toBytes(value, this.format.bitsPerPixel / 8, this.format.isBigEndian);
  }

  /** CPIXEL. */
  compact(value: number): number[] {
    const { bitsPerPixel, depth, isTrueColour, isBigEndian } = this.format;
    if (bitsPerPixel !== 32 || !isTrueColour || depth > 24) return this.pixel(value);
    const all = [
      this.format.redMax * 2 ** this.format.redShift,
      this.format.greenMax * 2 ** this.format.greenShift,
      this.format.blueMax * 2 ** this.format.blueShift,
    ].reduce((sum, part) => sum + part, 0);
    if (all < 2 ** 24) return toBytes(value, 3, isBigEndian);
    return all % 256 === 0 ? toBytes(Math.floor(value / 256), 3, isBigEndian) : this.pixel(value);
  }

  /** TPIXEL. */
  tight(value: number): number[] {
    return this.hasTightPixels ? this.components(value) : this.pixel(value);
  }

  get hasTightPixels(): boolean {
    const { bitsPerPixel, depth, isTrueColour, redMax, greenMax, blueMax } = this.format;
    return bitsPerPixel === 32 && depth === 24 && isTrueColour && redMax + greenMax + blueMax === 765;
  }

  /** Red, green, blue as the format has them. */
  components(value: number): [number, number, number] {
    const part = (max: number, shift: number) => Math.floor(value / 2 ** shift) % (max + 1);
    const { redMax, redShift, greenMax, greenShift, blueMax, blueShift } = this.format;
    return [part(redMax, redShift), part(greenMax, greenShift), part(blueMax, blueShift)];
  }
}

export function joined(parts: readonly Bytes[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function toBytes(value: number, count: number, isBigEndian: boolean): number[] {
  const bytes = Array.from({ length: count }, (_, at) => Math.floor(value / 2 ** (8 * at)) % 256);
  return isBigEndian ? bytes.reverse() : bytes;
}

const u16 = (value: number) => toBytes(value, 2, true);
const u32 = (value: number) => toBytes(value, 4, true);

type Encode = (image: Image, encoder: Encoder) => Uint8Array;

function raw(image: Image, encoder: Encoder): Uint8Array {
  return joined([...image.values].map((value) => encoder.pixel(value)));
}

function zlib(image: Image, encoder: Encoder): Uint8Array {
  const deflated = encoder.deflate('zlib', raw(image, encoder));
  return joined([u32(deflated.length), deflated]);
}

/** Runs within rows that differ from the background. */
function subrects(image: Image, area: Rect, background: number): (Rect & { value: number })[] {
  const found: (Rect & { value: number })[] = [];
  for (let y = 0; y < area.height; y += 1) {
    for (let x = 0; x < area.width; ) {
      const at = (area.y + y) * image.width + area.x + x;
      const value = image.values[at] ?? 0;
      let width = 1;
      while (x + width < area.width && image.values[at + width] === value) width += 1;
      if (value !== background) found.push({ x, y, width, height: 1, value });
      x += width;
    }
  }
  return found;
}

function rre(unit: 1 | 2): Encode {
  return (image, encoder) => {
    const background = image.values[0] ?? 0;
    const parts = subrects(image, { ...image, x: 0, y: 0 }, background);
    const number = (value: number) => toBytes(value, unit, true);
    return joined([
      u32(parts.length),
      encoder.pixel(background),
      ...parts.map(({ value, x, y, width, height }) => [
        ...encoder.pixel(value),
        ...[x, y, width, height].flatMap(number),
      ]),
    ]);
  };
}

/** Tiles of `side` px, row by row. */
function tiles(image: Image, side: number): Rect[] {
  const found: Rect[] = [];
  for (let y = 0; y < image.height; y += side) {
    for (let x = 0; x < image.width; x += side) {
      const [width, height] = [Math.min(side, image.width - x), Math.min(side, image.height - y)];
      found.push({ x, y, width, height });
    }
  }
  return found;
}

function valuesIn(image: Image, { x, y, width, height }: Rect): number[] {
  return Array.from({ length: height }, (_, row) => {
    const from = (y + row) * image.width + x;
    return [...image.values.subarray(from, from + width)];
  }).flat();
}

function hextile(image: Image, encoder: Encoder): Uint8Array {
  const parts: number[][] = [];
  let background: number | undefined;
  let foreground: number | undefined;
  for (const tile of tiles(image, 16)) {
    const values = valuesIn(image, tile);
    const first = values[0] ?? 0;
    const base = background !== undefined && values.includes(background) ? background : first;
    const rects = subrects(image, tile, base);
    if (rects.length > 255 || encoder.random.below(6) === 0) {
      parts.push([1, ...values.flatMap((value) => encoder.pixel(value))]);
      // What was said before a raw tile does not hold behind it.
      background = undefined;
      foreground = undefined;
      continue;
    }
    let kind = base === background ? 0 : 2;
    const head = kind ? encoder.pixel(base) : [];
    background = base;
    const colours = new Set(rects.map(({ value }) => value));
    const isColoured = colours.size > 1 || (colours.size === 1 && encoder.random.below(3) === 0);
    if (rects.length > 0) kind |= isColoured ? 8 | 16 : 8;
    const [only] = colours;
    if (!isColoured && only !== undefined && only !== foreground) {
      kind |= 4;
      head.push(...encoder.pixel(only));
      foreground = only;
    }
    if (rects.length > 0) head.push(rects.length);
    const body = rects.flatMap(({ value, x, y, width, height }) => [
      ...(isColoured ? encoder.pixel(value) : []),
      (x << 4) | y,
      ((width - 1) << 4) | (height - 1),
    ]);
    parts.push([kind, ...head, ...body]);
  }
  return joined(parts);
}

function runsOf(values: readonly number[]): { value: number; length: number }[] {
  const runs: { value: number; length: number }[] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last?.value === value) last.length += 1;
    else runs.push({ value, length: 1 });
  }
  return runs;
}

function runLength(length: number): number[] {
  return [...new Array(Math.floor((length - 1) / 255)).fill(255), (length - 1) % 255];
}

/** Rows of `bits` each, the highest on the left. */
function packedRows(indexes: readonly number[], width: number, bits: number): number[] {
  const bytes: number[] = [];
  for (let from = 0; from < indexes.length; from += width) {
    for (let at = 0; at < width; at += 8 / bits) {
      let byte = 0;
      for (let part = 0; part < 8 / bits; part += 1) {
        const index = at + part < width ? (indexes[from + at + part] ?? 0) : 0;
        byte |= index << (8 - bits * (part + 1));
      }
      bytes.push(byte);
    }
  }
  return bytes;
}

/** One tile of ZRLE or TRLE. `last` is the palette of the tile before it, where that may be used again. */
function runTile(
  values: readonly number[],
  width: number,
  encoder: Encoder,
  last?: number[],
): { bytes: number[]; palette?: number[] } {
  const colours = [...new Set(values)];
  const pixels = (some: readonly number[]) => some.flatMap((value) => encoder.compact(value));
  const isSame = last !== undefined && colours.every((colour) => last.includes(colour));
  const palette = isSame ? last : colours;
  const kinds = ['raw', 'runs'];
  if (colours.length === 1) kinds.push('solid');
  if (palette.length >= 2 && palette.length <= 16) kinds.push('packed', 'packed');
  if (palette.length >= 2 && palette.length <= 127) kinds.push('palette runs', 'palette runs');
  switch (encoder.random.pick(kinds)) {
    case 'solid':
      return { bytes: [1, ...pixels(colours)] };
    case 'packed': {
      const bits = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : 4;
      const rows = packedRows(
        values.map((value) => palette.indexOf(value)),
        width,
        bits,
      );
      return { bytes: isSame ? [127, ...rows] : [palette.length, ...pixels(palette), ...rows], palette };
    }
    case 'palette runs': {
      const head = isSame ? [129] : [palette.length + 128, ...pixels(palette)];
      const runs = runsOf(values).flatMap(({ value, length }) => {
        const index = palette.indexOf(value);
        return length === 1 ? [index] : [index + 128, ...runLength(length)];
      });
      return { bytes: [...head, ...runs], palette };
    }
    case 'runs':
      return {
        bytes: [
          128,
          ...runsOf(values).flatMap(({ value, length }) => [...encoder.compact(value), ...runLength(length)]),
        ],
      };
    default:
      return { bytes: [0, ...pixels(values)] };
  }
}

function zrle(image: Image, encoder: Encoder): Uint8Array {
  const parts = tiles(image, 64).map((tile) => runTile(valuesIn(image, tile), tile.width, encoder).bytes);
  const deflated = encoder.deflate('zrle', joined(parts));
  return joined([u32(deflated.length), deflated]);
}

function trle(image: Image, encoder: Encoder): Uint8Array {
  let last: number[] | undefined;
  const parts = tiles(image, 16).map((tile) => {
    const { bytes, palette } = runTile(valuesIn(image, tile), tile.width, encoder, last);
    last = palette ?? last;
    return bytes;
  });
  return joined(parts);
}

function compactLength(length: number): number[] {
  if (length < 2 ** 7) return [length];
  if (length < 2 ** 14) return [(length & 127) | 128, length >> 7];
  return [(length & 127) | 128, ((length >> 7) & 127) | 128, length >> 14];
}

function gradient(image: Image, encoder: Encoder): number[][] {
  const { format } = encoder;
  const maxima = [format.redMax, format.greenMax, format.blueMax];
  const shifts = [format.redShift, format.greenShift, format.blueShift];
  const at = (x: number, y: number) =>
    x < 0 || y < 0 ? [0, 0, 0] : encoder.components(image.values[y * image.width + x] ?? 0);
  return [...image.values].map((_, index) => {
    const [x, y] = [index % image.width, Math.floor(index / image.width)];
    const [left, above, corner, here] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1), at(x, y)];
    const differences = maxima.map((max, part) => {
      const guess = (left[part] ?? 0) + (above[part] ?? 0) - (corner[part] ?? 0);
      return ((here[part] ?? 0) - Math.min(max, Math.max(0, guess))) & max;
    });
    if (encoder.hasTightPixels) return differences;
    return encoder.pixel(differences.reduce((sum, part, which) => sum + part * 2 ** (shifts[which] ?? 0), 0));
  });
}

function tight(image: Image, encoder: Encoder): Uint8Array {
  const { random, format } = encoder;
  const colours = [...new Set(image.values)];
  const kinds = format.isTrueColour ? ['gradient'] : [];
  kinds.push('explicit copy', 'copy');
  if (colours.length === 1) kinds.push('fill');
  if (colours.length <= 256) kinds.push('palette', 'palette');
  const stream = random.below(4);
  const isPlain = random.below(5) === 0;
  const isReset = random.below(4) === 0;
  if (isReset) encoder.resetStream(`tight ${stream}`);
  const reset = isReset ? 1 << stream : 0;
  const body = (bytes: Uint8Array) => {
    if (bytes.length < 12) return bytes;
    if (isPlain) return joined([compactLength(bytes.length), bytes]);
    const deflated = encoder.deflate(`tight ${stream}`, bytes);
    return joined([compactLength(deflated.length), deflated]);
  };
  const basic = reset | (isPlain ? 0xa0 : stream << 4);
  const pixels = (some: Iterable<number>) => joined([...some].map((value) => encoder.tight(value)));
  switch (random.pick(kinds)) {
    case 'fill':
      return joined([[0x80 | reset], pixels(colours)]);
    case 'palette': {
      const indexes = [...image.values].map((value) => colours.indexOf(value));
      const rows = colours.length <= 2 ? packedRows(indexes, image.width, 1) : indexes;
      return joined([[basic | 0x40, 1, colours.length - 1], pixels(colours), body(Uint8Array.from(rows))]);
    }
    case 'gradient':
      return joined([[basic | 0x40, 2], body(joined(gradient(image, encoder)))]);
    case 'explicit copy':
      return joined([[basic | 0x40, 0], body(pixels(image.values))]);
    default:
      return joined([[basic], body(pixels(image.values))]);
  }
}

/** By the names of {@link ENCODING}. */
export const ENCODERS = {
  raw,
  zlib,
  rre: rre(2),
  coRre: rre(1),
  hextile,
  zrle,
  trle,
  tight,
} satisfies Record<string, Encode>;

export { u16, u32 };
