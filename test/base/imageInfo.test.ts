import { expect, test } from 'vitest';
import { readImageInfo } from '../../src/base/imageInfo.ts';
import { solidPng } from '../support/png.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const riff = '52494646 00000000 57454250';

test('a PNG', () => {
  expect(readImageInfo(solidPng(1280, 800, 1))).toEqual({ mediaType: 'image/png', width: 1280, height: 800 });
});

test('a JPEG, past the segments before its frame', () => {
  const jpeg = bytes('ffd8 ffe0 0004 0000 ffc4 0004 0000 ffc2 0011 08 0320 0500 03 000000');
  expect(readImageInfo(jpeg)).toEqual({ mediaType: 'image/jpeg', width: 1280, height: 800 });
});

test('a WebP of each kind', () => {
  const size = { mediaType: 'image/webp', width: 1280, height: 800 };
  expect(readImageInfo(bytes(`${riff} 56503820 00000000 000000 9d012a 0005 2003`))).toEqual(size);
  const lossless = (1280 - 1) | ((800 - 1) << 14);
  const little = Buffer.alloc(4);
  little.writeUInt32LE(lossless);
  expect(readImageInfo(bytes(`${riff} 5650384c 00000000 2f ${little.toString('hex')} 0000000000`))).toEqual(
    size,
  );
  expect(readImageInfo(bytes(`${riff} 56503858 00000000 00000000 ff0400 1f0300`))).toEqual(size);
});

test('nothing else, and nothing cut short', () => {
  expect(readImageInfo(bytes(''))).toBeNull();
  expect(readImageInfo(bytes('47494638 39610100 0100'))).toBeNull();
  expect(readImageInfo(solidPng(10, 10, 1).subarray(0, 20))).toBeNull();
  expect(readImageInfo(bytes('ffd8 ffe0 ffff 0000'))).toBeNull();
});

test('a view into a larger buffer', () => {
  const png = solidPng(7, 9, 1);
  const padded = Buffer.concat([Buffer.alloc(5), png]).subarray(5);
  expect(readImageInfo(padded)).toMatchObject({ width: 7, height: 9 });
});
