import { ProtocolError } from '../parse.ts';
import type { PixelFormat } from '../pixelFormat.ts';
import { packed, scale } from './pixelReader.ts';

/** How components lie in the pixels that the gradient filter of Tight writes. */
interface GradientFormat {
  readonly pixelSize: number;
  readonly isBigEndian: boolean;
  /** Red, green, blue. */
  readonly maxima: readonly [number, number, number];
  readonly shifts: readonly [number, number, number];
}

/**
 * @param pixelSize - bytes of a TPIXEL
 * @throws ProtocolError for a format that the filter is not for
 */
export function gradientOf(format: PixelFormat, pixelSize: number): GradientFormat {
  if (!format.isTrueColour) throw new ProtocolError('The VNC server used a gradient with a colour map.');
  const maxima = [format.redMax, format.greenMax, format.blueMax] as const;
  // TPIXEL: red, green, blue in this order, whatever the format says.
  if (pixelSize === 3) return { pixelSize, isBigEndian: false, maxima, shifts: [0, 8, 16] };
  const shifts = [format.redShift, format.greenShift, format.blueShift] as const;
  return { pixelSize, isBigEndian: format.isBigEndian, maxima, shifts };
}

/**
 * Undoes the gradient filter of Tight: of each component came how far it is from what its neighbours let expect, which
 * is left + above - above left.
 */
export class Gradient {
  readonly #format: GradientFormat;
  readonly #width: number;
  /** The row above, and this one as far as it is known: per component, with one px of 0 at its left. */
  readonly #rows: readonly [Uint16Array, Uint16Array, Uint16Array];
  readonly #scales: readonly [Uint8Array, Uint8Array, Uint8Array];

  constructor(format: GradientFormat, width: number) {
    this.#format = format;
    this.#width = width;
    const row = () => new Uint16Array(width + 1);
    this.#rows = [row(), row(), row()];
    const [red, green, blue] = format.maxima;
    this.#scales = [scale(red), scale(green), scale(blue)];
  }

  /** Writes the next row, which begins at `offset` of `bytes`, to `words` from the index `to` on. */
  paintRow(bytes: Uint8Array, offset: number, words: Uint32Array, to: number): void {
    const { pixelSize, isBigEndian } = this.#format;
    const [redMax, greenMax, blueMax] = this.#format.maxima;
    const [redShift, greenShift, blueShift] = this.#format.shifts;
    const [reds, greens, blues] = this.#rows;
    const [redScale, greenScale, blueScale] = this.#scales;
    const previous = { red: 0, green: 0, blue: 0 };
    const left = { red: 0, green: 0, blue: 0 };
    let at = offset;
    for (let column = 1; column <= this.#width; column += 1) {
      let value = 0;
      for (let byte = 0; byte < pixelSize; byte += 1) {
        value = (value << 8) | (bytes[at + (isBigEndian ? byte : pixelSize - 1 - byte)] ?? 0);
      }
      at += pixelSize;
      const red = ((value >>> redShift) + expected(reds, column, left.red, previous.red, redMax)) & redMax;
      const green =
        ((value >>> greenShift) + expected(greens, column, left.green, previous.green, greenMax)) & greenMax;
      const blue =
        ((value >>> blueShift) + expected(blues, column, left.blue, previous.blue, blueMax)) & blueMax;
      previous.red = reds[column] ?? 0;
      previous.green = greens[column] ?? 0;
      previous.blue = blues[column] ?? 0;
      reds[column] = left.red = red;
      greens[column] = left.green = green;
      blues[column] = left.blue = blue;
      words[to + column - 1] = packed(redScale[red] ?? 0, greenScale[green] ?? 0, blueScale[blue] ?? 0);
    }
  }
}

/** @param aboveLeft - which `row` no longer has */
function expected(row: Uint16Array, column: number, left: number, aboveLeft: number, max: number): number {
  const value = left + (row[column] ?? 0) - aboveLeft;
  return value < 0 ? 0 : value > max ? max : value;
}
