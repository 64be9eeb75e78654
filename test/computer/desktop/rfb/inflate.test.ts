import { constants, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InflateStream } from '../../../../src/computer/desktop/rfb/inflate.ts';
import { ProtocolError } from '../../../../src/computer/desktop/rfb/parse.ts';

const TEXT = Buffer.from('a desktop a desktop a desktop and what is on it, '.repeat(40));
const OPEN = deflateSync(TEXT, { finishFlush: constants.Z_SYNC_FLUSH });

describe('a stream', () => {
  it('fills what it is given, and goes on from there', () => {
    const stream = new InflateStream();
    stream.feed(OPEN);
    const parts: Uint8Array[] = [];
    for (let end = 7; end === 7; ) {
      const part = new Uint8Array(7);
      end = stream.inflate(part, 0);
      parts.push(part.subarray(0, end));
    }
    expect(Buffer.concat(parts)).toEqual(TEXT);
  });

  it('takes its bytes in any pieces, and writes behind what is there', () => {
    const stream = new InflateStream();
    const output = new Uint8Array(TEXT.length + 3).fill(1);
    let end = 3;
    for (const byte of OPEN) {
      stream.feed(Uint8Array.of(byte));
      end = stream.inflate(output, end);
    }
    expect(end).toBe(output.length);
    expect(Buffer.from(output)).toEqual(Buffer.concat([Buffer.of(1, 1, 1), TEXT]));
  });

  it('begins anew', () => {
    const stream = new InflateStream();
    const output = new Uint8Array(TEXT.length);
    stream.feed(OPEN.subarray(0, 20));
    stream.inflate(output, 0);
    stream.reset();
    expect(stream.inflate(output, 0)).toBe(0);
    stream.feed(OPEN);
    expect(stream.inflate(output, 0)).toBe(TEXT.length);
    expect(Buffer.from(output)).toEqual(TEXT);
  });

  it.each([
    ['no such stream', Buffer.from('no such stream')],
    ['one that refers to what was never there', Buffer.from([0x78, 0x9c, 0x02, 0x02, 0, 0, 0, 0])],
    ['one that asks for a dictionary', Buffer.from([0x78, 0xbb, 1, 2, 3, 4, 5])],
    ['one that goes on behind its end', Buffer.concat([deflateSync(TEXT), Buffer.of(1, 2, 3)])],
  ])('refuses %s', (_, bytes) => {
    const stream = new InflateStream();
    stream.feed(bytes);
    expect(() => stream.inflate(new Uint8Array(10_000), 0)).toThrow(ProtocolError);
  });
});
