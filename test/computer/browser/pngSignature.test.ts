import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../../src/base/screenSignature.ts';
import { withSeenScreen } from '../../../src/base/seenScreen.ts';
import { signatureOfPng } from '../../../src/computer/browser/pngSignature.ts';
import { Random } from '../../support/desktop/random.ts';
import { startPageServer } from '../../support/pageServer.ts';
import { encodePng } from '../../support/png.ts';
import { BROWSER_TIMEOUT_MS } from './browsing.ts';
import { startHarness } from './harness.ts';

const WIDTH = 70;
const HEIGHT = 45;

/** Random pixels, some of them alike. */
function pixelsOf(seed: number): Uint8Array {
  const random = new Random(seed);
  const pixels = new Uint8Array(WIDTH * HEIGHT * 4).fill(255);
  for (let at = 0; at < pixels.length; at += 1) if (at % 4 !== 3) pixels[at] = random.below(3) * 100;
  return pixels;
}

/** As PNG, 9.2, with the filters in turn. */
function pngOf(pixels: Uint8Array): Buffer {
  const length = WIDTH * 3;
  const plain = (row: number, at: number) =>
    at < 0 || row < 0 ? 0 : (pixels[(row * WIDTH + Math.floor(at / 3)) * 4 + (at % 3)] as number);
  const rows = Buffer.alloc((length + 1) * HEIGHT);
  for (let row = 0; row < HEIGHT; row += 1) {
    const filter = row % 5;
    rows[row * (length + 1)] = filter;
    for (let at = 0; at < length; at += 1) {
      const [left, above, corner] = [plain(row, at - 3), plain(row - 1, at), plain(row - 1, at - 3)];
      const nearest = [left, above, corner].reduce((one, other) => {
        const aim = left + above - corner;
        return Math.abs(other - aim) < Math.abs(one - aim) ? other : one;
      });
      const predicted = [0, left, above, (left + above) >> 1, nearest][filter] as number;
      rows[row * (length + 1) + 1 + at] = plain(row, at) - predicted;
    }
  }
  return encodePng(WIDTH, HEIGHT, 'rgb', rows);
}

describe('the signature of a PNG', () => {
  it('is that of its pixels, whatever filters its rows have', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const pixels = pixelsOf(seed);
      expect(await signatureOfPng(pngOf(pixels)), `seed ${seed}`).toEqual(signatureOf(WIDTH, HEIGHT, pixels));
    }
  });

  it('tells where one pixel differs', () => {
    const pixels = pixelsOf(1);
    const before = signatureOf(WIDTH, HEIGHT, pixels);
    const at = (40 * WIDTH + 65) * 4;
    pixels[at] = (pixels[at] as number) ^ 1;
    const after = signatureOf(WIDTH, HEIGHT, pixels);
    expect([before.columns, before.rows]).toEqual([3, 2]);
    expect(
      [...after.blocks].flatMap((block, index) => (block === before.blocks[index] ? [] : [index])),
    ).toEqual([5]);
  });

  it('is not there for what is cut, damaged or no PNG', async () => {
    const png = pngOf(pixelsOf(1));
    for (const length of [0, 8, 30, 60, png.length - 40])
      expect(await signatureOfPng(png.subarray(0, length)), `${length} bytes`).toBeUndefined();
    expect(await signatureOfPng(Buffer.from('<svg/>'))).toBeUndefined();
    const other = encodePng(WIDTH, HEIGHT * 2, 'rgb', Buffer.alloc((WIDTH * 3 + 1) * HEIGHT));
    expect(await signatureOfPng(other)).toBeUndefined();
    expect(await signatureOfPng(encodePng(2, 2, 'rgb', Buffer.alloc(14, 9)))).toBeUndefined();
  });
});

it(
  'is told of a browser where the whole of it is seen, and is the same while nothing changes',
  async () => {
    const server = await startPageServer();
    const harness = await startHarness();
    try {
      const url = (parts: string) => `${server.url}runs.html?show=${parts}`;
      const seen: unknown[] = [];
      const see = (member: 'screenshot' | 'zoom', input = {}) =>
        withSeenScreen(
          (screen) => seen.push(screen),
          () => harness.call(member, input),
        );
      await harness.call('navigate', { url: url('dead') });
      await see('screenshot');
      await see('zoom', { region: [0, 0, 100, 100] });
      await see('screenshot');
      await harness.call('navigate', { url: url('dead,stepper') });
      await see('screenshot');
      expect(seen).toHaveLength(3);
      expect(seen[0]).toMatchObject({ columns: 40, rows: 25 });
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).not.toEqual(seen[0]);
    } finally {
      await harness.close();
      await server.close();
    }
  },
  BROWSER_TIMEOUT_MS,
);
