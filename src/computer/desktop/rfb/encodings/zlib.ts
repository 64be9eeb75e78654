import type { Rect } from '../../geometry.ts';
import { type Parse, readU32 } from '../parse.ts';
import type { Decoder } from './decoder.ts';
import { inflateRows } from './inflated.ts';
import { paintRows } from './raw.ts';

/** Zlib (community registry, 6): raw pixels through one stream. */
export function* decodeZlib(rect: Rect, decoder: Decoder): Parse<void> {
  const { pixel } = decoder.readers;
  const length = yield* readU32();
  const rowBytes = rect.width * pixel.size;
  yield* inflateRows({ decoder, name: 'zlib', length, rowBytes, rows: rect.height }, (bytes, row, rows) => {
    paintRows({ ...rect, y: rect.y + row, height: rows }, pixel, bytes, 0, decoder);
  });
}
