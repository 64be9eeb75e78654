import type { Rect } from '../../geometry.ts';
import { expect, type Parse, readU32, u8, u16 } from '../parse.ts';
import type { Decoder } from './decoder.ts';
import { BAND } from './raw.ts';

/** RRE (RFC 6143, 7.7.3): a background and rectangles on it. */
export function decodeRre(rect: Rect, decoder: Decoder): Parse<void> {
  return decodeSubrects(rect, decoder, 2);
}

/** CoRRE (community registry, 4): the same in a rectangle of up to 255 px a side. */
export function decodeCoRre(rect: Rect, decoder: Decoder): Parse<void> {
  return decodeSubrects(rect, decoder, 1);
}

/**
 * Servers cut a rectangle into parts that do not overlap. So much overlap is let through; without a limit, 12 bytes
 * would make us fill the screen, and again.
 */
const MAX_COVERS = 4;

/** @param unit - how many bytes a coordinate has */
function* decodeSubrects(rect: Rect, decoder: Decoder, unit: 1 | 2): Parse<void> {
  const { pixel } = decoder.readers;
  const { framebuffer } = decoder;
  const area = rect.width * rect.height;
  const count = yield* readU32();
  expect(
    count <= area * MAX_COVERS,
    `The VNC server sent ${count} parts of ${rect.width}x${rect.height} px.`,
  );
  framebuffer.fill(rect, pixel.word(yield pixel.size, 0));
  const read = unit === 1 ? u8 : u16;
  const length = pixel.size + 4 * unit;
  const atOnce = Math.floor(BAND / length);
  let painted = 0;
  for (let left = count; left > 0; left -= atOnce) {
    const bytes = yield Math.min(left, atOnce) * length;
    for (let at = 0; at < bytes.length; at += length) {
      const place = at + pixel.size;
      const x = read(bytes, place);
      const y = read(bytes, place + unit);
      const width = read(bytes, place + 2 * unit);
      const height = read(bytes, place + 3 * unit);
      expect(x + width <= rect.width && y + height <= rect.height, OUTSIDE);
      painted += width * height;
      expect(painted <= area * MAX_COVERS, 'The VNC server painted the same pixels over and over.');
      framebuffer.fill({ x: rect.x + x, y: rect.y + y, width, height }, pixel.word(bytes, at));
    }
  }
}

const OUTSIDE = 'The VNC server sent a part that lies outside its rectangle.';
