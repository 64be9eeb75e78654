/** Pictures of another size: smaller ones by area averaging, larger ones by interpolation. */
import type { Pixels } from './connection.ts';
import type { Rect, Size } from './geometry.ts';

/** A part of the pixels as they are. @param area - within them */
export function crop(pixels: Pixels, { x, y, width, height }: Rect): Pixels {
  const data = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row += 1) {
    const from = ((y + row) * pixels.width + x) * 4;
    data.set(pixels.data.subarray(from, from + width * 4), row * width * 4);
  }
  return { width, height, data };
}

/**
 * Each pixel of the result is the average of what it covers, pixels at its edges by the share that it covers: thin
 * lines and small text grow paler, but none falls between two samples. Where the result is larger, each of its pixels
 * is weighed from the two (by two) whose middles are around its own.
 */
export function resample(pixels: Pixels, { width, height }: Size): Pixels {
  if (pixels.width === width && pixels.height === height) return crop(pixels, { x: 0, y: 0, width, height });
  const columns = weightsFor(pixels.width, width);
  const rows = weightsFor(pixels.height, height);
  const data = new Uint8Array(width * height * 4);
  const sums = new Float32Array(width * 3);
  const cache = new RowCache(pixels, columns, width);
  for (let y = 0; y < height; y += 1) {
    sums.fill(0);
    for (let at = rows.starts[y] as number; at < (rows.starts[y + 1] as number); at += 1) {
      const row = cache.row(rows.sources[at] as number);
      const weight = rows.weights[at] as number;
      for (let index = 0; index < sums.length; index += 1) {
        sums[index] = (sums[index] as number) + (row[index] as number) * weight;
      }
    }
    writeRow(sums, data, y * width * 4);
  }
  return { width, height, data };
}

function writeRow(sums: Float32Array, data: Uint8Array, start: number): void {
  let to = start;
  for (let from = 0; from < sums.length; from += 3) {
    data[to] = (sums[from] as number) + 0.5;
    data[to + 1] = (sums[from + 1] as number) + 0.5;
    data[to + 2] = (sums[from + 2] as number) + 0.5;
    data[to + 3] = 255;
    to += 4;
  }
}

/** Which places make up each place of the result: those of place `i` are at `starts[i]` up to `starts[i + 1]`. */
interface Weights {
  readonly starts: Uint32Array;
  readonly sources: Uint32Array;
  /** They add up to 1 for each place of the result. */
  readonly weights: Float32Array;
}

function weightsFor(from: number, to: number): Weights {
  const scale = from / to;
  const starts = new Uint32Array(to + 1);
  const sources: number[] = [];
  const weights: number[] = [];
  for (let place = 0; place < to; place += 1) {
    const shares =
      scale >= 1 ? covered(place * scale, (place + 1) * scale) : between((place + 0.5) * scale, from);
    for (const [source, weight] of shares) {
      sources.push(Math.min(source, from - 1));
      weights.push(weight);
    }
    starts[place + 1] = sources.length;
  }
  return { starts, sources: Uint32Array.from(sources), weights: Float32Array.from(weights) };
}

/** The places that the stretch from `start` to `end` covers, each with its share of the stretch. */
function covered(start: number, end: number): [number, number][] {
  const shares: [number, number][] = [];
  for (let source = Math.floor(start); source < end; source += 1) {
    const share = (Math.min(end, source + 1) - Math.max(start, source)) / (end - start);
    if (share > 0) shares.push([source, share]);
  }
  return shares;
}

/** The two places whose middles are around `middle`, the nearer one with the larger share. */
function between(middle: number, count: number): [number, number][] {
  const left = Math.max(0, Math.floor(middle - 0.5));
  const share = Math.min(1, Math.max(0, middle - 0.5 - left));
  return [
    [left, 1 - share],
    [Math.min(left + 1, count - 1), share],
  ];
}

interface ScaledRow {
  source: number;
  /** Red, green, blue of each place. */
  readonly values: Float32Array;
}

/** Rows of the source that are scaled in their width already; a row is at most part of two rows of the result. */
class RowCache {
  readonly #pixels: Pixels;
  readonly #columns: Weights;
  readonly #width: number;
  readonly #rows: ScaledRow[];
  #next = 0;

  constructor(pixels: Pixels, columns: Weights, width: number) {
    this.#pixels = pixels;
    this.#columns = columns;
    this.#width = width;
    this.#rows = [0, 1].map(() => ({ source: -1, values: new Float32Array(width * 3) }));
  }

  row(source: number): Float32Array {
    const known = this.#rows.find((row) => row.source === source);
    if (known) return known.values;
    const row = this.#rows[this.#next] as ScaledRow;
    this.#next = 1 - this.#next;
    row.source = source;
    this.#fill(row.values, source * this.#pixels.width * 4);
    return row.values;
  }

  #fill(values: Float32Array, rowStart: number): void {
    const { data } = this.#pixels;
    const { starts, sources, weights } = this.#columns;
    let at = 0;
    for (let x = 0; x < this.#width; x += 1) {
      const end = starts[x + 1] as number;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (; at < end; at += 1) {
        const from = rowStart + (sources[at] as number) * 4;
        const weight = weights[at] as number;
        red += (data[from] as number) * weight;
        green += (data[from + 1] as number) * weight;
        blue += (data[from + 2] as number) * weight;
      }
      values[x * 3] = red;
      values[x * 3 + 1] = green;
      values[x * 3 + 2] = blue;
    }
  }
}
