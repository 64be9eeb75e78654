import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readImageHeader } from '../../src/history/imageSize.ts';
import { ScreenshotStore } from '../../src/history/screenshots.ts';
import { png, temporaryFolder } from './support.ts';

describe('the size of an image', () => {
  // Headers as written by common encoders for images of 75 x 50 px.
  const HEADERS: Record<string, [string, string]> = {
    JPEG: ['image/jpeg', 'ffd8ffe000104a46494600010100000100010000ffffc2001108003200' + '4b03012200'],
    'lossy WebP': ['image/webp', '524946461a0000005745425056503820100000003001009d012a4b00320000000000'],
    'lossless WebP': ['image/webp', '5249464600000000574542505650384c000000002f4a400c00'.padEnd(64, '0')],
    'extended WebP': ['image/webp', '5249464600000000574542505650385800000000000000004a0000310000'],
  };
  for (const [name, [mediaType, hex]] of Object.entries(HEADERS)) {
    test(`is read from a ${name} header`, () => {
      expect(readImageHeader(Buffer.from(hex, 'hex'))).toEqual({ mediaType, width: 75, height: 50 });
    });
  }

  test('is read from a PNG header', () => {
    expect(readImageHeader(png(75, 50))).toEqual({ mediaType: 'image/png', width: 75, height: 50 });
  });

  test('is unknown for anything else, without a throw', () => {
    expect(readImageHeader(Buffer.from('GIF89a'))).toBeUndefined();
    expect(readImageHeader(png(0, 50))).toBeUndefined();
    const prefixes = [png(1, 1), ...Object.values(HEADERS).map(([, hex]) => Buffer.from(hex, 'hex'))];
    const bytes = fc
      .tuple(fc.constantFrom(...prefixes), fc.nat(64), fc.uint8Array({ maxLength: 64 }))
      .map(([prefix, cut, rest]) => Buffer.concat([prefix.subarray(0, cut), rest]));
    fc.assert(fc.property(bytes, (value) => readImageHeader(value) === undefined || true));
  });
});

describe('the screenshot store', () => {
  test('keeps the same image once', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const ref = store.put(png(75, 50), 'image/png');
    expect(store.put(png(75, 50), 'image/png')).toEqual(ref);
    expect(ref).toMatchObject({ mediaType: 'image/png', width: 75, height: 50 });
    expect(store.read(ref)).toEqual(png(75, 50));
    expect(readdirSync(store.folder)).toEqual(['.incoming', `${ref.sha256}.png`]);
    expect(readdirSync(join(store.folder, '.incoming'))).toEqual([]);
  });

  test('refuses what is not the image it is said to be', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const refused = expect.objectContaining({ code: 'not-an-image' });
    expect(() => store.put(png(75, 50), 'image/jpeg')).toThrow(refused);
    expect(() => store.put(Buffer.from('<script>'), 'image/png')).toThrow(refused);
  });

  test('writes a file again that lost a part', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const ref = store.put(png(75, 50), 'image/png');
    writeFileSync(join(store.folder, `${ref.sha256}.png`), '');
    expect(store.read(ref)).toBeUndefined();
    store.put(png(75, 50), 'image/png');
    expect(store.read(ref)).toEqual(png(75, 50));
  });

  test('removes what a dead host left half written, and nothing newer', () => {
    const folder = temporaryFolder();
    const incoming = join(folder, '.incoming');
    mkdirSync(incoming);
    for (const name of ['old.png.1', 'new.png.2']) writeFileSync(join(incoming, name), 'half');
    utimesSync(join(incoming, 'old.png.1'), 1, 1);
    new ScreenshotStore(folder);
    expect(readdirSync(incoming)).toEqual(['new.png.2']);
  });
});
