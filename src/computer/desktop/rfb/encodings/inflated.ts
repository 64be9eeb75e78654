import type { InflateStream } from '../inflate.ts';
import { expect, type Parse } from '../parse.ts';
import type { Decoder, StreamName } from './decoder.ts';
import { BAND, type PaintRows } from './raw.ts';

/** The compressed bytes of one rectangle, read in pieces, on their way through a stream. */
export class Compressed {
  readonly stream: InflateStream;
  #left: number;

  /**
   * @param length - of the compressed bytes
   * @param most - bytes that the rectangle can need at most, inflated
   * @throws ProtocolError when `length` says that much more will come
   */
  constructor(stream: InflateStream, length: number, most: number) {
    // Stored blocks and flushes cost far less than this.
    expect(
      length <= 2 * most + BAND,
      `The VNC server sent ${length} compressed bytes for a rectangle that needs at most ${most}.`,
    );
    this.stream = stream;
    this.#left = length;
  }

  /**
   * Inflates into `output` from index `from` on until at least `to` is reached, or the rectangle has no more.
   *
   * @returns the index behind the last byte written
   */
  *fill(output: Uint8Array<ArrayBuffer>, from: number, to: number): Parse<number> {
    let end = this.stream.inflate(output, from);
    while (end < to && this.#left > 0) {
      yield* this.#feed();
      end = this.stream.inflate(output, end);
    }
    return end;
  }

  /** Reads to the end. @throws ProtocolError when something comes out */
  *finish(): Parse<void> {
    const end = yield* this.fill(SURPLUS, 0, 1);
    expect(end === 0, 'The VNC server sent more compressed pixels than the rectangle has.');
  }

  *#feed(): Parse<void> {
    const bytes = yield Math.min(this.#left, BAND);
    this.#left -= bytes.length;
    this.stream.feed(bytes);
  }
}

/** What must not come. */
const SURPLUS = new Uint8Array(1);

/**
 * Reads rows through a stream, some at a time.
 *
 * @param length - of the compressed bytes
 * @throws ProtocolError when fewer or more come out
 */
export function* inflateRows(
  { decoder, name, length, rowBytes, rows }: InflatedRows,
  paint: PaintRows,
): Parse<void> {
  const compressed = new Compressed(decoder.stream(name), length, rowBytes * rows);
  const bandRows = Math.max(1, Math.floor(BAND / rowBytes));
  for (let row = 0; row < rows; row += bandRows) {
    const count = Math.min(bandRows, rows - row);
    const bytes = decoder.scratch(count * rowBytes);
    const end = yield* compressed.fill(bytes, 0, bytes.length);
    expect(end === bytes.length, 'The VNC server sent fewer compressed pixels than the rectangle has.');
    paint(bytes, row, count);
    // A few compressed bytes can make many bands: who reads is to have the chance to stop here.
    yield 0;
  }
  yield* compressed.finish();
}

export interface InflatedRows {
  readonly decoder: Decoder;
  readonly name: StreamName;
  readonly length: number;
  readonly rowBytes: number;
  readonly rows: number;
}
