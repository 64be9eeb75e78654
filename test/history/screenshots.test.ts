import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ScreenshotStore } from '../../src/history/screenshots.ts';
import { solidPng } from '../support/png.ts';
import { temporaryFolder } from './support.ts';

describe('the screenshot store', () => {
  test('keeps the same image once', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const ref = store.put(solidPng(75, 50, 0), 'image/png');
    expect(store.put(solidPng(75, 50, 0), 'image/png')).toEqual(ref);
    expect(ref).toMatchObject({ mediaType: 'image/png', width: 75, height: 50 });
    expect(store.read(ref)).toEqual(solidPng(75, 50, 0));
    expect(readdirSync(store.folder)).toEqual(['.incoming', `${ref.sha256}.png`]);
    expect(readdirSync(join(store.folder, '.incoming'))).toEqual([]);
  });

  test('refuses what is not the image it is said to be', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const refused = expect.objectContaining({ code: 'not-an-image' });
    expect(() => store.put(solidPng(75, 50, 0), 'image/jpeg')).toThrow(refused);
    expect(() => store.put(Buffer.from('<script>'), 'image/png')).toThrow(refused);
  });

  test('writes a file again that lost a part', () => {
    const store = new ScreenshotStore(temporaryFolder());
    const ref = store.put(solidPng(75, 50, 0), 'image/png');
    writeFileSync(join(store.folder, `${ref.sha256}.png`), '');
    expect(store.read(ref)).toBeUndefined();
    store.put(solidPng(75, 50, 0), 'image/png');
    expect(store.read(ref)).toEqual(solidPng(75, 50, 0));
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
