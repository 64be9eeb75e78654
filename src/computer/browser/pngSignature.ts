/** The signature of a PNG (ISO/IEC 15948) as Chromium writes them: 8 bits a channel, true colour, not interlaced. */
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { readImageInfo } from '../../base/imageInfo.ts';
import { type ScreenSignature, SignatureMaker } from '../../base/screenSignature.ts';

const inflated = promisify(inflate);

/** Bytes of a pixel by PNG's number of the colour type. */
const PIXEL_BYTES: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** Of the picture's sides, px. */
const MAX_SIDE = 8_192;

/** Decompressing runs in a thread of the pool. Undefined for a picture of another kind, or a damaged one. */
export async function signatureOfPng(png: Buffer): Promise<ScreenSignature | undefined> {
  const info = readImageInfo(png);
  const bytes = PIXEL_BYTES[png[25] ?? 0];
  const isPlain = png[24] === 8 && png[28] === 0;
  if (info?.mediaType !== 'image/png' || !bytes || !isPlain) return undefined;
  const { width, height } = info;
  if (width > MAX_SIDE || height > MAX_SIDE) return undefined;
  try {
    const size = (width * bytes + 1) * height;
    const rows = await inflated(Buffer.concat([...compressed(png)]), { maxOutputLength: size });
    return rows.length === size ? signatureOfRows(rows, width, height, bytes) : undefined;
  } catch {
    // Whether it is a picture is found out where it is kept; here nothing is lost but a comparison.
    return undefined;
  }
}

/** What is in the chunks of compressed rows. */
function* compressed(png: Buffer): Generator<Buffer> {
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') yield png.subarray(at + 8, at + 8 + length);
    at += length + 12;
  }
}

function signatureOfRows(rows: Buffer, width: number, height: number, bytes: number): ScreenSignature {
  const maker = new SignatureMaker(width, height);
  const length = width * bytes;
  let above: Uint8Array = new Uint8Array(length);
  for (let row = 0; row < height; row += 1) {
    const start = row * (length + 1);
    const line = rows.subarray(start + 1, start + 1 + length);
    unfilter(rows[start] as number, line, above, bytes);
    maker.add(line, 0, bytes);
    above = line;
  }
  return maker.finish();
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
      throw new RangeError(`PNG has no filter ${filter}.`);
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
