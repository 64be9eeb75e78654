/** Reads what an image is from its first bytes. */

/** The kind and size of an image, in px. */
export interface ImageInfo {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';
  readonly width: number;
  readonly height: number;
}

/**
 * Reads an image's kind and size from its header; the pixels are not looked at.
 * @returns null when the bytes are no PNG, JPEG, WebP or GIF, or end before the size
 */
export function readImageInfo(bytes: Uint8Array): ImageInfo | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = readPng(view) ?? readJpeg(view) ?? readWebp(view) ?? readGif(view);
  return size !== null && size.width > 0 && size.height > 0 ? size : null;
}

/** PNG (RFC 2083): an 8-byte signature, then the IHDR chunk with the size. */
function readPng(view: DataView): ImageInfo | null {
  if (view.byteLength < 24 || view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a)
    return null;
  return { mediaType: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
}

/** JPEG (ITU-T T.81): segments up to the first start of frame, which holds the size. */
function readJpeg(view: DataView): ImageInfo | null {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let offset = 2;
  while (offset + 9 <= view.byteLength && view.getUint8(offset) === 0xff) {
    const marker = view.getUint8(offset + 1);
    // C4, C8 and CC are in the same range but no frames.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      return {
        mediaType: 'image/jpeg',
        height: view.getUint16(offset + 5),
        width: view.getUint16(offset + 7),
      };
    }
    // A marker may be preceded by fill bytes; other segments here have a length, which counts its own two bytes.
    offset += marker === 0xff ? 1 : 2 + view.getUint16(offset + 2);
  }
  return null;
}

/** WebP (RFC 9649): a RIFF container whose first chunk is lossy, lossless or extended. */
function readWebp(view: DataView): ImageInfo | null {
  if (view.byteLength < 30 || view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57454250)
    return null;
  const mediaType = 'image/webp';
  switch (view.getUint32(12)) {
    case 0x56503820: // 'VP8 '
      return {
        mediaType,
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case 0x5650384c: {
      // 'VP8L': 14 bits of width - 1, then 14 of height - 1
      const bits = view.getUint32(21, true);
      return { mediaType, width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case 0x56503858: // 'VP8X'
      return { mediaType, width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return null;
  }
}

/** GIF (87a, 89a): six bytes of signature, then the size. */
function readGif(view: DataView): ImageInfo | null {
  if (view.byteLength < 13 || view.getUint32(0) !== 0x47494638) return null;
  const isVersion = view.getUint8(4) === 0x37 || view.getUint8(4) === 0x39;
  if (!isVersion || view.getUint8(5) !== 0x61) return null;
  return { mediaType: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
}
