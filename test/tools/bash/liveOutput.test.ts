/** What is told of an output while it comes, by a clock that the test moves on. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { OutputNews } from '../../../src/base/callOutput.ts';
import { LiveOutput } from '../../../src/tools/bash/liveOutput.ts';
import { Output } from '../../../src/tools/bash/output.ts';

let told: OutputNews[];
let output: Output;
let live: LiveOutput;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  output = new Output(() => undefined);
  live = new LiveOutput(output, (news) => told.push(news));
});

afterEach(() => {
  live.end(false);
  vi.useRealTimers();
});

function print(bytes: string | Uint8Array): void {
  output.write(Buffer.from(bytes as string), () => {});
  live.changed();
}

/** As a webview has it in the end. */
function shown(): string {
  const added = told.map((news) => news.added).join('');
  const latest = told.at(-1)?.latest;
  return added + (latest?.leftOut ? '[…]' : '') + (latest?.text ?? '');
}

const tick = () => vi.advanceTimersByTime(500);

test('what comes is told together, ten times a second at most', () => {
  for (let piece = 0; piece < 1_000; piece++) {
    print('x');
    vi.advanceTimersByTime(1);
  }
  tick();
  expect(shown()).toBe('x'.repeat(1_000));
  expect(told.length).toBeLessThanOrEqual(11);
});

test('a command that ends at once is told nothing of', () => {
  print('done\n');
  live.end(false);
  tick();
  expect(told).toEqual([]);
});

test('of one that was killed the rest is told', () => {
  print('so far');
  live.end(true);
  tick();
  expect(told).toEqual([{ added: 'so far', latest: null }]);
});

test('of one that was killed as much of the end stays as the model would read', () => {
  print('x'.repeat(29_000));
  tick();
  expect(shown()).toMatch(/^x{12000}\[…\]x{4000}$/);
  live.end(true);
  expect(shown()).toBe('x'.repeat(29_000));
});

test('a question without a line end is shown at once', () => {
  print('Password: ');
  tick();
  expect(shown()).toBe('Password: ');
});

describe('cut anywhere', () => {
  const text =
    'é🙂\x1b[31mred\x1b[0m \x1b]0;a title\x07on\x1b(B \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\r\nend é\n';
  const plain = 'é🙂red on link\nend é\n';

  test('characters and escape sequences come whole or not at all', () => {
    const bytes = Buffer.from(text);
    for (let at = 1; at < bytes.length; at++) {
      output = new Output(() => undefined);
      told = [];
      live = new LiveOutput(output, (news) => told.push(news));
      print(bytes.subarray(0, at));
      tick();
      expect(plain.startsWith(shown().trimEnd())).toBe(true);
      print(bytes.subarray(at));
      tick();
      expect(shown()).toBe(plain);
    }
  });

  test('byte by byte', () => {
    for (const byte of Buffer.from(text)) {
      print(Uint8Array.of(byte));
      tick();
    }
    expect(shown()).toBe(plain);
  });

  test('a sequence that never ends is not waited for', () => {
    print(`\x1b]0;${'x'.repeat(3_000)}`);
    tick();
    print('after');
    tick();
    expect(shown()).toContain('after');
  });
});

describe('a line that is written over', () => {
  test('is the latest until it ends, and is told once then', () => {
    print('Getting it\n');
    for (let percent = 0; percent < 100; percent++) {
      print(`\r${percent}%`);
      vi.advanceTimersByTime(100);
    }
    expect(shown()).toBe('Getting it\n99%');
    print('\r100%\nGot it\n');
    tick();
    expect(shown()).toBe('Getting it\n100%\nGot it\n');
    expect(told.map(({ added }) => added).join('')).toBe('Getting it\n100%\nGot it\n');
  });

  test('shows what was there before the return, as long as nothing is written over it', () => {
    print('10%\r');
    tick();
    expect(shown()).toBe('10%');
    print('\n');
    tick();
    expect(shown()).toBe('10%\n');
  });

  test('begins another one where its beginning was told', () => {
    print('10%');
    tick();
    print('\r20%');
    tick();
    expect(shown()).toBe('10%\n20%');
    print('\r30%\nend');
    tick();
    expect(shown()).toBe('10%\n30%\nend');
  });
});

describe('much', () => {
  test('is its beginning and its end, twice a second', () => {
    const line = (index: number) => `line ${index}\n`;
    let bytes = 0;
    for (let index = 0; index < 20_000; index++) {
      bytes += line(index).length;
      print(line(index));
      if (index % 100 === 0) vi.advanceTimersByTime(50);
    }
    tick();
    const { latest } = told.at(-1) ?? {};
    expect(latest?.text.endsWith('line 19999\n')).toBe(true);
    expect(latest?.text).toMatch(/^line /);
    expect(latest?.leftOut).toBe(bytes - 12_000 - 4_000);
    expect(told.map(({ added }) => added).join('')).toHaveLength(12_000);
    expect(told.length).toBeLessThan(30);
  });

  test('costs the same however much it is: no more is looked at than is told', () => {
    const piece = Buffer.alloc(65_536, 'x');
    const read = vi.spyOn(Buffer.prototype, 'subarray');
    for (let index = 0; index < 200; index++) print(piece);
    read.mockClear();
    tick();
    expect(read.mock.calls.length).toBeLessThan(20);
    read.mockRestore();
    expect(told).toHaveLength(1);
    expect(shown()).toMatch(/^x{12000}\[…\]x{4000}$/);
  });

  test('of characters of several bytes begins and ends with whole ones', () => {
    print('🙂'.repeat(2_000));
    tick();
    for (let index = 0; index < 5; index++) {
      print(`${'é'.repeat(4_001)}a`);
      tick();
    }
    expect(told.at(-1)?.latest?.text).toMatch(/^é+a(é+a)*$/);
    expect(told.map(({ added }) => added).join('')).not.toContain('\ufffd');
  });

  test('ends a line that was written over when the beginning is full', () => {
    print(`${'\r50%'.repeat(4_000)}\r51%`);
    tick();
    expect(shown()).toMatch(/^50%(\[…\])?51%$/);
  });
});

test('bytes that are no text are told as such, once', () => {
  print('before\n');
  tick();
  print(Uint8Array.of(1, 0, 2));
  tick();
  print(Buffer.alloc(100_000));
  tick();
  expect(shown()).toBe('before\n(Bytes that are no text.)');
});
