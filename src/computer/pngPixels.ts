/** The pixels of a PNG (ISO/IEC 15948) such as browsers make: 8 bits a channel, colours, not interlaced. */
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import type { Pixels } from './pixels.ts';

const inflated = promisify(inflate);

const SIGNATURE_BYTES = 8;
/** By PNG's number of the colour type: without and with an alpha channel. */
const CHANNELS: Readonly<Record<number, 3 | 4>> = { 2: 3, 6: 4 };

/** What a picture of a screen may have; a larger one is refused before it is unpacked. */
const MAX_PIXELS = 64_000_000;

/**
 * Of an alpha channel nothing is kept: a picture of a page has none to tell.
 * @throws Error for any other PNG
 */
export async function decodePng(file: Buffer): Promise<Pixels> {
  const parts: Buffer[] = [];
  let header: Buffer | undefined;
  for (let at = SIGNATURE_BYTES; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = data;
    else if (type === 'IDAT') parts.push(data);
    at += 12 + length;
  }
  const width = header?.readUInt32BE(0) ?? 0;
  const height = header?.readUInt32BE(4) ?? 0;
  const [depth, colour = -1, , , interlace] = header?.subarray(8) ?? [];
  const channels = CHANNELS[colour];
  if (channels === undefined || depth !== 8 || interlace !== 0 || width * height > MAX_PIXELS)
    throw new Error('The picture is of a kind that cannot be read here.');
  const size = (width * channels + 1) * height;
  const rows = await inflated(Buffer.concat(parts), { maxOutputLength: size });
  if (rows.length !== size) throw new Error('The picture is not whole.');
  unfilter(rows, width * channels, height, channels);
  return { width, height, data: withAlpha(rows, width, height, channels) };
}

/** PNG, 9.2, in place: each byte was written less what its neighbours tell of it. */
function unfilter(rows: Buffer, rowBytes: number, height: number, channels: number): void {
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1) + 1;
    const filter = rows[start - 1] ?? 0;
    if (filter === 0) continue;
    for (let x = 0; x < rowBytes; x++) {
      const left = x < channels ? 0 : (rows[start + x - channels] as number);
      const above = y === 0 ? 0 : (rows[start + x - rowBytes - 1] as number);
      const corner = y === 0 || x < channels ? 0 : (rows[start + x - rowBytes - 1 - channels] as number);
      rows[start + x] = (rows[start + x] as number) + predicted(filter, left, above, corner);
    }
  }
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return paeth(left, above, corner);
    default:
      throw new Error('The picture is damaged.');
  }
}

function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function withAlpha(rows: Buffer, width: number, height: number, channels: 3 | 4): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    let from = y * (width * channels + 1) + 1;
    for (let x = 0; x < width; x++, from += channels, to += 4) {
      data[to] = rows[from] as number;
      data[to + 1] = rows[from + 1] as number;
      data[to + 2] = rows[from + 2] as number;
      data[to + 3] = 0xff;
    }
  }
  return data;
}
