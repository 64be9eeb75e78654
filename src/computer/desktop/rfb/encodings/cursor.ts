import type { CursorShape } from '../../connection.ts';
import type { Rect } from '../../geometry.ts';
import { expect, type Parse, readI32 } from '../parse.ts';
import type { Decoder } from './decoder.ts';
import { ENCODING } from './encodings.ts';
import { packed } from './pixelReader.ts';

/** Cursor (RFC 6143, 7.8.1): pixels and a mask. */
export function* decodeCursor(rect: Rect, decoder: Decoder): Parse<void> {
  checkShape(rect, decoder);
  const { pixel } = decoder.readers;
  const area = rect.width * rect.height;
  const pixels = yield area * pixel.size;
  const mask = yield maskLength(rect);
  const words = new Uint32Array(area);
  pixel.copy(pixels, 0, words, 0, area);
  decoder.framebuffer.cursor = shapeOf(rect, words, mask);
}

/** XCursor (community registry, -240): two colours, which pixels have the first of them, and a mask. */
export function* decodeXCursor(rect: Rect, decoder: Decoder): Parse<void> {
  checkShape(rect, decoder);
  const words = new Uint32Array(rect.width * rect.height);
  if (words.length === 0) {
    decoder.framebuffer.cursor = shapeOf(rect, words, new Uint8Array());
    return;
  }
  const colours = yield 6;
  const primary = packed(colours[0] ?? 0, colours[1] ?? 0, colours[2] ?? 0);
  const secondary = packed(colours[3] ?? 0, colours[4] ?? 0, colours[5] ?? 0);
  const bitmap = yield maskLength(rect);
  const mask = yield maskLength(rect);
  for (let at = 0; at < words.length; at += 1) words[at] = isSet(bitmap, rect, at) ? primary : secondary;
  decoder.framebuffer.cursor = shapeOf(rect, words, mask);
}

/** Cursor with alpha (community registry, -314): an encoding, and in it red, green, blue, alpha, premultiplied. */
export function* decodeAlphaCursor(rect: Rect, decoder: Decoder): Parse<void> {
  checkShape(rect, decoder);
  const encoding = yield* readI32();
  // Others are allowed, but no server is known to use them here.
  expect(
    encoding === ENCODING.raw,
    `The VNC server sent a pointer's shape in encoding ${encoding}, not as raw pixels.`,
  );
  const data = Uint8Array.from(yield rect.width * rect.height * 4);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    for (let component = at; component < at + 3; component += 1) {
      data[component] = Math.min(255, Math.round(((data[component] ?? 0) * 255) / alpha));
    }
  }
  decoder.framebuffer.cursor = shape(rect, data);
}

function checkShape({ width, height }: Rect, { framebuffer: { limits } }: Decoder): void {
  const max = limits.maxCursorEdge;
  expect(
    width <= max && height <= max,
    `The VNC server sent a pointer's shape of ${width}x${height} px; ${max} px a side are taken.`,
  );
}

function maskLength({ width, height }: Rect): number {
  return Math.ceil(width / 8) * height;
}

/** Whether the bit of pixel `at` is set in a bitmap whose rows are whole bytes, the highest bit on the left. */
function isSet(bitmap: Uint8Array, { width }: Rect, at: number): boolean {
  const column = at % width;
  const byte = bitmap[Math.floor(at / width) * Math.ceil(width / 8) + (column >> 3)] ?? 0;
  return (byte & (0x80 >> (column & 7))) !== 0;
}

function shapeOf(rect: Rect, words: Uint32Array<ArrayBuffer>, mask: Uint8Array): CursorShape {
  for (let at = 0; at < words.length; at += 1) if (!isSet(mask, rect, at)) words[at] = 0;
  return shape(rect, new Uint8Array(words.buffer));
}

function shape({ x, y, width, height }: Rect, data: Uint8Array): CursorShape {
  return { width, height, hotspotX: x, hotspotY: y, data };
}
