import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rect, Size } from '../../../../src/computer/desktop/geometry.ts';
import { Decoder, decodeRect, ENCODING } from '../../../../src/computer/desktop/rfb/encodings/index.ts';
import { Framebuffer } from '../../../../src/computer/desktop/rfb/framebuffer.ts';
import { ProtocolError } from '../../../../src/computer/desktop/rfb/parse.ts';
import type { PixelFormat } from '../../../../src/computer/desktop/rfb/pixelFormat.ts';
import { ENCODERS, Encoder, joined, u16, u32 } from '../../../support/desktop/encoders.ts';
import { FORMATS, randomImage } from '../../../support/desktop/images.ts';
import { Random } from '../../../support/desktop/random.ts';
import { parse } from './decoding.ts';

const SCREEN: Size = { width: 100, height: 90 };
const RECT: Rect = { x: 10, y: 20, width: 70, height: 66 };
const FORMAT = FORMATS['red, green, blue, nothing'];
const MARK = 0xff_12_34_56;

/** How well-formed bytes may end, of a parser that has no end of its own. */
const ALLOWED = ['It waits for more bytes.', 'It ended before the bytes did.'];

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function newDecoder(format: PixelFormat = FORMAT): Decoder {
  const decoder = new Decoder(new Framebuffer(SCREEN), format);
  decoder.framebuffer.words.fill(MARK);
  return decoder;
}

/** What went wrong; fails where that is no error of the protocol, or something was drawn outside of `RECT`. */
function read(encoding: number, bytes: Uint8Array, decoder: Decoder, rect = RECT): string | undefined {
  let problem: string | undefined;
  try {
    parse(decodeRect(encoding, rect, decoder), bytes);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (!(error instanceof ProtocolError) && !ALLOWED.includes(error.message)) throw error;
    problem = error.message;
  }
  const { framebuffer } = decoder;
  framebuffer.fill(RECT, MARK);
  expect(framebuffer.words.every((word) => word === MARK)).toBe(true);
  return problem;
}

describe.each(Object.keys(ENCODERS) as (keyof typeof ENCODERS)[])('%s from a hostile server', (name) => {
  it('survives bytes that were changed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Random(seed);
        const format = random.pick(Object.values(FORMATS));
        const encoder = new Encoder(format, random);
        const decoder = newDecoder(format);
        const bytes = ENCODERS[name](randomImage(random, RECT, format), encoder);
        for (let count = 1 + random.below(4); count > 0; count -= 1) {
          // The first bytes decide the most.
          const at = random.below(random.pick([bytes.length, Math.min(bytes.length, 12)]));
          bytes[at] = random.pick([0, 1, 127, 128, 129, 255, random.below(256)]);
        }
        read(ENCODING[name], bytes, decoder);
      }),
      { numRuns: 80 },
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Random(seed);
        const bytes = Uint8Array.from({ length: random.below(3_000) }, () =>
          random.pick([0, 255, random.below(256)]),
        );
        read(ENCODING[name], bytes, newDecoder(random.pick(Object.values(FORMATS))));
      }),
      { numRuns: 80 },
    );
  });

  it('survives any bytes in its stream', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Random(seed);
        const format = random.pick(Object.values(FORMATS));
        const encoder = new Encoder(format, random);
        const plain = Uint8Array.from({ length: random.below(30_000) }, () =>
          random.pick([0, 1, 2, 130, 255, random.below(256)]),
        );
        const deflated = encoder.deflate('any', plain);
        const tight = [random.pick([0x00, 0x40]), random.below(3), random.below(256)];
        const length = [
          (deflated.length & 127) | 128,
          ((deflated.length >> 7) & 127) | 128,
          deflated.length >> 14,
        ];
        const head = name === 'tight' ? [...tight, ...length] : u32(deflated.length);
        read(ENCODING[name], joined([head, deflated]), newDecoder(format));
      }),
      { numRuns: 60 },
    );
  });

  it('is refused outside the screen, before anything is read', () => {
    const outside = { ...RECT, x: 31 };
    expect(read(ENCODING[name], new Uint8Array(100), newDecoder(), outside)).toBe(
      'The VNC server drew 70x66 px at 31,20, outside its screen of 100x90.',
    );
  });
});

