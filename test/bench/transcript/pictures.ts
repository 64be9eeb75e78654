/** Screenshots for measurements: real PNG files, each distinct, made at the cost of copying one. */
import { crc32, deflateSync } from 'node:zlib';

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
      chunk('tEXt', Buffer.from(`Title\0Screenshot ${number}`, 'latin1')),
      base.subarray(HEAD_BYTES),
    ]);
}

/** A page-like picture: bars of colour with a block of noise on top of it. */
function truecolourPng(noise: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits a channel, RGB, no interlace
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
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
