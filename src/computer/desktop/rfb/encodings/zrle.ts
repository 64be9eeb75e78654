import type { Rect } from '../../geometry.ts';
import { expect, type Parse, readU32 } from '../parse.ts';
import type { Decoder } from './decoder.ts';
import { Compressed } from './inflated.ts';
import { maxTileBytes, TilePainter, tilesOf } from './tiles.ts';

/** In px. */
const SIDE = 64;

/** In bytes; holds several tiles of the largest kind. */
const BUFFER = 2 ** 17;

/** Painted without a break; 64 KB of px on the screen are four. */
const TILES_AT_ONCE = 8;

/** ZRLE (RFC 6143, 7.7.6): tiles through a stream. */
export function* decodeZrle(rect: Rect, decoder: Decoder): Parse<void> {
  const length = yield* readU32();
  const { size } = decoder.readers.compact;
  const tiles = Math.ceil(rect.width / SIDE) * Math.ceil(rect.height / SIDE);
  const most = tiles * maxTileBytes(0, size) + maxTileBytes(rect.width * rect.height, size);
  const compressed = new Compressed(decoder.stream('zrle'), length, most);
  const painter = new TilePainter(decoder, false);
  const bytes = decoder.scratch(BUFFER);
  const enough = maxTileBytes(SIDE * SIDE, size);
  let at = 0;
  let end = 0;
  let unbroken = 0;
  for (const tile of tilesOf(rect, SIDE)) {
    if (end - at < enough) {
      bytes.copyWithin(0, at, end);
      end = yield* compressed.fill(bytes, end - at, enough);
      at = 0;
    }
    at = painter.paint(tile, bytes, at);
    expect(at <= end, 'The VNC server sent fewer compressed pixels than the rectangle has.');
    unbroken += 1;
    if (unbroken < TILES_AT_ONCE) continue;
    unbroken = 0;
    // As many tiles as there are can come of a few compressed bytes: who reads is to have the chance to stop here.
    yield 0;
  }
  expect(at === end, 'The VNC server sent more compressed pixels than the rectangle has.');
  yield* compressed.finish();
}