describe('a hostile server', () => {
  const deflate = (bytes: Uint8Array) => new Encoder(FORMAT, new Random(1)).deflate('any', bytes);
  const counted = (bytes: Uint8Array) => joined([u32(bytes.length), bytes]);
  const solid = [1, 1, 2, 3];
  const bomb = deflate(new Uint8Array(2_000_000));

  it.each<[string, number, Uint8Array, RegExp]>([
    ['a bomb of zlib', ENCODING.zlib, counted(bomb), /more compressed pixels than/],
    ['a bomb of ZRLE', ENCODING.zrle, counted(bomb), /more compressed pixels than/],
    [
      'a bomb of Tight',
      ENCODING.tight,
      joined([[0], [(bomb.length & 127) | 128, ((bomb.length >> 7) & 127) | 128, bomb.length >> 14], bomb]),
      /more compressed pixels than/,
    ],
    ['a length that no rectangle needs', ENCODING.zlib, joined([u32(0xff_ff_ff_ff)]), /needs at most 18480/],
    ['too few pixels', ENCODING.zlib, counted(deflate(new Uint8Array(18_479))), /fewer compressed pixels/],
    ['too few tiles', ENCODING.zrle, counted(deflate(Uint8Array.from(solid))), /fewer compressed pixels/],
    ['a tile that is none', ENCODING.zrle, counted(deflate(Uint8Array.of(17))), /tile of kind 17/],
    [
      'a palette that ZRLE cannot repeat',
      ENCODING.zrle,
      counted(deflate(Uint8Array.of(127))),
      /tile of kind 127/,
    ],
    ['a palette that was never told', ENCODING.trle, Uint8Array.of(129), /tile of kind 129/],
    [
      'a colour beyond the palette of bits',
      ENCODING.zrle,
      counted(deflate(joined([[3], new Uint8Array(9), [0xff]]))),
      /colour 3 of a palette of 3/,
    ],
    [
      'a colour beyond the palette of runs',
      ENCODING.zrle,
      counted(deflate(joined([[130], new Uint8Array(6), [2]]))),
      /colour 2 of a palette of 2/,
    ],
    [
      'a run beyond its tile',
      ENCODING.zrle,
      counted(deflate(joined([[128, 1, 2, 3], new Uint8Array(17).fill(255)]))),
      /beyond its tile/,
    ],
    [
      'a run without an end',
      ENCODING.trle,
      joined([[128, 1, 2, 3], new Uint8Array(9_000).fill(255)]),
      /beyond its tile/,
    ],
    ['a JPEG image', ENCODING.tight, Uint8Array.of(0x90, 1, 0), /JPEG/],
    ['an unknown kind of Tight', ENCODING.tight, Uint8Array.of(0xb0), /kind 11/],
    ['an unknown filter', ENCODING.tight, Uint8Array.of(0x40, 3), /filter 3/],
    [
      'a part outside its rectangle',
      ENCODING.rre,
      joined([u32(1), [0, 0, 0, 0], [0, 0, 0, 0], u16(69), u16(0), u16(2), u16(1)]),
      /outside its rectangle/,
    ],
    ['parts without end', ENCODING.rre, joined([u32(0xff_ff_ff_ff), [0, 0, 0, 0]]), /4294967295 parts/],
    [
      'the same pixels over and over',
      ENCODING.rre,
      joined([
        u32(5),
        [0, 0, 0, 0],
        ...new Array(5).fill([0, 0, 0, 0, ...u16(0), ...u16(0), ...u16(70), ...u16(66)]),
      ]),
      /over and over/,
    ],
    ['a Hextile tile that is none', ENCODING.hextile, Uint8Array.of(32), /kind 32/],
    [
      'a part outside its Hextile tile',
      ENCODING.hextile,
      joined([new Uint8Array(4), [8, 1, 0xf0, 0xf0], new Uint8Array(20)]),
      /outside a Hextile tile/,
    ],
    ['a copy from outside', ENCODING.copyRect, joined([u16(40), u16(0)]), /drew 70x66 px at 40,0, outside/],
    ['an encoding that was not offered', 21, new Uint8Array(), /encoding 21, which was not offered/],
  ])('is told about %s', (_, encoding, bytes, problem) => {
    expect(read(encoding, bytes, newDecoder())).toMatch(problem);
  });
});
