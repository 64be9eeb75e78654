import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rect, Size } from '../../../../src/computer/desktop/geometry.ts';
import { Decoder, decodeRect, ENCODING } from '../../../../src/computer/desktop/rfb/encodings/index.ts';
import { Framebuffer } from '../../../../src/computer/desktop/rfb/framebuffer.ts';
import { DEFAULT_LIMITS } from '../../../../src/computer/desktop/rfb/limits.ts';
import { ByteQueue, ParseRun } from '../../../../src/computer/desktop/rfb/parse.ts';
import type { PixelFormat } from '../../../../src/computer/desktop/rfb/pixelFormat.ts';
import { BEST, ENCODERS, Encoder, joined } from '../../../support/desktop/encoders.ts';
import { FORMATS, mapBytes, randomImage, toRgba } from '../../../support/desktop/images.ts';
import { Random } from '../../../support/desktop/random.ts';
import { areaOf, parse } from './decoding.ts';

const SCREEN: Size = { width: 150, height: 140 };

type Name = keyof typeof ENCODERS;

function newDecoder(format: PixelFormat, size: Size = SCREEN): Decoder {
  const decoder = new Decoder(new Framebuffer(size), format);
  if (!format.isTrueColour) decoder.setColours(0, mapBytes(format));
  return decoder;
}

function randomRect(random: Random, maxSide: number): Rect {
  const width = 1 + random.below(Math.min(maxSide, SCREEN.width));
  const height = 1 + random.below(Math.min(maxSide, SCREEN.height));
  return {
    x: random.below(SCREEN.width - width + 1),
    y: random.below(SCREEN.height - height + 1),
    width,
    height,
  };
}

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe.each(Object.keys(ENCODERS) as Name[])('%s', (name) => {
  it.each(Object.entries(FORMATS))('gives every pixel of an image in %s', (_, format) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Random(seed);
        const encoder = new Encoder(format, random);
        const decoder = newDecoder(format);
        // Several through the same streams.
        for (let count = 0; count < 3; count += 1) {
          const rect = randomRect(random, random.pick([3, 40, 150]));
          const image = randomImage(random, rect, format);
          const bytes = ENCODERS[name](image, encoder);
          parse(
            decodeRect(ENCODING[name], rect, decoder),
            bytes,
            () => 1 + random.below(random.pick([2, 60, 5_000])),
          );
          expect(Buffer.compare(areaOf(decoder.framebuffer, rect), toRgba(image, format))).toBe(0);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('writes nothing outside its rectangle', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Random(seed);
        const format = FORMATS['red, green, blue, nothing'];
        const decoder = newDecoder(format);
        const { framebuffer } = decoder;
        framebuffer.words.fill(0xff_12_34_56);
        const rect = randomRect(random, 100);
        const bytes = ENCODERS[name](randomImage(random, rect, format), new Encoder(format, random));
        parse(decodeRect(ENCODING[name], rect, decoder), bytes);
        framebuffer.fill(rect, 0xff_12_34_56);
        expect(framebuffer.words.every((word) => word === 0xff_12_34_56)).toBe(true);
        expect(framebuffer.takeChanges()).toEqual([{ type: 'pixels', area: rect }]);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a large rectangle of few bytes', () => {
  const size = { width: 1024, height: 1024 };
  const format = FORMATS['red, green, blue, nothing'];
  const blank = { ...size, values: new Uint32Array(size.width * size.height) };

  it.each(['zlib', 'zrle'] as const)('of %s can be left and taken up again often', (name) => {
    const decoder = newDecoder(format, size);
    const bytes = ENCODERS[name](blank, new Encoder(format, BEST));
    const queue = new ByteQueue();
    queue.push(bytes);
    const run = new ParseRun(
      decodeRect(ENCODING[name], { x: 0, y: 0, ...size }, decoder),
      queue,
      DEFAULT_LIMITS.maxRequest,
    );
    let isFirst = true;
    const mayGoOn = () => {
      isFirst = !isFirst;
      return !isFirst;
    };
    let turns = 1;
    while (!run.advance(mayGoOn)) turns += 1;
    expect(turns).toBeGreaterThan(25);
  });
});

describe('copyRect', () => {
  it('moves pixels also where source and target overlap', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Random(seed);
        const format = FORMATS['red, green, blue, nothing'];
        const decoder = newDecoder(format);
        const image = randomImage(random, SCREEN, format);
        decoder.framebuffer.data.set(toRgba(image, format));
        const rect = randomRect(random, 150);
        const x = random.below(SCREEN.width - rect.width + 1);
        const y = random.below(SCREEN.height - rect.height + 1);
        const before = areaOf(decoder.framebuffer, { ...rect, x, y });
        parse(decodeRect(ENCODING.copyRect, rect, decoder), joined([[0, x, 0, y]]));
        expect(Buffer.compare(areaOf(decoder.framebuffer, rect), before)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
