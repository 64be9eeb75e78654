/** What is left of a picture of the screen to tell whether another one is the same, and where it differs. */

/** Hashes of the picture's blocks, row by row. Equal hashes: equal pixels, but for one chance in four billion. */
export interface ScreenSignature {
  readonly columns: number;
  readonly rows: number;
  readonly blocks: Uint32Array;
}

/** Side of a block in px: small enough to tell a place from the next one, and a picture of 1280x800 is 4 KB. */
const BLOCK = 32;

/** Of both sides, in blocks; larger screens have larger blocks. */
const MAX_BLOCKS = 64;

/** Odd, so that no bit of a pixel is lost; from xxHash32. */
const PRIME = 0x9e3779b1;

/** Makes a signature from rows of pixels as they come, from the top. */
export class SignatureMaker {
  readonly #width: number;
  readonly #height: number;
  readonly #side: number;
  readonly #columns: number;
  readonly #blocks: Uint32Array;
  #row = 0;

  /** @param width - px, as `height` */
  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#side = Math.max(BLOCK, Math.ceil(Math.max(width, height) / MAX_BLOCKS));
    this.#columns = Math.ceil(width / this.#side);
    this.#blocks = new Uint32Array(this.#columns * Math.ceil(height / this.#side));
  }

  /**
   * Takes the next row.
   * @param start - index of its first pixel in `data`
   * @param pixelBytes - bytes of a pixel, of which the first three count
   */
  add(data: Uint8Array, start: number, pixelBytes: number): void {
    const first = Math.floor(this.#row / this.#side) * this.#columns;
    let at = start;
    for (let column = 0; column < this.#columns; column += 1) {
      const end = Math.min(this.#width, (column + 1) * this.#side) * pixelBytes + start;
      let hash = this.#blocks[first + column] as number;
      for (; at < end; at += pixelBytes) {
        const pixel =
          (data[at] as number) | ((data[at + 1] as number) << 8) | ((data[at + 2] as number) << 16);
        hash = Math.imul(hash ^ pixel, PRIME);
        hash ^= hash >>> 15;
      }
      this.#blocks[first + column] = hash;
    }
    this.#row += 1;
  }

  /** Of all rows. @throws RangeError where some are missing */
  finish(): ScreenSignature {
    if (this.#row !== this.#height) throw new RangeError(`${this.#row} rows of ${this.#height}.`);
    const columns = this.#columns;
    return { columns, rows: this.#blocks.length / columns, blocks: this.#blocks };
  }
}

/** Of pixels in memory: 4 bytes each, rows without padding. */
export function signatureOf(width: number, height: number, data: Uint8Array): ScreenSignature {
  const maker = new SignatureMaker(width, height);
  for (let row = 0; row < height; row += 1) maker.add(data, row * width * 4, 4);
  return maker.finish();
}
