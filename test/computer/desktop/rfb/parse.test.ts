import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ByteQueue,
  type Parse,
  ParseRun,
  ProtocolError,
  readCounted,
  readI32,
  readU8,
  readU16,
  readU32,
  skip,
} from '../../../../src/computer/desktop/rfb/parse.ts';

function* readRecord(): Parse<unknown[]> {
  const first = [yield* readU8(), yield* readU16(), yield* readU32(), yield* readI32()];
  yield* skip(100_000);
  return [...first, Buffer.from(yield* readCounted(1000, 'The text')).toString()];
}

const RECORD = Buffer.concat([
  Buffer.from('01fffe80000000ffffffff', 'hex'),
  Buffer.alloc(100_000, 7),
  Buffer.from('00000005', 'hex'),
  Buffer.from('hello'),
]);

describe('a parser', () => {
  it('reads the same however its bytes come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const queue = new ByteQueue();
        const run = new ParseRun(readRecord(), queue, 2 ** 17);
        let read: ReturnType<typeof run.advance>;
        for (let at = 0, turn = 0; at < RECORD.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          queue.push(Uint8Array.from(RECORD.subarray(at, at + size)));
          at += size;
          read = run.advance();
        }
        expect(read?.value).toEqual([1, 0xfffe, 0x8000_0000, -1, 'hello']);
        expect(queue.length).toBe(0);
      }),
    );
  });

  it('leaves what is behind its end', () => {
    const queue = new ByteQueue();
    queue.push(Uint8Array.of(1, 2, 3));
    expect(new ParseRun(readU16(), queue, 10).advance()?.value).toBe(0x0102);
    expect([...queue.take(1)]).toEqual([3]);
  });

  it('may be halted between two pieces', () => {
    const queue = new ByteQueue();
    queue.push(Uint8Array.from(RECORD));
    const run = new ParseRun(readRecord(), queue, 2 ** 17);
    let pieces = 0;
    while (!run.advance(() => pieces++ % 2 === 0)) expect(pieces).toBeLessThan(100);
    expect(pieces).toBeGreaterThan(8);
  });

  it('cannot ask for more than allowed, nor for less than nothing', () => {
    function* greedy(length: number): Parse<void> {
      yield length;
    }
    expect(() => new ParseRun(greedy(11), new ByteQueue(), 10).advance()).toThrow(ProtocolError);
    expect(() => new ParseRun(greedy(-1), new ByteQueue(), 10).advance()).toThrow(ProtocolError);
    expect(new ParseRun(greedy(0), new ByteQueue(), 10).advance()).toEqual({ value: undefined });
  });

  it('takes no text beyond its limit, and says which', () => {
    const queue = new ByteQueue();
    queue.push(Uint8Array.of(0, 0, 0, 11));
    expect(() => new ParseRun(readCounted(10, 'The name'), queue, 100).advance()).toThrow(
      'The name has 11 bytes, more than the 10',
    );
  });
});

describe('the queue', () => {
  it('gives the bytes back in order, in pieces of any size', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 9000 }), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, sizes, (pushed, taken) => {
        const queue = new ByteQueue();
        let next = 0;
        for (const size of pushed) queue.push(Uint8Array.from({ length: size }, () => next++ % 251));
        let seen = 0;
        for (const size of taken) {
          if (size > queue.length) break;
          const bytes = queue.take(size);
          expect(bytes.length).toBe(size);
          expect(bytes.every((byte) => byte === seen++ % 251)).toBe(true);
        }
        expect(queue.length).toBe(next - seen);
      }),
      { numRuns: 50 },
    );
  });

  it('does not copy what came in one piece', () => {
    const queue = new ByteQueue();
    const chunk = new Uint8Array(10);
    queue.push(chunk);
    expect(queue.take(4).buffer).toBe(chunk.buffer);
  });

  it('has no more than it has', () => {
    expect(() => new ByteQueue().take(1)).toThrow(RangeError);
  });
});
