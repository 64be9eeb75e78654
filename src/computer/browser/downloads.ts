/**
 * Follows the downloads of a browser. While it writes, files are named by an id, never by the page: they cannot hit
 * anything else. A complete one gets its name, in a folder of its own.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { CDPSession, Protocol } from 'puppeteer-core';
import { delay } from '../../base/delay.ts';
import { ignoreFailure } from '../bounded.ts';
import type { ComputerEvent } from '../computer.ts';
import { cut } from '../cut.ts';
import type { Changes, StateChange } from './changes.ts';
import { safeFileName } from './fileName.ts';

/** What a browser may save: a page could fill the disk with one file, or with many, for which it needs no click. */
const MAX_DOWNLOAD_BYTES = 1024 ** 3;
const MAX_TOTAL_BYTES = 4 * 1024 ** 3;
const MAX_DOWNLOADS = 200;

/** Ends of downloads between two reports to the model that the user is told of. */
const MAX_TOLD = 5;

/** In characters. */
const MAX_URL = 2_000;
const MAX_NAME = 255;

/** How long a call waits for a download it started. */
const FINISH_LIMIT_MS = 1_000;

interface Download {
  readonly url: string;
  readonly fileName: string;
  /** Received, or announced where that is more. */
  bytes: number;
  /** Why it has been refused. */
  refusal: string | undefined;
}

export class Downloads {
  readonly #session: CDPSession;
  readonly #changes: Changes;
  readonly #fire: (event: ComputerEvent) => void;
  readonly #running = new Map<string, Download>();
  /** Absolute; undefined before the start. */
  #folder: string | undefined;
  #lastNumber = 0;
  #begun = 0;
  /** Of those that are complete. */
  #savedBytes = 0;
  /** Ends since so many reports. */
  #told = 0;
  #toldSince = 0;

  constructor(session: CDPSession, changes: Changes, fire: (event: ComputerEvent) => void) {
    this.#session = session;
    this.#changes = changes;
    this.#fire = fire;
  }

  /**
   * Waits a moment for downloads under way, so that a small one is told with the call that asked for it.
   * @throws the signal's reason
   */
  async finish(signal: AbortSignal): Promise<void> {
    const end = performance.now() + FINISH_LIMIT_MS;
    while (this.#running.size > 0 && performance.now() < end) await delay(25, signal);
  }

  /** Lets downloads go to `folder` (absolute) and begins to follow them. */
  async start(folder: string): Promise<void> {
    this.#folder = folder;
    this.#session.on('Browser.downloadWillBegin', (event) => this.#onBegin(event));
    this.#session.on('Browser.downloadProgress', (event) => this.#onProgress(event));
    await this.#session.send('Browser.setDownloadBehavior', {
      behavior: 'allowAndName',
      downloadPath: folder,
      eventsEnabled: true,
    });
  }

  /** Whether a file is one of them. */
  has(file: string): boolean {
    return this.#folder !== undefined && file.startsWith(this.#folder + path.sep);
  }

  #onBegin(event: Protocol.Browser.DownloadWillBeginEvent): void {
    // A `data:` address holds the whole file.
    const url = cut(event.url, MAX_URL);
    const fileName = cut(event.suggestedFilename, MAX_NAME);
    const download: Download = { url, fileName, bytes: 0, refusal: undefined };
    this.#running.set(event.guid, download);
    this.#changes.add({ type: 'download_started', download_id: event.guid, url });
    if (++this.#begun > MAX_DOWNLOADS)
      this.#refuse(event.guid, download, 'Too many files have been downloaded.');
    else this.#checkSize(event.guid, download);
  }

  #onProgress(event: Protocol.Browser.DownloadProgressEvent): void {
    const download = this.#running.get(event.guid);
    if (download === undefined) return;
    const { url, fileName } = download;
    download.bytes = Math.max(event.totalBytes, event.receivedBytes);
    if (event.state === 'inProgress') {
      this.#checkSize(event.guid, download);
      return;
    }
    const isComplete = event.state === 'completed';
    if (isComplete && download.refusal === undefined) {
      void this.#complete(event, download);
      return;
    }
    // A small file may be there before it could be cancelled.
    if (isComplete) ignoreFailure(rm(path.join(this.#folder ?? '', event.guid), { force: true }));
    this.#running.delete(event.guid);
    const error = download.refusal ?? 'The download was cancelled or interrupted.';
    const change = { type: 'download_failed', download_id: event.guid, url, error } as const;
    this.#tell(change, { type: 'download', fileName, outcome: 'failed' });
  }

  #checkSize(guid: string, download: Download): void {
    if (download.bytes > MAX_DOWNLOAD_BYTES) {
      this.#refuse(guid, download, 'The file is too large.');
      return;
    }
    let total = this.#savedBytes;
    for (const { bytes, refusal } of this.#running.values()) if (refusal === undefined) total += bytes;
    if (total >= MAX_TOTAL_BYTES)
      this.#refuse(guid, download, 'The downloaded files are too large together.');
  }

  #refuse(guid: string, download: Download, refusal: string): void {
    if (download.refusal !== undefined) return;
    download.refusal = refusal;
    ignoreFailure(this.#session.send('Browser.cancelDownload', { guid }));
  }

  /** A page can save files in a loop: the user is told of the first ones. */
  #tell(change: StateChange, event: ComputerEvent): void {
    this.#changes.add(change);
    if (this.#toldSince !== this.#changes.reports) this.#told = 0;
    this.#toldSince = this.#changes.reports;
    if (++this.#told <= MAX_TOLD) this.#fire(event);
  }

  /** Never rejects: a file that cannot get its name keeps its id. */
  async #complete(
    { guid, receivedBytes }: Protocol.Browser.DownloadProgressEvent,
    { url, fileName }: Download,
  ): Promise<void> {
    const saved = path.join(this.#folder ?? '', guid);
    const file = await this.#named(saved, fileName).catch(() => saved);
    this.#running.delete(guid);
    this.#savedBytes += receivedBytes;
    this.#tell(
      { type: 'download_completed', download_id: guid, url, path: file, size_bytes: receivedBytes },
      { type: 'download', fileName, outcome: 'completed', path: file },
    );
  }

  async #named(saved: string, fileName: string): Promise<string> {
    const folder = path.join(path.dirname(saved), String(++this.#lastNumber));
    await mkdir(folder);
    const file = path.join(folder, safeFileName(fileName));
    await rename(saved, file);
    return file;
  }
}
