import {
  Z_BUF_ERROR,
  Z_OK,
  Z_STREAM_END,
  Z_SYNC_FLUSH,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako';
import { ProtocolError } from './parse.ts';

/** zlib's largest window, 2^15 bytes, which takes streams with any. */
const WINDOW_BITS = 15;

/**
 * A zlib stream that goes on from one rectangle to the next. It inflates into memory of the caller, so that what comes
 * out is bounded by that, and copied by nobody.
 */
export class InflateStream {
  readonly #stream = new ZStream();

  constructor() {
    zlibInflateInit2(this.#stream, WINDOW_BITS);
  }

  /** Puts the next compressed bytes in; those before must be used up. They must not change until they are. */
  feed(bytes: Uint8Array): void {
    this.#stream.input = bytes;
    this.#stream.next_in = 0;
    this.#stream.avail_in = bytes.length;
  }

  /**
   * Inflates into `output` from index `from` on until it is full, or all that was fed is used up.
   *
   * @returns the index behind the last byte written
   * @throws ProtocolError when what was fed is no such stream
   */
  inflate(output: Uint8Array<ArrayBuffer>, from: number): number {
    const stream = this.#stream;
    stream.output = output;
    stream.next_out = from;
    stream.avail_out = output.length - from;
    const status = zlibInflate(stream, Z_SYNC_FLUSH);
    // Z_BUF_ERROR: there was nothing to do.
    if (status !== Z_OK && status !== Z_BUF_ERROR && (status !== Z_STREAM_END || stream.avail_in > 0)) {
      const reason =
        stream.msg || (status === Z_STREAM_END ? 'it goes on behind its end' : `status ${status}`);
      throw new ProtocolError(`The VNC server sent compressed pixels that cannot be read: ${reason}.`);
    }
    return stream.next_out;
  }

  /** Begins a new stream. */
  reset(): void {
    zlibInflateReset(this.#stream);
    this.feed(NOTHING);
  }
}

const NOTHING = new Uint8Array();
