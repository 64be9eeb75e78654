/** The rows of a PNG (ISO/IEC 15948) such as browsers make: 8 bits a channel, true colour, not interlaced. */
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { readImageInfo } from '../base/imageInfo.ts';

const inflated = promisify(inflate);

/** Bytes of a pixel by PNG's number of the colour type: without and with an alpha channel. */
const PIXEL_BYTES: Readonly<Record<number, 3 | 4>> = { 2: 3, 6: 4 };

/** What a picture of a screen may have; a larger one is refused before it is unpacked. */
const MAX_PIXELS = 64_000_000;

export interface PngRows {
  /** In px, as `height`. */
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, and an alpha channel where there are four. */
  readonly pixelBytes: 3 | 4;
  /** From the top, without filters. */
  readonly rows: readonly Uint8Array[];
}

/**
 * Unpacks in a thread of the pool.
 * @throws Error for a picture of another kind, or a damaged one
 */
export async function readPngRows(png: Buffer): Promise<PngRows> {
  const info = readImageInfo(png);
  const pixelBytes = PIXEL_BYTES[png[25] ?? 0];
  const isPlain = png[24] === 8 && png[28] === 0;
  if (info?.mediaType !== 'image/png' || !pixelBytes || !isPlain || info.width * info.height > MAX_PIXELS)
    throw new Error('The picture is of a kind that cannot be read here.');
  const { width, height } = info;
  const length = width * pixelBytes;
  const size = (length + 1) * height;
  const packed = await inflated(Buffer.concat([...compressed(png)]), { maxOutputLength: size });
  if (packed.length !== size) throw new Error('The picture is not whole.');
  const rows: Uint8Array[] = [];
  let above: Uint8Array = new Uint8Array(length);
  for (let start = 0; start < size; start += length + 1) {
    const line = packed.subarray(start + 1, start + 1 + length);
    unfilter(packed[start] as number, line, above, pixelBytes);
    rows.push(line);
    above = line;
  }
  return { width, height, pixelBytes, rows };
}

/** What is in the chunks of compressed rows. */
function* compressed(png: Buffer): Generator<Buffer> {
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') yield png.subarray(at + 8, at + 8 + length);
    at += length + 12;
  }
}

/** PNG, 9.2: each byte is less what its neighbours predict. In place. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, bytes: number): void {
  const { length } = line;
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let at = bytes; at < length; at += 1)
        line[at] = (line[at] as number) + (line[at - bytes] as number);
      return;
    case 2:
      for (let at = 0; at < length; at += 1) line[at] = (line[at] as number) + (above[at] as number);
      return;
    case 3:
      for (let at = 0; at < length; at += 1) {
        const left = at < bytes ? 0 : (line[at - bytes] as number);
        line[at] = (line[at] as number) + ((left + (above[at] as number)) >> 1);
      }
      return;
    case 4:
      for (let at = 0; at < length; at += 1) {
        const left = at < bytes ? 0 : (line[at - bytes] as number);
        const corner = at < bytes ? 0 : (above[at - bytes] as number);
        line[at] = (line[at] as number) + paeth(left, above[at] as number, corner);
      }
      return;
    default:
      throw new Error(`PNG has no filter ${filter}.`);
  }
}

/** PNG, 9.4: the neighbour that is nearest to left + above - corner. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
