import { createHash } from 'node:crypto';
import {
  type Dir,
  mkdirSync,
  opendirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readImageInfo } from '../base/imageInfo.ts';
import { type ImageMediaType, type ScreenshotRef, screenshotFileName } from '../protocol/transcript.ts';
import { HistoryError, toFileError } from './errors.ts';

/** Age in ms past which a file still being written was left by a host that died: a write takes milliseconds. */
const ABANDONED_AFTER_MS = 60_000;

const IMAGE_NAME = /^[0-9a-f]{64}\.[a-z]+$/;

/** Screenshots as files named by their content: the same image twice is one file. */
export class ScreenshotStore {
  /** Holds the image files, `<sha256>.<ext>`. */
  readonly folder: string;
  /** Files on their way in. Apart, so that what a dead host left is found without listing the images. */
  readonly #incoming: string;
  /** Files found to be damaged, by name: the system lost a part of them. */
  readonly #damaged = new Set<string>();

  /** @throws HistoryError when the folder cannot be made. */
  constructor(folder: string) {
    this.folder = folder;
    this.#incoming = join(folder, '.incoming');
    try {
      mkdirSync(this.#incoming, { recursive: true });
      this.#removeAbandoned();
    } catch (error) {
      throw toFileError(error, folder);
    }
  }

  /**
   * Keeps an image. The file appears whole or not at all.
   *
   * @throws HistoryError when `bytes` are no image of `mediaType` or the file cannot be written
   */
  put(bytes: Uint8Array, mediaType: ImageMediaType): ScreenshotRef {
    const header = readImageInfo(bytes);
    if (header?.mediaType !== mediaType) {
      throw new HistoryError('not-an-image', `A screenshot is not the ${mediaType} it is said to be.`);
    }
    const sha256 = sha256Of(bytes);
    const ref: ScreenshotRef = { sha256, mediaType, width: header.width, height: header.height };
    const name = screenshotFileName(ref);
    const path = join(this.folder, name);
    const isSound = !this.#damaged.delete(name);
    // A file of another length is one the system lost a part of (power loss): write it again.
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (isSound && size === bytes.length && touch(path)) return ref;
    const incoming = join(this.#incoming, `${name}.${process.pid}`);
    try {
      writeFileSync(incoming, bytes);
      renameSync(incoming, path);
    } catch (error) {
      rmSync(incoming, { force: true });
      throw toFileError(error, path);
    }
    return ref;
  }

  /** The file's size in bytes; 0 when there is none. */
  byteLength(ref: Pick<ScreenshotRef, 'sha256' | 'mediaType'>): number {
    return this.stat(ref).bytes;
  }

  /** The file's size in bytes, and when it was put last, in ms since the epoch; both 0 when there is none. */
  stat(ref: Pick<ScreenshotRef, 'sha256' | 'mediaType'>): { readonly bytes: number; readonly putAt: number } {
    const file = statSync(join(this.folder, screenshotFileName(ref)), { throwIfNoEntry: false });
    return { bytes: file?.size ?? 0, putAt: file?.mtimeMs ?? 0 };
  }

  /** Whether the file is there, as far as is known without reading it: damage shows when it is read. */
  has(ref: Pick<ScreenshotRef, 'sha256' | 'mediaType'>): boolean {
    return !this.#damaged.has(screenshotFileName(ref)) && this.byteLength(ref) > 0;
  }

  /** The file's bytes, or undefined when it is missing or damaged. @throws HistoryError when it cannot be read. */
  read(ref: Pick<ScreenshotRef, 'sha256' | 'mediaType'>): Buffer | undefined {
    const name = screenshotFileName(ref);
    const path = join(this.folder, name);
    if (!statSync(path, { throwIfNoEntry: false })) return undefined;
    try {
      const bytes = readFileSync(path);
      if (sha256Of(bytes) === ref.sha256) return bytes;
      this.#damaged.add(name);
      return undefined;
    } catch (error) {
      throw toFileError(error, path);
    }
  }

  /**
   * The names of the images, read as they are asked for; what else lies in the folder is left out.
   *
   * @throws HistoryError when the folder cannot be read
   */
  *names(): Generator<string> {
    const folder = openFolder(this.folder);
    try {
      for (let entry = folder.readSync(); entry; entry = folder.readSync()) {
        if (IMAGE_NAME.test(entry.name)) yield entry.name;
      }
    } finally {
      folder.closeSync();
    }
  }

  /**
   * Deletes an image that nobody has put since `time` (ms since the epoch), even where another host puts it at this
   * very moment: {@link put} touches what it finds, and writes it anew where it is gone. Returns the bytes freed, or
   * undefined when it could not be deleted now and has to be tried again.
   */
  removeUntouched(file: string, time: number): number | undefined {
    const path = join(this.folder, file);
    const leaving = join(this.#incoming, `${file}.${process.pid}.leaving`);
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found || found.mtimeMs > time) return 0;
      renameSync(path, leaving);
      const { mtimeMs, size } = statSync(leaving);
      if (mtimeMs > time) {
        renameSync(leaving, path);
        return 0;
      }
      rmSync(leaving);
      return size;
    } catch {
      // Open elsewhere on Windows, or on its way through the hands of another host.
      return undefined;
    }
  }

  #removeAbandoned(): void {
    for (const name of readdirSync(this.#incoming)) {
      const path = join(this.#incoming, name);
      const file = statSync(path, { throwIfNoEntry: false });
      if (file && Date.now() - file.mtimeMs > ABANDONED_AFTER_MS) rmSync(path, { force: true });
    }
  }
}

function openFolder(path: string): Dir {
  try {
    return opendirSync(path);
  } catch (error) {
    throw toFileError(error, path);
  }
}

/** Makes the file as new as one just written. Returns whether it is there. */
function touch(path: string): boolean {
  const now = new Date();
  try {
    utimesSync(path, now, now);
    return true;
  } catch {
    // Deleted this moment, or another user's: written anew it is ours.
    return false;
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
