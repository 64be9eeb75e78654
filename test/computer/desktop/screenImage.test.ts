import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImageInfo } from '../../../src/base/imageInfo.ts';
import type { Pixels } from '../../../src/computer/desktop/connection.ts';
import { Coordinates } from '../../../src/computer/desktop/coordinates.ts';
import { resample } from '../../../src/computer/desktop/downscale.ts';
import { captureScreenshot, captureZoom } from '../../../src/computer/desktop/screenImage.ts';
import { encodePng } from '../../../src/computer/png.ts';

/** The colours of a PNG that `encodePng` wrote, 3 bytes a pixel. */
function decodePng(file: Uint8Array): { width: number; height: number; rgb: Uint8Array } {
  const bytes = Buffer.from(file);
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const rows = inflateSync(Buffer.concat(parts));
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const start = y * (width * 3 + 1);
    for (let x = 0; x < width * 3; x += 1) {
      const left = rows[start] === 1 && x >= 3 ? (rgb[y * width * 3 + x - 3] as number) : 0;
      rgb[y * width * 3 + x] = (rows[start + 1 + x] as number) + left;
    }
  }
  return { width, height, rgb };
}

function painted(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set([...colour(x, y), 255], (y * width + x) * 4);
  }
  return { width, height, data };
}

function colourAt(image: { width: number; rgb: Uint8Array }, x: number, y: number): number[] {
  return [...image.rgb.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3)];
}

describe('PNG', () => {
  it('has exactly the pixels, in flat areas and in busy ones', async () => {
    const bytes = fc.uint8Array({ minLength: 4 * 12, maxLength: 4 * 12 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(1, 2, 3, 4, 6, 12), async (data, width) => {
        const height = 12 / width;
        const { rgb, ...size } = decodePng(await encodePng({ width, height, data }));
        expect(size).toEqual({ width, height });
        expect([...rgb]).toEqual([...data].filter((_, index) => index % 4 !== 3));
      }),
    );
  });

  it('shows the screen as it was at the call, whatever is drawn meanwhile', async () => {
    const pixels = painted(64, 64, () => [10, 20, 30]);
    const encoding = encodePng(pixels);
    pixels.data.fill(0);
    expect(colourAt(decodePng(await encoding), 63, 63)).toEqual([10, 20, 30]);
  });
});

describe('scaling', () => {
  it('averages what each pixel covers', () => {
    const lines = painted(9, 3, (x) => (x % 3 === 1 ? [255, 255, 255] : [0, 0, 0]));
    const { data } = resample(lines, { width: 3, height: 1 });
    expect([...data]).toEqual([85, 85, 85, 255, 85, 85, 85, 255, 85, 85, 85, 255]);
  });

  it('keeps the mean of any picture', () => {
    const size = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(size, size, fc.integer(), (from, to, seed) => {
        const pixels = painted(from.width, from.height, (x, y) => {
          const value = Math.abs(Math.imul(x * 31 + y * 17 + 7, seed | 1)) % 256;
          return [value, 255 - value, 128];
        });
        const target = { width: Math.min(from.width, to.width), height: Math.min(from.height, to.height) };
        const mean = (image: Pixels) =>
          image.data.reduce((sum, value, index) => sum + (index % 4 === 0 ? value : 0), 0) /
          (image.width * image.height);
        expect(Math.abs(mean(resample(pixels, target)) - mean(pixels))).toBeLessThan(0.6);
      }),
    );
  });

  it('leaves one colour as it is, smaller or larger', () => {
    const plain = painted(13, 7, () => [200, 100, 50]);
    for (const size of [
      { width: 5, height: 3 },
      { width: 40, height: 21 },
    ]) {
      const { data } = resample(plain, size);
      for (let at = 0; at < data.length; at += 4)
        expect([...data.subarray(at, at + 4)]).toEqual([200, 100, 50, 255]);
    }
  });
});

