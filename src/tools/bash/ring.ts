/** The latest bytes of many. */
export class Ring {
  readonly #bytes: Buffer;
  #count = 0;

  constructor(size: number) {
    this.#bytes = Buffer.alloc(size);
  }

  /** Of all that were written. */
  get count(): number {
    return this.#count;
  }

  write(bytes: Uint8Array): void {
    const { length } = this.#bytes;
    const last = bytes.subarray(Math.max(0, bytes.length - length));
    const at = (this.#count + bytes.length - last.length) % length;
    const fits = Math.min(last.length, length - at);
    this.#bytes.set(last.subarray(0, fits), at);
    this.#bytes.set(last.subarray(fits), 0);
    this.#count += bytes.length;
  }

  /** A copy of the last `size` bytes, or of as many as there are. */
  last(size: number): Buffer {
    const { length } = this.#bytes;
    const end = this.#count % length;
    const wanted = Math.min(size, this.#count, length);
    if (wanted <= end) return Buffer.from(this.#bytes.subarray(end - wanted, end));
    return Buffer.concat([this.#bytes.subarray(length - (wanted - end)), this.#bytes.subarray(0, end)]);
  }
}
