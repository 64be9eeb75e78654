import type { Rect } from '../../geometry.ts';
import { expect, type Parse, u8 } from '../parse.ts';
import type { Decoder } from './decoder.ts';
import { indexBits, MAX_PACKED, maxTileBytes, TILE, TilePainter, tilesOf } from './tiles.ts';

/** In px. */
const SIDE = 16;

/** TRLE (RFC 6143, 7.7.5). A tile is put together first, as nothing says how long it is. */
export function* decodeTrle(rect: Rect, decoder: Decoder): Parse<void> {
  const pixelSize = decoder.readers.compact.size;
  const painter = new TilePainter(decoder, true);
  const collected = new Collected(decoder.scratch(maxTileBytes(SIDE * SIDE, pixelSize)));
  for (const tile of tilesOf(rect, SIDE)) {
    collected.length = 0;
    yield* collectTile(tile, collected, pixelSize, painter.colours);
    painter.paint(tile, collected.bytes, 0);
  }
}

/** A tile's bytes so far. */
class Collected {
  length = 0;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Reads `count` more bytes; returns the last one. */
  *read(count: number): Parse<number> {
    expect(
      this.length + count <= this.bytes.length,
      'The VNC server sent a run of pixels that goes beyond its tile.',
    );
    const bytes = yield count;
    this.bytes.set(bytes, this.length);
    this.length += count;
    return u8(bytes, count - 1);
  }
}

function* collectTile(
  { width, height }: Rect,
  collected: Collected,
  pixelSize: number,
  colours: number,
): Parse<void> {
  const area = width * height;
  const kind = yield* collected.read(1);
  // The painter refuses it.
  if ((kind === TILE.samePalette || kind === TILE.samePaletteRuns) && colours === 0) return;
  if (kind === TILE.raw) {
    yield* collected.read(area * pixelSize);
  } else if (kind === TILE.solid) {
    yield* collected.read(pixelSize);
  } else if (kind === TILE.runs) {
    for (let left = area; left > 0; ) {
      yield* collected.read(pixelSize);
      left -= yield* collectLength(collected);
    }
  } else if (kind <= MAX_PACKED || kind === TILE.samePalette) {
    const isSame = kind === TILE.samePalette;
    if (!isSame) yield* collected.read(kind * pixelSize);
    yield* collected.read(Math.ceil((width * indexBits(isSame ? colours : kind)) / 8) * height);
  } else if (kind >= TILE.samePaletteRuns) {
    if (kind !== TILE.samePaletteRuns) yield* collected.read((kind - 128) * pixelSize);
    for (let left = area; left > 0; ) {
      const head = yield* collected.read(1);
      left -= head < 128 ? 1 : yield* collectLength(collected);
    }
  }
}

/** The length of a run: 255 as long as there is more. */
function* collectLength(collected: Collected): Parse<number> {
  let length = 1;
  for (;;) {
    const byte = yield* collected.read(1);
    length += byte;
    if (byte < 255) return length;
  }
}
