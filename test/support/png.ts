/** Real PNG files for tests and measurements, without a drawing library. */
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** PNG's numbers of the colour types, of 8 bits a channel. */
const COLOUR_TYPES = { grey: 0, rgb: 2 } as const;

/** A PNG of one grey level; different `shade`s (0..255) make different files. */
export function solidPng(width: number, height: number, shade: number): Buffer {
  const row = Buffer.alloc(width + 1, shade);
  row[0] = 0; // no filter
  return encodePng(width, height, 'grey', Buffer.concat(Array.from({ length: height }, () => row)));
}

/** @param rows - one after another, each with the number of its filter before it */
export function encodePng(
  width: number,
  height: number,
  colour: keyof typeof COLOUR_TYPES,
  rows: Buffer,
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, COLOUR_TYPES[colour], 0, 0, 0], 8); // no interlace
  return Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A chunk as it stands in a PNG file: its length, its type of four letters, its data and their checksum. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
