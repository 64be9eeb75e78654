import type { Rect } from '../../geometry.ts';
import { type Parse, u16 } from '../parse.ts';
import type { Decoder } from './decoder.ts';

/** CopyRect (RFC 6143, 7.7.2): what is elsewhere on the screen, also where both overlap. */
export function* decodeCopyRect(rect: Rect, { framebuffer }: Decoder): Parse<void> {
  const bytes = yield 4;
  const source = { ...rect, x: u16(bytes, 0), y: u16(bytes, 2) };
  framebuffer.check(source);
  const { words, width } = framebuffer;
  // The last row first where it would be overwritten otherwise; copyWithin() minds that within a row.
  const isDownwards = source.y < rect.y;
  for (let step = 0; step < rect.height; step += 1) {
    const row = isDownwards ? rect.height - 1 - step : step;
    const from = (source.y + row) * width + source.x;
    words.copyWithin((rect.y + row) * width + rect.x, from, from + rect.width);
  }
}
