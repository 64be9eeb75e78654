import type { Rect } from '../../geometry.ts';
import { expect, type Parse, ProtocolError, readU8 } from '../parse.ts';
import type { Decoder, StreamName } from './decoder.ts';
import { Gradient, gradientOf } from './gradient.ts';
import { inflateRows } from './inflated.ts';
import type { PixelReader } from './pixelReader.ts';
import { type PaintRows, paintRows, readBands } from './raw.ts';

// The upper half of the first byte, where its highest bit is set.
const FILL = 8;
const JPEG = 9;
/** No stream, as servers of the TurboVNC line send when asked for the lowest compression. */
const PLAIN = 10;
/** In the upper half without the highest bit: a filter follows. */
const HAS_FILTER = 4;

const FILTER = { copy: 0, palette: 1, gradient: 2 } as const;

/** Fewer bytes than this are sent as they are. */
const MIN_COMPRESSED = 12;

/** Tight (community registry, 7), without JPEG: servers must not use that unless a quality was asked for. */
export function* decodeTight(rect: Rect, decoder: Decoder): Parse<void> {
  const control = yield* readU8();
  for (const stream of [0, 1, 2, 3] as const) if (control & (1 << stream)) decoder.resetStream(stream);
  const kind = control >> 4;
  const reader = decoder.readers.tight;
  if (kind === FILL) {
    decoder.framebuffer.fill(rect, reader.word(yield reader.size, 0));
    return;
  }
  if (kind === JPEG) throw new ProtocolError('The VNC server sent a JPEG image, though none was asked for.');
  const isPlain = (kind & PLAIN) === PLAIN && (kind & 1) === 0;
  if (kind > JPEG && !isPlain)
    throw new ProtocolError(`The VNC server sent a Tight rectangle of kind ${kind}.`);
  // The two bits have no other value.
  const stream = isPlain ? undefined : ((kind & 3) as 0 | 1 | 2 | 3);
  const filter = kind & HAS_FILTER ? yield* readU8() : FILTER.copy;
  const source = { rect, decoder, stream };
  switch (filter) {
    case FILTER.copy:
      return yield* readRows(source, rect.width * reader.size, (bytes, row, rows) => {
        paintRows({ ...rect, y: rect.y + row, height: rows }, reader, bytes, 0, decoder);
      });
    case FILTER.palette:
      return yield* readPalette(source, reader);
    case FILTER.gradient:
      return yield* readGradient(source, reader);
    default:
      throw new ProtocolError(`The VNC server sent a Tight rectangle with filter ${filter}.`);
  }
}

interface Source {
  readonly rect: Rect;
  readonly decoder: Decoder;
  /** Undefined where nothing is compressed. */
  readonly stream: StreamName | undefined;
}

/** Reads the rows that a filter has written, compressed or not. */
function* readRows({ rect, decoder, stream }: Source, rowBytes: number, paint: PaintRows): Parse<void> {
  const rows = rect.height;
  const total = rowBytes * rows;
  if (total < MIN_COMPRESSED) {
    paint(yield total, 0, rows);
    return;
  }
  const length = yield* readCompactLength();
  if (stream === undefined) {
    expect(length === total, `The VNC server sent ${length} bytes for a rectangle that needs ${total}.`);
    yield* readBands(rowBytes, rows, paint);
    return;
  }
  yield* inflateRows({ decoder, name: stream, length, rowBytes, rows }, paint);
}

/** A number of 7, 14 or 22 bits, the lowest first. */
function* readCompactLength(): Parse<number> {
  const low = yield* readU8();
  if (low < 128) return low;
  const middle = yield* readU8();
  const length = (low & 127) | ((middle & 127) << 7);
  return middle < 128 ? length : length | ((yield* readU8()) << 14);
}

function* readPalette(source: Source, reader: PixelReader): Parse<void> {
  const { rect, decoder } = source;
  const colours = (yield* readU8()) + 1;
  const palette = new Uint32Array(colours);
  reader.copy(yield colours * reader.size, 0, palette, 0, colours);
  const isBits = colours <= 2;
  const rowBytes = isBits ? Math.ceil(rect.width / 8) : rect.width;
  const paint = isBits ? paintBits : paintIndexes;
  yield* readRows(source, rowBytes, (bytes, row, rows) => {
    paint({ ...rect, y: rect.y + row, height: rows }, bytes, palette, decoder);
  });
}

/** Rows of bits, the highest on the left, each row in whole bytes. */
function paintBits(area: Rect, bytes: Uint8Array, palette: Uint32Array, { framebuffer }: Decoder): void {
  const { words, width } = framebuffer;
  const rowBytes = Math.ceil(area.width / 8);
  const zero = palette[0] ?? 0;
  const one = palette[1];
  for (let row = 0; row < area.height; row += 1) {
    const to = (area.y + row) * width + area.x;
    for (let column = 0; column < area.width; column += 1) {
      const byte = bytes[row * rowBytes + (column >> 3)] ?? 0;
      const isOne = (byte & (0x80 >> (column & 7))) !== 0;
      words[to + column] = isOne ? (one ?? throwIndex(1, 1)) : zero;
    }
  }
}

/** Rows of bytes, one a pixel. */
function paintIndexes(area: Rect, bytes: Uint8Array, palette: Uint32Array, { framebuffer }: Decoder): void {
  const { words, width } = framebuffer;
  let at = 0;
  for (let row = 0; row < area.height; row += 1) {
    const from = (area.y + row) * width + area.x;
    for (let to = from; to < from + area.width; to += 1) {
      const index = bytes[at] ?? 0;
      words[to] = palette[index] ?? throwIndex(index, palette.length);
      at += 1;
    }
  }
}

function throwIndex(index: number, colours: number): never {
  throw new ProtocolError(`The VNC server sent colour ${index} of a palette of ${colours}.`);
}

function* readGradient(source: Source, reader: PixelReader): Parse<void> {
  const { rect, decoder } = source;
  const gradient = new Gradient(gradientOf(decoder.format, reader.size), rect.width);
  const { words, width } = decoder.framebuffer;
  yield* readRows(source, rect.width * reader.size, (bytes, firstRow, rows) => {
    for (let row = 0; row < rows; row += 1) {
      const to = (rect.y + firstRow + row) * width + rect.x;
      gradient.paintRow(bytes, row * rect.width * reader.size, words, to);
    }
  });
}
