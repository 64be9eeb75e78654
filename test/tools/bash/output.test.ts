/** What the model reads of an output, whatever it is and however it comes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Output } from '../../../src/tools/bash/output.ts';

const HEAD = 12_000;
const TAIL = 18_000;

async function read(...pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const output = new Output(() => undefined);
  for (const piece of pieces) output.write(Buffer.from(piece as string), () => {});
  return output.end();
}

/** The parts of an output that was cut. */
function partsOf(text: string): { head: string; leftOut: number; tail: string } {
  const [, head = '', leftOut, tail = ''] =
    /^([\s\S]*)\n\[… (\d+) bytes left out …\]\n([\s\S]*)$/.exec(text) ?? [];
  return { head, leftOut: Number(leftOut), tail };
}

test('is whole up to a limit, and its beginning and end beyond that, however it is cut into pieces', async () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pieces, async (lengths) => {
      let at = 0;
      const texts = lengths.map((length) => {
        const text = Array.from({ length }, (_, index) => String.fromCharCode(97 + ((at + index) % 26))).join(
          '',
        );
        at += length;
        return text;
      });
      const whole = texts.join('');
      const told = await read(...texts);
      if (whole.length <= HEAD + TAIL) expect(told).toBe(whole);
      else {
        const leftOut = whole.length - HEAD - TAIL;
        expect(partsOf(told)).toEqual({ head: whole.slice(0, HEAD), leftOut, tail: whole.slice(-TAIL) });
      }
    }),
    { numRuns: 60 },
  );
});

describe('where it is cut', () => {
  test.each(['é', '€', '🙂'])('characters are whole: %s', async (character) => {
    for (const shift of ['', 'x', 'xy', 'xyz']) {
      const { head, leftOut, tail } = partsOf(await read(`${shift}${character.repeat(20_000)}`));
      expect(head + tail).not.toContain('\ufffd');
      const kept = Buffer.byteLength(head) + Buffer.byteLength(tail);
      expect(kept + leftOut).toBe(Buffer.byteLength(`${shift}${character.repeat(20_000)}`));
    }
  });

  test('escape sequences leave nothing behind', async () => {
    const coloured = '\x1b[38;5;123mx\x1b[0m';
    for (let shift = 0; shift < coloured.length; shift++) {
      const { head, tail } = partsOf(await read('.'.repeat(shift) + coloured.repeat(5_000)));
      expect(head).toMatch(/^\.*x+$/);
      expect(tail).toMatch(/^x+$/);
    }
  });
});

describe('what is no text', () => {
  test('is told as such from the first line on that is none', async () => {
    expect(await read('begun\n', Uint8Array.of(1, 0, 2))).toBe(
      'begun\n(3 bytes that are no text. They begin with 010002 in hexadecimal.)',
    );
  });

  test('is told without a NUL in it as well; single bytes of another encoding are not', async () => {
    const noise = Uint8Array.from({ length: 400 }, (_, index) => 128 + ((index * 7) % 128));
    expect(await read(noise)).toContain('(400 bytes that are no text');
    expect(await read(Buffer.from('Größe: 3 Äpfel, wie gestern auch schon\n', 'latin1'))).toContain(
      'pfel, wie',
    );
  });
});

test('is in a file where something is left out, and only there', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'output-test-'));
  try {
    const all = 'all the same '.repeat(4_000);
    for (const length of [HEAD + TAIL, HEAD + TAIL + 1, all.length]) {
      const file = path.join(folder, String(length));
      const output = new Output(() => file);
      for (let at = 0; at < length; at += 1_000)
        output.write(Buffer.from(all.slice(at, Math.min(length, at + 1_000))), () => {});
      await output.end();
      if (length === HEAD + TAIL) expect(existsSync(file)).toBe(false);
      else expect(readFileSync(file, 'utf8')).toBe(all.slice(0, length));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('much of it costs what its beginning and its end cost, and its file has all of it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'output-test-'));
  try {
    const file = path.join(folder, 'all');
    const output = new Output(() => file);
    let goOn = () => {};
    const piece = Buffer.from('0123456789abcdef'.repeat(4_096));
    for (let index = 0; index < 100; index++) {
      const { promise, resolve } = Promise.withResolvers<void>();
      goOn = resolve;
      if (!output.write(piece, () => goOn())) await promise;
    }
    const text = await output.end(' (a note)');
    expect(text).toContain(`All of it is in ${file} (a note) …]`);
    expect(text.length).toBeLessThan(31_000);
    expect(readFileSync(file).equals(Buffer.concat(Array.from({ length: 100 }, () => piece)))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
