/** Screenshots for measurements: real PNG files, each distinct, made at the cost of copying one. */
import { encodePng, pngChunk } from '../../support/png.ts';

const WIDTH = 1280;
const HEIGHT = 800;
/** Signature and header chunk: what stands before the first chunk that may be added. */
const HEAD_BYTES = 33;

/**
 * Makes 1280x800 PNG files that differ in a text chunk, so that each is a file of its own to a content-addressed store
 * and to the browser, and yet only the first has to be compressed.
 *
 * @param noise - pixels of incompressible noise; each adds about 3 bytes to the file
 */
export function pictureMaker(noise: number): (number: number) => Buffer {
  const base = truecolourPng(noise);
  return (number) =>
    Buffer.concat([
      base.subarray(0, HEAD_BYTES),
      pngChunk('tEXt', Buffer.from(`Title\0Screenshot ${number}`, 'latin1')),
      base.subarray(HEAD_BYTES),
    ]);
}

/** A page-like picture: bars of colour with a block of noise on top of it. */
function truecolourPng(noise: number): Buffer {
  const stride = 1 + WIDTH * 3;
  const pixels = Buffer.alloc(stride * HEIGHT);
  let seed = 1;
  let noisy = noise;
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const at = y * stride + 1 + x * 3;
      if (noisy > 0) {
        noisy -= 1;
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        pixels.writeUIntBE(seed >>> 8, at, 3);
      } else pixels.fill(40 + (y >> 5) * 8 + (x >> 7), at, at + 3);
    }
  }
  return encodePng(WIDTH, HEIGHT, 'rgb', pixels);
}
