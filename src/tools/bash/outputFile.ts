/** Writes what comes to a file, through one buffer. */
import { closeSync, openSync, write } from 'node:fs';

const BUFFER_BYTES = 256 * 1_024;

export class OutputFile {
  readonly #fd: number;
  readonly #onRoom: () => void;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #used = 0;
  #writing: Promise<void> | undefined;
  /** Of what came. */
  bytes = 0;
  /** Whether something could not be written. */
  hasFailed = false;

  /**
   * @param path - of no file that is there
   * @param onRoom - told when more may come again
   * @throws what keeps it from being made
   */
  constructor(path: string, onRoom: () => void) {
    this.#fd = openSync(path, 'wx', 0o600);
    this.#onRoom = onRoom;
  }

  /** @returns whether more may come now; a quarter of the buffer's size at a time */
  write(bytes: Buffer): boolean {
    this.bytes += bytes.length;
    if (this.hasFailed) return true;
    this.#used += bytes.copy(this.#buffer, this.#used);
    if (this.#used < (BUFFER_BYTES / 4) * 3) return true;
    this.#writing = this.#flush().then(() => {
      this.#writing = undefined;
      this.#onRoom();
    });
    return false;
  }

  /** Never rejects. */
  async end(): Promise<void> {
    await this.#writing;
    await this.#flush();
    closeSync(this.#fd);
  }

  async #flush(): Promise<void> {
    let at = 0;
    while (at < this.#used && !this.hasFailed) at += await this.#writeFrom(at);
    this.#used = 0;
  }

  #writeFrom(at: number): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    write(this.#fd, this.#buffer, at, this.#used - at, null, (error, written) => {
      // A full disk costs the file; what the model reads is in memory.
      if (error) this.hasFailed = true;
      resolve(error ? 0 : written);
    });
    return promise;
  }
}
