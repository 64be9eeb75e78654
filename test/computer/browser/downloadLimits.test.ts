import { EventEmitter } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CDPSession } from 'puppeteer-core';
import { beforeEach, expect, test, vi } from 'vitest';
import { Changes } from '../../../src/computer/browser/changes.ts';
import { Downloads } from '../../../src/computer/browser/downloads.ts';
import type { ComputerEvent } from '../../../src/computer/computer.ts';

const GIB = 1024 ** 3;
const { signal } = new AbortController();

/** A browser that downloads what it is told to, until that is cancelled. */
class DownloadingBrowser extends EventEmitter {
  readonly cancelled: string[] = [];
  /** Whether files are complete before they can be cancelled. */
  isQuick = false;

  async send(command: string, { guid = '' }: { guid?: string }): Promise<void> {
    if (command !== 'Browser.cancelDownload') return;
    this.cancelled.push(guid);
    if (!this.isQuick) this.progress(guid, 'canceled', 0);
  }

  begin(guid: string): void {
    const url = `http://host/${guid}`;
    this.emit('Browser.downloadWillBegin', { guid, url, suggestedFilename: guid, frameId: 'frame' });
  }

  progress(guid: string, state: 'inProgress' | 'completed' | 'canceled', bytes: number): void {
    this.emit('Browser.downloadProgress', { guid, state, totalBytes: bytes, receivedBytes: bytes });
  }

  save(guid: string, bytes: number): void {
    this.begin(guid);
    this.progress(guid, 'inProgress', bytes);
    if (this.isQuick || !this.cancelled.includes(guid)) this.progress(guid, 'completed', bytes);
  }
}

let browser: DownloadingBrowser;
let changes: Changes;
let events: ComputerEvent[];
let downloads: Downloads;
let folder: string;

beforeEach(async () => {
  browser = new DownloadingBrowser();
  changes = new Changes();
  events = [];
  downloads = new Downloads(browser as unknown as CDPSession, changes, (event) => events.push(event));
  folder = await mkdtemp(path.join(os.tmpdir(), 'downloads-test-'));
  await downloads.start(folder);
  return () => rm(folder, { recursive: true });
});

const errors = () =>
  changes.drain().flatMap((change) => (change.type === 'download_failed' ? [change.error] : []));

test('a file that is too large is refused', () => {
  browser.save('large', GIB + 1);
  browser.save('small', 1);
  expect(browser.cancelled).toEqual(['large']);
  expect(errors()).toEqual(['The file is too large.']);
});

test('files that are too large together are refused, while they come and afterwards', async () => {
  for (const guid of ['a', 'b']) browser.save(guid, GIB);
  for (const guid of ['c', 'd']) {
    browser.begin(guid);
    browser.progress(guid, 'inProgress', GIB - 1);
  }
  browser.save('over', 2);
  expect(browser.cancelled).toEqual(['over']);
  browser.progress('d', 'inProgress', GIB);
  for (const guid of ['c', 'd']) browser.progress(guid, 'completed', GIB);
  await downloads.finish(signal);
  browser.begin('late');
  expect(browser.cancelled).toEqual(['over', 'late']);
  expect(new Set(errors())).toEqual(new Set(['The downloaded files are too large together.']));
});

test('files are saved until there are too many', async () => {
  for (let count = 0; count < 200; count++) browser.save(`file ${count}`, 1);
  await downloads.finish(signal);
  changes.drain();
  browser.save('one more', 1);
  expect(browser.cancelled).toEqual(['one more']);
  expect(errors()).toEqual(['Too many files have been downloaded.']);
});

test('a file that is refused and there already is removed', async () => {
  await writeFile(path.join(folder, 'large'), '');
  browser.isQuick = true;
  browser.save('large', GIB + 1);
  await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]));
  expect(errors()).toEqual(['The file is too large.']);
});

test('of files without end the user is told of a few between two reports', async () => {
  for (let count = 0; count < 60; count++) browser.save(`file ${count}`, 1);
  await downloads.finish(signal);
  expect(events).toHaveLength(5);
  changes.drain();
  browser.save('later', 1);
  await downloads.finish(signal);
  expect(events).toHaveLength(6);
});
