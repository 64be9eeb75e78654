/** The files of a session's long outputs, in a temporary folder that only its user may enter. */
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { makeTempFolderSync, removeOrphanedTempFolders } from '../../base/tempFolders.ts';

const PREFIX = 'computer-use-chat-output-';

/** So many are kept: the latest. */
const MAX_FILES = 4;

export class OutputFiles {
  readonly #root: string;
  readonly #paths: string[] = [];
  #folder: string | undefined;
  #count = 0;
  #isClosed = false;

  /** @param root - where the folder is made; the system's temporary folder by default */
  constructor(root = os.tmpdir()) {
    this.#root = root;
  }

  /** A path for a new file; undefined where there can be none. The oldest file goes where there are many. */
  next(): string | undefined {
    if (this.#isClosed) return undefined;
    try {
      this.#folder ??= this.#makeFolder();
    } catch {
      return undefined; // the model still gets the beginning and the end
    }
    this.#count += 1;
    const file = path.join(this.#folder, `output-${this.#count}.txt`);
    this.#paths.push(file);
    const oldest = this.#paths.length > MAX_FILES ? this.#paths.shift() : undefined;
    // One that cannot be removed now goes with the folder.
    if (oldest !== undefined) void rm(oldest, { force: true }).catch(() => undefined);
    return file;
  }

  /** Has those of killed hosts removed as well, in the background. */
  #makeFolder(): string {
    void removeOrphanedTempFolders(PREFIX, this.#root);
    return makeTempFolderSync(PREFIX, this.#root);
  }

  /** Removes all. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}
