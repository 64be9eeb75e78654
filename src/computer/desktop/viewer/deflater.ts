import { constants, createDeflate } from 'node:zlib';
import type { Disposable } from '../../../base/lifecycle.ts';

/** Fast rather than small: the bytes go to a window on the same machine in most cases. */
const LEVEL = 1;

/** A zlib stream over many pieces, each readable as soon as it has come. Compresses in a thread of the pool. */
export class Deflater implements Disposable {
  readonly #stream = createDeflate({ level: LEVEL });
  #chunks: Buffer[] = [];
  readonly #failed: Promise<never>;

  constructor() {
    this.#stream.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#failed = new Promise((_, reject) => this.#stream.on('error', reject));
    // Told to whoever deflates next.
    this.#failed.catch(() => {});
  }

  /** One piece at a time. @returns all bytes that the receiver needs for `data` */
  async deflate(data: Uint8Array): Promise<Buffer> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.write(data);
    this.#stream.flush(constants.Z_SYNC_FLUSH, resolve);
    await Promise.race([promise, this.#failed]);
    const chunks = this.#chunks;
    this.#chunks = [];
    return Buffer.concat(chunks);
  }

  dispose(): void {
    this.#stream.destroy();
  }
}
