import type { Rect } from '../../../../src/computer/desktop/geometry.ts';
import type { Framebuffer } from '../../../../src/computer/desktop/rfb/framebuffer.ts';
import { DEFAULT_LIMITS } from '../../../../src/computer/desktop/rfb/limits.ts';
import { ByteQueue, type Parse, ParseRun } from '../../../../src/computer/desktop/rfb/parse.ts';

/**
 * Runs a parser over bytes that come in chunks.
 *
 * @param nextLength - how long the next chunk is
 * @throws what the parser throws; Error when it does not end with the bytes
 */
export function parse<T>(parser: Parse<T>, bytes: Uint8Array, nextLength = () => bytes.length): T {
  const queue = new ByteQueue();
  const run = new ParseRun(parser, queue, DEFAULT_LIMITS.maxRequest);
  let result = run.advance();
  for (let at = 0; at < bytes.length && !result; ) {
    const length = Math.min(nextLength(), bytes.length - at);
    queue.push(bytes.subarray(at, at + length));
    at += length;
    result = run.advance();
    if (result && (at < bytes.length || queue.length > 0)) throw new Error('It ended before the bytes did.');
  }
  if (!result) throw new Error('It waits for more bytes.');
  return result.value;
}

/** A copy of the pixels in `rect`. */
export function areaOf({ data, width }: Framebuffer, rect: Rect): Uint8Array {
  const copy = new Uint8Array(rect.width * rect.height * 4);
  for (let row = 0; row < rect.height; row += 1) {
    const from = ((rect.y + row) * width + rect.x) * 4;
    copy.set(data.subarray(from, from + rect.width * 4), row * rect.width * 4);
  }
  return copy;
}
