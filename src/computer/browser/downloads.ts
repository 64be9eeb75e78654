/**
 * Follows the downloads of a browser. While it writes, files are named by an id, never by the page: they cannot hit
 * anything else. A complete one gets its name, in a folder of its own.
 */
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { CDPSession, Protocol } from 'puppeteer-core';
import { delay } from '../../base/delay.ts';
import { ignoreFailure } from '../bounded.ts';
import type { ComputerEvent } from '../computer.ts';
import { cut } from '../cut.ts';
import type { Changes } from './changes.ts';
import { safeFileName } from './fileName.ts';

/** Larger files are refused: a page could fill the disk with one. */
const MAX_DOWNLOAD_BYTES = 1024 ** 3;

/** In characters. */
const MAX_URL = 2_000;
const MAX_NAME = 255;

/** How long a call waits for a download it started. */
const FINISH_LIMIT_MS = 1_000;

interface Download {
  readonly url: string;
  readonly fileName: string;
  isRefused: boolean;
}

export class Downloads {
  readonly #session: CDPSession;
  readonly #changes: Changes;
  readonly #fire: (event: ComputerEvent) => void;
  readonly #running = new Map<string, Download>();
  /** Absolute; undefined before the start. */
  #folder: string | undefined;
  #lastNumber = 0;

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
    this.#running.set(event.guid, {
      url,
      fileName: cut(event.suggestedFilename, MAX_NAME),
      isRefused: false,
    });
    this.#changes.add({ type: 'download_started', download_id: event.guid, url });
  }

  #onProgress(event: Protocol.Browser.DownloadProgressEvent): void {
    const download = this.#running.get(event.guid);
    if (download === undefined) return;
    const { url, fileName } = download;
    const bytes = Math.max(event.totalBytes, event.receivedBytes);
    if (event.state === 'inProgress') {
      if (bytes > MAX_DOWNLOAD_BYTES && !download.isRefused) {
        download.isRefused = true;
        ignoreFailure(this.#session.send('Browser.cancelDownload', { guid: event.guid }));
      }
      return;
    }
    if (event.state === 'completed') {
      void this.#complete(event, download);
      return;
    }
    this.#running.delete(event.guid);
    const error = download.isRefused
      ? 'The file is too large.'
      : 'The download was cancelled or interrupted.';
    this.#changes.add({ type: 'download_failed', download_id: event.guid, url, error });
    this.#fire({ type: 'download', fileName, outcome: 'failed' });
  }

  /** Never rejects: a file that cannot get its name keeps its id. */
  async #complete(
    { guid, receivedBytes }: Protocol.Browser.DownloadProgressEvent,
    { url, fileName }: Download,
  ): Promise<void> {
    const saved = path.join(this.#folder ?? '', guid);
    const file = await this.#named(saved, fileName).catch(() => saved);
    this.#running.delete(guid);
    this.#changes.add({
      type: 'download_completed',
      download_id: guid,
      url,
      path: file,
      size_bytes: receivedBytes,
    });
    this.#fire({ type: 'download', fileName, outcome: 'completed', path: file });
  }

  async #named(saved: string, fileName: string): Promise<string> {
    const folder = path.join(path.dirname(saved), String(++this.#lastNumber));
    await mkdir(folder);
    const file = path.join(folder, safeFileName(fileName));
    await rename(saved, file);
    return file;
  }
}
