import { describe, expect, it } from 'vitest';
import {
  checkPixelFormat,
  OUR_FORMAT,
  writePixelFormat,
} from '../../../../src/computer/desktop/rfb/pixelFormat.ts';
import { FORMATS } from '../../../support/desktop/images.ts';

describe('a pixel format', () => {
  it('is written as RFC 6143 has it', () => {
    expect([...writePixelFormat(OUR_FORMAT)]).toEqual([
      32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0,
    ]);
    expect([...writePixelFormat(FORMATS['565, big-endian'])]).toEqual([
      ...[16, 16, 1, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0],
    ]);
  });

  it.each(Object.entries(FORMATS))('may be %s', (_, format) => {
    expect(() => checkPixelFormat(format)).not.toThrow();
  });

  it.each([
    ['a component beyond the pixel', { redShift: 25 }],
    ['a maximum that is no 2^n - 1', { greenMax: 254 }],
    ['a colour map of 32 bits', { isTrueColour: false }],
  ])('cannot have %s', (_, wrong) => {
    expect(() => checkPixelFormat({ ...OUR_FORMAT, ...wrong })).toThrow(RangeError);
  });
});
