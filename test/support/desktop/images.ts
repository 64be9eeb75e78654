/** Images as a VNC server has them: numbers of a pixel format. */
import type { Size } from '../../../src/computer/desktop/geometry.ts';
import type { PixelFormat } from '../../../src/computer/desktop/rfb/pixelFormat.ts';
import type { Random } from './random.ts';

export interface Image extends Size {
  /** Row by row; a pixel as the format has it. */
  readonly values: Uint32Array;
}

type Components = Pick<
  PixelFormat,
  'redMax' | 'greenMax' | 'blueMax' | 'redShift' | 'greenShift' | 'blueShift'
>;

function components(bits: readonly number[], shifts: readonly number[]): Components {
  const max = (at: number) => 2 ** (bits[at] ?? 0) - 1;
  const [redShift = 0, greenShift = 0, blueShift = 0] = shifts;
  return { redMax: max(0), greenMax: max(1), blueMax: max(2), redShift, greenShift, blueShift };
}

const EIGHTS = [8, 8, 8];
const wide = { bitsPerPixel: 32, depth: 24, isTrueColour: true, isBigEndian: false } as const;
const half = { bitsPerPixel: 16, depth: 16, isTrueColour: true, isBigEndian: false } as const;
const short = { bitsPerPixel: 8, depth: 8, isTrueColour: true, isBigEndian: false } as const;
const mapped = { isTrueColour: false, isBigEndian: false, ...components([0, 0, 0], [0, 0, 0]) } as const;

/** Formats by name, among them those that need each rule of CPIXEL and TPIXEL. */
export const FORMATS = {
  'red, green, blue, nothing': { ...wide, ...components(EIGHTS, [0, 8, 16]) },
  'blue, green, red, nothing': { ...wide, ...components(EIGHTS, [16, 8, 0]) },
  'nothing, red, green, blue': { ...wide, isBigEndian: true, ...components(EIGHTS, [16, 8, 0]) },
  'red, green, blue from bit 8 on': { ...wide, ...components(EIGHTS, [8, 16, 24]) },
  'red, green, blue from bit 8 on, big-endian': {
    ...wide,
    isBigEndian: true,
    ...components(EIGHTS, [24, 16, 8]),
  },
  'bytes at the ends': { ...wide, depth: 32, ...components(EIGHTS, [24, 8, 0]) },
  '15 bits within 32': { ...wide, depth: 15, ...components([5, 5, 5], [10, 5, 0]) },
  '15 high bits within 32, big-endian': {
    ...wide,
    depth: 15,
    isBigEndian: true,
    ...components([5, 5, 5], [27, 22, 17]),
  },
  '30 bits': { ...wide, depth: 30, ...components([10, 10, 10], [20, 10, 0]) },
  '30 bits, big-endian': { ...wide, depth: 30, isBigEndian: true, ...components([10, 10, 10], [0, 10, 20]) },
  '565': { ...half, ...components([5, 6, 5], [11, 5, 0]) },
  '565, big-endian': { ...half, isBigEndian: true, ...components([5, 6, 5], [11, 5, 0]) },
  '555': { ...half, depth: 15, ...components([5, 5, 5], [0, 5, 10]) },
  '332': { ...short, ...components([3, 3, 2], [0, 3, 6]) },
  '222': { ...short, depth: 6, ...components([2, 2, 2], [4, 2, 0]) },
  'a map of 256 colours': { bitsPerPixel: 8, depth: 8, ...mapped },
  'a map of 65,536 colours': { bitsPerPixel: 16, depth: 16, ...mapped },
} satisfies Record<string, PixelFormat>;

/** Some colours in runs and blocks, as desktops have them, or many as photographs have. */
export function randomImage(random: Random, size: Size, format: PixelFormat): Image {
  const values = new Uint32Array(size.width * size.height);
  const palette = Array.from({ length: 1 + random.below(random.pick([1, 2, 4, 16, 130, 300])) }, () =>
    randomValue(random, format),
  );
  const maxRun = random.pick([1, 3, 40, 700]);
  for (let at = 0; at < values.length; ) {
    const run = 1 + random.below(maxRun);
    values.fill(random.pick(palette), at, at + run);
    at += run;
  }
  return { ...size, values };
}

function randomValue(random: Random, format: PixelFormat): number {
  if (!format.isTrueColour) return random.below(2 ** format.bitsPerPixel);
  const part = (max: number, shift: number) => random.below(max + 1) * 2 ** shift;
  return (
    part(format.redMax, format.redShift) +
    part(format.greenMax, format.greenShift) +
    part(format.blueMax, format.blueShift)
  );
}

/** A colour of the map that tests use, in 16 bits a component. */
export function mapColour(index: number): readonly [number, number, number] {
  return [(index * 257) & 0xffff, (index * 7919) & 0xffff, (index * 31) & 0xffff];
}

/** All of the colour map of `format`, 6 bytes a colour. */
export function mapBytes({ bitsPerPixel }: PixelFormat): Uint8Array {
  const bytes = new Uint8Array(2 ** bitsPerPixel * 6);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < 2 ** bitsPerPixel; index += 1) {
    mapColour(index).forEach((component, at) => {
      view.setUint16(index * 6 + at * 2, component);
    });
  }
  return bytes;
}

/** The image as the framebuffer should have it: red, green, blue, 255. */
export function toRgba(image: Image, format: PixelFormat): Uint8Array {
  const rgba = new Uint8Array(image.values.length * 4).fill(255);
  const known = new Map<number, readonly number[]>();
  image.values.forEach((value, at) => {
    const colour = known.get(value) ?? colourOf(value, format);
    known.set(value, colour);
    rgba.set(colour, at * 4);
  });
  return rgba;
}

function colourOf(value: number, format: PixelFormat): readonly number[] {
  if (!format.isTrueColour) return mapColour(value).map((component) => component >> 8);
  const part = (max: number, shift: number) =>
    Math.round(((Math.floor(value / 2 ** shift) % (max + 1)) * 255) / max);
  return [
    part(format.redMax, format.redShift),
    part(format.greenMax, format.greenShift),
    part(format.blueMax, format.blueShift),
  ];
}
