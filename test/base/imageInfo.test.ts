import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readImageInfo } from '../../src/base/imageInfo.ts';
import { solidPng } from '../support/png.ts';

describe('the size of an image', () => {
  // Headers as written by common encoders for images of 75 x 50 px.
  const HEADERS: Record<string, [string, string]> = {
    JPEG: ['image/jpeg', 'ffd8ffe000104a46494600010100000100010000ffffc20011080032004b03012200'],
    'lossy WebP': ['image/webp', '524946461a0000005745425056503820100000003001009d012a4b00320000000000'],
    'lossless WebP': ['image/webp', '5249464600000000574542505650384c000000002f4a400c00'.padEnd(64, '0')],
    'extended WebP': ['image/webp', '5249464600000000574542505650385800000000000000004a0000310000'],
  };
  for (const [name, [mediaType, hex]] of Object.entries(HEADERS)) {
    test(`is read from a ${name} header`, () => {
      expect(readImageInfo(Buffer.from(hex, 'hex'))).toEqual({ mediaType, width: 75, height: 50 });
    });
  }

  test('is read from a PNG header', () => {
    expect(readImageInfo(solidPng(75, 50, 0))).toEqual({ mediaType: 'image/png', width: 75, height: 50 });
  });

  test('is unknown for anything else, without a throw', () => {
    expect(readImageInfo(Buffer.from('GIF89a'))).toBeNull();
    expect(readImageInfo(solidPng(0, 50, 0))).toBeNull();
    const prefixes = [solidPng(1, 1, 0), ...Object.values(HEADERS).map(([, hex]) => Buffer.from(hex, 'hex'))];
    const bytes = fc
      .tuple(fc.constantFrom(...prefixes), fc.nat(64), fc.uint8Array({ maxLength: 64 }))
      .map(([prefix, cut, rest]) => Buffer.concat([prefix.subarray(0, cut), rest]));
    fc.assert(
      fc.property(bytes, (value) => {
        expect(() => readImageInfo(value)).not.toThrow();
      }),
    );
  });
});
