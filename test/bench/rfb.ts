import type { Rect, Size } from '../../src/computer/desktop/geometry.ts';
import { Decoder, decodeRect, ENCODING } from '../../src/computer/desktop/rfb/encodings/index.ts';
import { Framebuffer } from '../../src/computer/desktop/rfb/framebuffer.ts';
import { DEFAULT_LIMITS } from '../../src/computer/desktop/rfb/limits.ts';
import { ByteQueue, ParseRun } from '../../src/computer/desktop/rfb/parse.ts';
import { OUR_FORMAT, type PixelFormat } from '../../src/computer/desktop/rfb/pixelFormat.ts';
import { BEST, ENCODERS, Encoder } from '../support/desktop/encoders.ts';
import { FORMATS, type Image } from '../support/desktop/images.ts';
import { Random } from '../support/desktop/random.ts';
import { type Figure, reported } from './figure.ts';

const SCREEN: Size = { width: 1_920, height: 1_080 };

/** What one read from a socket gives. */
const CHUNK = 2 ** 16;

/** In ms of the processor; longer ones say less about the compiler. */
const MEASURED_FOR = 1_500;

type Name = keyof typeof ENCODERS;

/** How fast rectangles of each encoding become pixels, for a screen of text, a flat area and a picture. */
export function rfb(): Figure[] {
  const figures = (Object.keys(ENCODERS) as Name[]).map((name) =>
    reported(`rfb-${figureName(name)}-mpx-per-s`, speedOf(name, OUR_FORMAT), 'million px per s of processor'),
  );
  const raw16 = reported(
    'rfb-raw-565-mpx-per-s',
    speedOf('raw', FORMATS['565']),
    'million px per s of processor',
  );
  return [...figures, raw16];
}

function figureName(name: Name): string {
  return name === 'coRre' ? 'corre' : name;
}

function speedOf(name: Name, format: PixelFormat): number {
  // The parts of a CoRRE rectangle have places of 1 byte.
  const side = name === 'coRre' ? 240 : 540;
  const encoder = new Encoder(format, BEST);
  const rects = rectsOf(side).map((rect, at) => ({
    rect,
    bytes: ENCODERS[name](sample(rect, at % 4, format), encoder),
  }));
  const area = rects.reduce((sum, { rect }) => sum + rect.width * rect.height, 0);
  const framebuffer = new Framebuffer(SCREEN);
  let passes = 0;
  let spent = 0;
  // The first passes are for the compiler.
  for (let warmUp = 3; spent < MEASURED_FOR; warmUp -= 1) {
    const before = process.cpuUsage();
    const decoder = new Decoder(framebuffer, format);
    for (const { rect, bytes } of rects) decode(name, rect, bytes, decoder);
    const { user, system } = process.cpuUsage(before);
    if (warmUp > 0) continue;
    spent += (user + system) / 1_000;
    passes += 1;
  }
  return Math.round((area * passes) / spent / 1_000);
}

function decode(name: Name, rect: Rect, bytes: Uint8Array, decoder: Decoder): void {
  const queue = new ByteQueue();
  const run = new ParseRun(decodeRect(ENCODING[name], rect, decoder), queue, DEFAULT_LIMITS.maxRequest);
  for (let at = 0; at < bytes.length; at += CHUNK) {
    queue.push(bytes.subarray(at, at + CHUNK));
    if (run.advance()) return;
  }
  throw new Error(`${name} waits for more bytes.`);
}

/** Squares of the screen; four are enough, as each pass reads them anew. */
function rectsOf(side: number): Rect[] {
  return Array.from({ length: 4 }, (_, at) => ({
    x: at * side > 1_380 ? 0 : at * side,
    y: at > 2 ? side : 0,
    width: side,
    height: side,
  }));
}

/** Text, text on grey, a flat area, a picture. */
function sample({ width, height }: Rect, kind: number, format: PixelFormat): Image {
  const random = new Random(kind);
  const values = new Uint32Array(width * height);
  const mask = 2 ** format.depth - 1;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      values[y * width + x] = valueAt(x, y, kind, random) & mask;
    }
  }
  return { width, height, values };
}

function valueAt(x: number, y: number, kind: number, random: Random): number {
  const isInk = y % 16 < 10 && x % 8 < 6 && random.below(3) === 0;
  switch (kind) {
    case 0:
      return isInk ? 0x20_20_20 : 0xff_ff_ff;
    case 1:
      return isInk ? random.pick([0x33_33_33, 0x66_66_66, 0x99_99_99, 0xcc_66_33]) : 0xee_ee_ee;
    case 2:
      return 0x33_66_99;
    default:
      // Slopes of colour with a little noise, as in a photograph.
      return (((x >> 2) + random.below(3)) << 16) | (((y >> 2) + random.below(3)) << 8) | ((x + y) >> 3);
  }
}
