import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../../src/computer/desktop/rfb/parse.ts';
import {
  checkPixelFormat,
  OUR_FORMAT,
  PIXEL_FORMAT_LENGTH,
  readPixelFormat,
  writePixelFormat,
} from '../../../../src/computer/desktop/rfb/pixelFormat.ts';
import { FORMATS } from '../../../support/desktop/images.ts';

describe('a pixel format', () => {
  it.each(Object.entries(FORMATS))('is read as it was written: %s', (_, format) => {
    const bytes = writePixelFormat(format);
    expect(bytes).toHaveLength(PIXEL_FORMAT_LENGTH);
    expect(readPixelFormat(bytes)).toEqual(format);
  });

  it('is written as RFC 6143 has it', () => {
    expect([...writePixelFormat(OUR_FORMAT)]).toEqual([
      32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0,
    ]);
  });

  it.each([
    ['24 bits a pixel', { bitsPerPixel: 24 as 32 }],
    ['a component beyond the pixel', { redShift: 25 }],
    ['a maximum that is no 2^n - 1', { greenMax: 254 }],
    ['a colour map of 32 bits', { isTrueColour: false }],
  ])('is refused with %s', (_, wrong) => {
    expect(() => readPixelFormat(writePixelFormat({ ...OUR_FORMAT, ...wrong }))).toThrow(ProtocolError);
  });

  it('may have no bits of a colour', () => {
    expect(() => checkPixelFormat({ ...OUR_FORMAT, blueMax: 0 })).not.toThrow();
  });
});
