import type { CursorShape, Pixels, ScreenChange } from '../connection.ts';
import type { Rect, Size } from '../geometry.ts';
import { intersectionOf } from '../geometry.ts';
import { Damage } from './damage.ts';
import { DEFAULT_LIMITS, type RfbLimits } from './limits.ts';
import { ProtocolError } from './parse.ts';

/** Black as a word of {@link Framebuffer.words}. */
export const OPAQUE = 0xff_00_00_00;

/**
 * A screen in memory: its pixels, the pointer's shape, and what changed since somebody last asked.
 *
 * Decoders write into {@link words} after one {@link check} of the rectangle.
 */
export class Framebuffer implements Pixels {
  readonly limits: RfbLimits;
  #width: number;
  #height: number;
  #data: Uint8Array;
  #words: Uint32Array;
  #cursor: CursorShape | undefined;
  #isResized = false;
  #isCursorChanged = false;
  #damage = new Damage();

  /** @throws ProtocolError for a size beyond the limits, or none */
  constructor(size: Size, limits = DEFAULT_LIMITS) {
    checkSize(size, limits);
    this.limits = limits;
    this.#width = size.width;
    this.#height = size.height;
    this.#words = blank(size);
    this.#data = new Uint8Array(this.#words.buffer);
  }

  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /**
   * {@link data}, one number a pixel: alpha (always 255), blue, green, red from the highest byte down. VS Code runs on
   * little-endian processors only, where that is the order of `data`.
   */
  get words(): Uint32Array {
    return this.#words;
  }

  get cursor(): CursorShape | undefined {
    return this.#cursor;
  }

  set cursor(shape: CursorShape | undefined) {
    this.#cursor = shape;
    this.#isCursorChanged = true;
  }

  /**
   * Makes it another size; what both sizes have stays, the rest is black.
   *
   * @throws ProtocolError for a size beyond the limits, or none
   */
  resize(size: Size): void {
    if (size.width === this.#width && size.height === this.#height) return;
    checkSize(size, this.limits);
    const words = blank(size);
    const columns = Math.min(size.width, this.#width);
    const rows = Math.min(size.height, this.#height);
    for (let row = 0; row < rows; row += 1) {
      const from = row * this.#width;
      words.set(this.#words.subarray(from, from + columns), row * size.width);
    }
    this.#width = size.width;
    this.#height = size.height;
    this.#words = words;
    this.#data = new Uint8Array(words.buffer);
    this.#isResized = true;
  }

  /** @throws ProtocolError when `rect` is not wholly on the screen */
  check(rect: Rect): void {
    const { x, y, width, height } = rect;
    if (x >= 0 && y >= 0 && x + width <= this.#width && y + height <= this.#height) return;
    const screen = `${this.#width}x${this.#height}`;
    throw new ProtocolError(
      `The VNC server drew ${width}x${height} px at ${x},${y}, outside its screen of ${screen}.`,
    );
  }

  /** Notes that pixels of `rect` changed. */
  touch(rect: Rect): void {
    this.#damage.add(rect);
  }

  /** Fills `rect`, which was checked, with one colour. */
  fill(rect: Rect, word: number): void {
    let from = rect.y * this.#width + rect.x;
    for (let row = 0; row < rect.height; row += 1, from += this.#width) {
      this.#words.fill(word, from, from + rect.width);
    }
  }

  /** What changed since the last call, the size first. */
  takeChanges(): ScreenChange[] {
    const changes: ScreenChange[] = [];
    const screen = { x: 0, y: 0, width: this.#width, height: this.#height };
    if (this.#isResized) changes.push({ type: 'size', size: { width: screen.width, height: screen.height } });
    for (const area of this.#damage.take()) {
      // Part of it may be gone since then.
      const left = intersectionOf(area, screen);
      if (left) changes.push({ type: 'pixels', area: left });
    }
    if (this.#isCursorChanged) changes.push({ type: 'cursor' });
    this.#isResized = false;
    this.#isCursorChanged = false;
    return changes;
  }
}

function checkSize({ width, height }: Size, { maxScreenEdge, maxScreenPixels }: RfbLimits): void {
  const isInside = width <= maxScreenEdge && height <= maxScreenEdge && width * height <= maxScreenPixels;
  if (width >= 1 && height >= 1 && isInside) return;
  throw new ProtocolError(
    `The VNC server has a screen of ${width}x${height} px; up to ${maxScreenEdge} px a side and ${maxScreenPixels} in all are taken.`,
  );
}

function blank({ width, height }: Size): Uint32Array {
  return new Uint32Array(width * height).fill(OPAQUE);
}
