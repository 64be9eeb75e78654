/**
 * Parsers of what a server sends, independent of how it comes in pieces.
 *
 * A parser is a generator: it yields how many bytes it needs next and is given exactly these, as often as it likes, and
 * returns what it read. Parsers are put together with `yield*`. They do no input or output and never wait.
 */

/** Yields a number of bytes (0 or more), is given that many. What it is given may be kept, but not written to. */
export type Parse<T> = Generator<number, T, Uint8Array>;

/** The server said something that it must not say, or that we do not take. The message is a plain sentence. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** @throws ProtocolError unless `condition` */
export function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ProtocolError(message);
}

export function* readU8(): Parse<number> {
  return u8(yield 1, 0);
}

/** Big-endian, as all numbers of the protocol outside of pixels. */
export function* readU16(): Parse<number> {
  return u16(yield 2, 0);
}

export function* readU32(): Parse<number> {
  return u32(yield 4, 0);
}

export function* readI32(): Parse<number> {
  return u32(yield 4, 0) | 0;
}

/** Reads `length` bytes past, in parts, so that no more than one part is ever held. */
export function* skip(length: number): Parse<void> {
  for (let left = length; left > 0; left -= SKIPPED_AT_ONCE) yield Math.min(left, SKIPPED_AT_ONCE);
}

const SKIPPED_AT_ONCE = 2 ** 16;

/** Reads a length (U32) and as many bytes, at most `limit`. @throws ProtocolError beyond, naming `what` */
export function* readCounted(limit: number, what: string): Parse<Uint8Array> {
  const length = yield* readU32();
  expect(length <= limit, `${what} has ${length} bytes, more than the ${limit} that are taken.`);
  return yield length;
}

// What is read beyond the end of `bytes` is 0; parsers ask for as many bytes as they look at.

export function u8(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

export function u16(bytes: Uint8Array, offset: number): number {
  return (u8(bytes, offset) << 8) | u8(bytes, offset + 1);
}

export function u32(bytes: Uint8Array, offset: number): number {
  return u16(bytes, offset) * 0x1_0000 + u16(bytes, offset + 2);
}

/** Chunks of fewer bytes are put together. */
const SMALL = 4096;

/** Bytes that came and were not yet read. */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  /** How much of the first chunk is read. */
  #read = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes `chunk` over; it must not change any more. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#length += chunk.length;
    const last = this.#chunks.at(-1);
    if (last && last.length < SMALL && chunk.length < SMALL) {
      // A server that sends byte by byte must not cost an object for each.
      const joined = new Uint8Array(last.length + chunk.length);
      joined.set(last);
      joined.set(chunk, last.length);
      this.#chunks[this.#chunks.length - 1] = joined;
    } else {
      this.#chunks.push(chunk);
    }
  }

  /** The next `length` bytes; copied only where they lie in several chunks. There must be as many. */
  take(length: number): Uint8Array {
    if (length > this.#length) throw new RangeError(`${length} of ${this.#length} bytes were asked for.`);
    if (length === 0) return new Uint8Array(0);
    const first = this.#chunks[0];
    if (first && first.length - this.#read >= length) {
      const start = this.#read;
      this.#advance(length);
      return first.subarray(start, start + length);
    }
    return this.#gather(length);
  }

  #gather(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let filled = 0;
    let used = 0;
    for (const chunk of this.#chunks) {
      const start = used === 0 ? this.#read : 0;
      const part = chunk.subarray(start, start + length - filled);
      bytes.set(part, filled);
      filled += part.length;
      if (start + part.length < chunk.length) {
        this.#read = start + part.length;
        break;
      }
      used++;
      this.#read = 0;
      if (filled === length) break;
    }
    this.#chunks.splice(0, used);
    this.#length -= length;
    return bytes;
  }

  #advance(length: number): void {
    this.#read += length;
    this.#length -= length;
    if (this.#read < (this.#chunks[0]?.length ?? 0)) return;
    this.#chunks.shift();
    this.#read = 0;
  }
}

/** A parser on its way through a queue. */
export class ParseRun<T> {
  readonly #parse: Parse<T>;
  readonly #queue: ByteQueue;
  readonly #maxRequest: number;
  #next: IteratorResult<number, T> | undefined;

  /** @param maxRequest - bytes that `parse` may ask for at once */
  constructor(parse: Parse<T>, queue: ByteQueue, maxRequest: number) {
    this.#parse = parse;
    this.#queue = queue;
    this.#maxRequest = maxRequest;
  }

  /**
   * Reads as far as the queue goes. What lies behind the end of the parser stays in the queue.
   *
   * @param mayGoOn - asked before each piece, so that a long message need not be read at one go
   * @returns what was read; undefined while bytes are missing, or when it may not go on
   * @throws ProtocolError, after which it must not be called again
   */
  advance(mayGoOn: () => boolean = () => true): { readonly value: T } | undefined {
    this.#next ??= this.#parse.next();
    while (!this.#next.done) {
      const wanted = this.#next.value;
      expect(
        wanted >= 0 && wanted <= this.#maxRequest,
        `${wanted} bytes in one piece are more than the ${this.#maxRequest} that are taken.`,
      );
      if (wanted > this.#queue.length || !mayGoOn()) return undefined;
      this.#next = this.#parse.next(this.#queue.take(wanted));
    }
    return { value: this.#next.value };
  }
}