describe('a screenshot', () => {
  const cursor = {
    // Opaque red at its hotspot, half green right of it.
    shape: {
      width: 2,
      height: 1,
      hotspotX: 0,
      hotspotY: 0,
      data: Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 128]),
    },
    at: { x: 3, y: 2 },
  };

  it('shows the pointer where it is, cut at the edges', async () => {
    const white = painted(5, 4, () => [255, 255, 255]);
    const coordinates = new Coordinates(white);
    const image = decodePng((await captureScreenshot(white, cursor, coordinates)).data);
    expect(colourAt(image, 3, 2)).toEqual([255, 0, 0]);
    expect(colourAt(image, 4, 2)).toEqual([127, 255, 127]);
    expect(colourAt(image, 2, 2)).toEqual([255, 255, 255]);
    const atEdge = { ...cursor, at: { x: 4, y: 3 } };
    const cut = decodePng((await captureScreenshot(white, atEdge, coordinates)).data);
    expect(colourAt(cut, 4, 3)).toEqual([255, 0, 0]);
    expect([...white.data].every((value) => value === 255)).toBe(true);
  });

  it('of a large screen has the size that coordinates speak of', async () => {
    const screen = painted(400, 200, (x) => (x < 200 ? [0, 0, 0] : [255, 255, 255]));
    const coordinates = new Coordinates(screen, { maxEdge: 100, maxTiles: 4784 });
    const { data, ...rest } = await captureScreenshot(screen, undefined, coordinates);
    expect(rest).toEqual({ mediaType: 'image/png', width: 100, height: 50 });
    expect(colourAt(decodePng(data), 49, 10)).toEqual([0, 0, 0]);
    expect(colourAt(decodePng(data), 50, 10)).toEqual([255, 255, 255]);
  });

  it('of a part is at the resolution of the screen, enlarged to fit', async () => {
    const fine = painted(400, 200, (x) => (x % 2 ? [0, 0, 0] : [255, 255, 255]));
    const region = { x: 100, y: 50, width: 20, height: 10 };
    const { data } = await captureZoom(fine, undefined, region, { width: 100, height: 100 });
    const image = decodePng(data);
    expect([image.width, image.height]).toEqual([100, 50]);
    // Each column of the screen is five wide; its middle is its own colour.
    expect(colourAt(image, 2, 25)).toEqual([255, 255, 255]);
    expect(colourAt(image, 7, 25)).toEqual([0, 0, 0]);
  });

  it('of a part shows the pointer there', async () => {
    const white = painted(50, 50, () => [255, 255, 255]);
    const region = { x: 2, y: 2, width: 4, height: 4 };
    const { data } = await captureZoom(white, cursor, region, { width: 4, height: 4 });
    expect(colourAt(decodePng(data), 1, 0)).toEqual([255, 0, 0]);
  });
});

describe('a screenshot of photographs', () => {
  const noise = painted(700, 500, (x, y) => {
    let value = (y * 700 + x + 1) * 2_654_435_761;
    value = Math.imul(value ^ (value >>> 15), 0x2c1b_3c6d);
    value = Math.imul(value ^ (value >>> 12), 0x297a_2d39) >>> 0;
    return [value % 256, (value >>> 8) % 256, (value >>> 16) % 256];
  });

  it('is sent as WebP, which is smaller, of the same size and moment', async () => {
    const pixels = { ...noise, data: noise.data.slice() };
    const taking = captureScreenshot(pixels, undefined, new Coordinates(pixels));
    pixels.data.fill(0);
    const { data, mediaType, width, height } = await taking;
    expect(mediaType).toBe('image/webp');
    expect(readImageInfo(data)).toEqual({ mediaType, width, height });
    expect(data.length).toBeLessThan((await encodePng(noise)).length);
    // Black would be some hundred bytes.
    expect(data.length).toBeGreaterThan(100_000);
  });

  it('several at once each get their own', async () => {
    const sizes = [700, 690, 680];
    const images = await Promise.all(
      sizes.map((width) =>
        captureZoom(noise, undefined, { x: 0, y: 0, width, height: 500 }, { width, height: 500 }),
      ),
    );
    expect(images.map(({ width }) => width)).toEqual(sizes);
    expect(images.map(({ data }) => readImageInfo(data)?.width)).toEqual(sizes);
  });
});
