import { crc32 } from 'node:zlib';
import type { ImageInfo } from '../../base/imageInfo.ts';

/**
 * Whether an image is all there, as far as that can be told without decoding it. The API refuses a conversation for good
 * with one that is not.
 */
export function isWhole(bytes: Uint8Array, mediaType: ImageInfo['mediaType']): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (mediaType) {
    case 'image/png':
      return isWholePng(view);
    // The marker of the end; cameras write more after it.
    case 'image/jpeg':
      return view.lastIndexOf(Buffer.from([0xff, 0xd9])) > view.indexOf(Buffer.from([0xff, 0xda]));
    case 'image/webp':
      return view.readUInt32LE(4) + 8 <= view.length;
    case 'image/gif':
      return view.includes(0x2c, 13) && view.lastIndexOf(0x3b) > 13;
  }
}

/** Chunks of a length, four letters, data and a checksum, with data and an end among them (RFC 2083, 3.2). */
function isWholePng(view: Buffer): boolean {
  let hasData = false;
  for (let at = 8; at + 12 <= view.length; ) {
    const length = view.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > view.length) return false;
    if (crc32(view.subarray(at + 4, end)) !== view.readUInt32BE(end)) return false;
    const type = view.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') return hasData;
    hasData ||= type === 'IDAT';
    at = end + 4;
  }
  return false;
}
