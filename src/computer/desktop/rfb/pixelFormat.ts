/** How a pixel looks on the wire (RFC 6143, 7.4). */
export interface PixelFormat {
  readonly bitsPerPixel: 8 | 16 | 32;
  /** How many of the bits say something. */
  readonly depth: number;
  readonly isBigEndian: boolean;
  /** False: a pixel is an index into a colour map that the server sends, and the rest is not used. */
  readonly isTrueColour: boolean;
  /** The highest value of a component, 2^n - 1. */
  readonly redMax: number;
  readonly greenMax: number;
  readonly blueMax: number;
  /** How far a component is from the lowest bit. */
  readonly redShift: number;
  readonly greenShift: number;
  readonly blueShift: number;
}

/** The format asked of servers: in memory red, green, blue and a byte without meaning, as the framebuffer has it. */
export const OUR_FORMAT: PixelFormat = {
  bitsPerPixel: 32,
  depth: 24,
  isBigEndian: false,
  isTrueColour: true,
  redMax: 255,
  greenMax: 255,
  blueMax: 255,
  redShift: 0,
  greenShift: 8,
  blueShift: 16,
};

/** How long a pixel format is on the wire, in bytes. */
export const PIXEL_FORMAT_LENGTH = 16;

/** PIXEL_FORMAT as bytes. */
export function writePixelFormat(format: PixelFormat): Uint8Array {
  const bytes = new Uint8Array(PIXEL_FORMAT_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, format.bitsPerPixel);
  view.setUint8(1, format.depth);
  view.setUint8(2, format.isBigEndian ? 1 : 0);
  view.setUint8(3, format.isTrueColour ? 1 : 0);
  view.setUint16(4, format.redMax);
  view.setUint16(6, format.greenMax);
  view.setUint16(8, format.blueMax);
  view.setUint8(10, format.redShift);
  view.setUint8(11, format.greenShift);
  view.setUint8(12, format.blueShift);
  return bytes;
}

/** @throws RangeError when components do not fit into a pixel, or a colour map has no 8 or 16 bits */
export function checkPixelFormat(format: PixelFormat): void {
  const { bitsPerPixel, isTrueColour } = format;
  if (!isTrueColour) {
    if (bitsPerPixel === 32) throw new RangeError('A colour map cannot have 32 bits a pixel.');
    return;
  }
  const components = [
    [format.redMax, format.redShift],
    [format.greenMax, format.greenShift],
    [format.blueMax, format.blueShift],
  ] as const;
  for (const [max, shift] of components) {
    const bits = Math.log2(max + 1);
    if (Number.isInteger(bits) && shift + bits <= bitsPerPixel) continue;
    throw new RangeError(
      `Colours up to ${max} at bit ${shift} do not fit into ${bitsPerPixel} bits a pixel.`,
    );
  }
}
