/** What an X server says is on its screen, and images to put there. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Size } from '../../../src/computer/desktop/geometry.ts';
import { Random } from './random.ts';

const run = promisify(execFile);

export interface Capture extends Size {
  /** 4 bytes a pixel: red, green, blue, 255. */
  readonly data: Uint8Array;
}

/** The root window of `display`, by `xwd`. */
export async function captureDisplay(display: string): Promise<Capture> {
  const { stdout } = await run('xwd', ['-root', '-silent', '-display', display], {
    encoding: 'buffer',
    maxBuffer: 2 ** 28,
  });
  return readXwd(stdout);
}

/** `PseudoColor` of X.h: pixels are indexes into the colours that the file has as well. */
const PSEUDO_COLOUR = 3;

/** Reads XWDFile.h's version 7. */
function readXwd(file: Buffer): Capture {
  const field = (at: number) => file.readUInt32BE(at * 4);
  const [headerSize, width, height, isBigEndian] = [field(0), field(4), field(5), field(7) === 1];
  const [bitsPerPixel, rowBytes, colours] = [field(11), field(12), field(19)];
  const palette = Array.from({ length: colours }, (_, at) => file.subarray(headerSize + at * 12));
  const colourReader = (which: number) => (value: number) => palette[value]?.readUInt8(4 + which * 2) ?? 0;
  const parts =
    field(13) === PSEUDO_COLOUR
      ? [0, 1, 2].map(colourReader)
      : [field(14), field(15), field(16)].map(maskReader);
  const bytes = bitsPerPixel / 8;
  const start = headerSize + colours * 12;
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let at = 0; at < width * height; at += 1) {
    const from = start + Math.floor(at / width) * rowBytes + (at % width) * bytes;
    const value = isBigEndian ? file.readUIntBE(from, bytes) : file.readUIntLE(from, bytes);
    parts.forEach((part, which) => {
      data[at * 4 + which] = part(value);
    });
  }
  return { width, height, data };
}

/** Reads the bits of `mask` as 0 to 255. */
function maskReader(mask: number): (value: number) => number {
  const shift = 31 - Math.clz32(mask & -mask);
  const max = mask >>> shift;
  return (value) => Math.round((((value & mask) >>> shift) * 255) / max);
}

/**
 * Shows flat areas, lines and a picture of many colours as the background of `display`.
 *
 * @throws Error when it is not there
 */
export async function drawBackground(
  display: string,
  folder: string,
  { width, height }: Size,
): Promise<void> {
  const random = new Random(width);
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at += 1) {
    const [x, y] = [at % width, Math.floor(at / width)];
    pixels.set(colourAt(x / width, y / height, x, y, random), at * 3);
  }
  const file = `${folder}/background.ppm`;
  await writeFile(file, Buffer.concat([Buffer.from(`P6 ${width} ${height} 255\n`), pixels]));
  // ImageMagick's `display` ends with 1 also when it has drawn; so what is on the screen decides.
  await run('display', ['-window', 'root', file], { env: { ...process.env, DISPLAY: display } }).catch(
    () => {},
  );
  const { data } = await captureDisplay(display);
  const reds = new Set(data.filter((_, at) => at % 4 === 0));
  if (reds.size < 20) throw new Error('The background was not drawn.');
}

function colourAt(across: number, down: number, x: number, y: number, random: Random): number[] {
  if (down < 0.3) return [across * 255, down * 700, random.below(256)];
  if (down < 0.5) return across < 0.5 ? [200, 30, 90] : [x % 7 === 0 ? 0 : 255, 255, 255];
  if (down < 0.7) return random.below(12) === 0 ? [20, 20, 20] : [240, 240, 240];
  return [(x + y) & 255, (x * 3) & 255, across * 255];
}
