import { readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planTyping } from '../../../src/computer/desktop/typing.ts';
import { type Driven, startDriven } from './driving.ts';

describe('how a text gets in', () => {
  const plan = (text: string, made: string[] = [], hasUnicodeClipboard = true) =>
    planTyping(text, { method: 'auto', madeKeys: new Set(made), hasUnicodeClipboard });
  const sixteen = [...'αβγδεζηθικλμνξοπ'];

  it('is by keys as long as the server can make some', () => {
    expect(plan('Grüße, Žluťoučký\n')).toEqual([{ by: 'keys', text: 'Grüße, Žluťoučký\n' }]);
    expect(plan('πι', sixteen)).toEqual([{ by: 'keys', text: 'πι' }]);
    expect(plan('ΠΙ', sixteen)).toEqual([{ by: 'keys', text: 'ΠΙ' }]);
  });

  it('is through the clipboard for what is beyond, line by line', () => {
    expect(plan('say 漢 and 字!\n\tλ語\n', sixteen)).toEqual([
      { by: 'keys', text: 'say ' },
      { by: 'clipboard', text: '漢 and 字' },
      { by: 'keys', text: '!\n\tλ' },
      { by: 'clipboard', text: '語' },
      { by: 'keys', text: '\n' },
    ]);
  });

  it('is by keys all the same where the clipboard does not take it', () => {
    expect(plan('a漢', sixteen, false)).toEqual([{ by: 'keys', text: 'a漢' }]);
    expect(plan('aé', sixteen, false)).toEqual([
      { by: 'keys', text: 'a' },
      { by: 'clipboard', text: 'é' },
    ]);
  });

  it('keeps every character, whatever the text', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const text = randomText(seed, 80);
      for (const method of ['auto', 'keys', 'clipboard'] as const) {
        const steps = planTyping(text, {
          method,
          madeKeys: new Set(sixteen),
          hasUnicodeClipboard: seed % 2 > 0,
        });
        expect(steps.map((step) => step.text).join('')).toBe(text);
      }
    }
  });
});

describe('typing into a terminal', () => {
  let driven: Driven;
  const file = path.join(tmpdir(), `typed-${process.pid}.txt`);

  beforeAll(async () => {
    driven = await startDriven();
    await openTerminal(driven, file);
  }, 30_000);
  afterAll(async () => {
    await driven?.close();
    await rm(file, { force: true });
  });

  let expected = '';
  const landed = async () => {
    let found = '';
    const end = performance.now() + 4_000;
    while (found !== expected && performance.now() < end) {
      found = await readFile(file, 'utf8');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(found).toBe(expected);
  };
  const typed = async (text: string) => {
    const answer = await driven.call('type', { text });
    expect(answer.isError).toBe(false);
    expected += text;
    await landed();
    return answer.text;
  };

  it('types what is on a keyboard', async () => {
    const all = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
    expect(await typed(`${all}\n`)).toBe('Typed.');
  });

  it('types a few characters of other scripts by keys, and any number with the clipboard', async () => {
    expect(await typed('Grüße ÄÖÜ Žč\n')).toBe('Typed.');
    expect(await typed('你好，世界！今天天气很好，我们去公园吧。 ok?\n')).toContain('pasted');
    expect(await typed('😀👍🏽 e\u0301 Привет мир नमस्ते שלום\n')).toContain('pasted');
  });

  it('types what it is given, whatever that is', async () => {
    for (let seed = 1; seed <= 6; seed++) await typed(`${randomText(seed, 60).replace(/\t|\n/g, ' ')}\n`);
  });

  it('loses nothing of a long text, and is fast', async () => {
    const line = `${'The quick brown fox jumps over the lazy dog; 0123456789! '.repeat(2)}\n`;
    const text = line.repeat(40);
    const start = performance.now();
    await driven.call('type', { text });
    const perSecond = text.length / ((performance.now() - start) / 1000);
    expected += text;
    await landed();
    expect(perSecond).toBeGreaterThan(200);
  });
});

/** An xterm that writes all lines typed into it to `file`; resolves when it has the keyboard. */
async function openTerminal(driven: Driven, file: string): Promise<void> {
  const terminal = ['-geometry', '100x40+0+0', '-u8', '-e', 'sh', '-c', `stty -echo; cat >> ${file}`];
  driven.server.run('env', ['LC_ALL=C.UTF-8', 'xterm', ...terminal]);
  await driven.call('screenshot');
  const end = performance.now() + 10_000;
  let content = '';
  while (content === '') {
    if (performance.now() > end) throw new Error('The terminal takes no keys.');
    await driven.call('left_click', { coordinate: [200, 200] });
    await driven.call('key', { text: 'Return' });
    content = await readFile(file, 'utf8').catch(() => '');
  }
  await truncate(file);
}

/** Unicode text by seed: all planes but the private ones, without characters that no key types. */
function randomText(seed: number, length: number): string {
  let state = seed * 2654435761;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const ranges = [
    [0x20, 0x7f],
    [0x20, 0x7f],
    [0xa1, 0x180],
    [0x391, 0x3a1],
    [0x410, 0x450],
    [0x4e00, 0x9fa0],
    [0x1f600, 0x1f640],
    [0x300, 0x310],
  ] as const;
  let text = '';
  for (let at = 0; at < length; at++) {
    const [from, to] = ranges[next(ranges.length)] ?? [0x20, 0x7f];
    const special = next(30);
    text += special === 0 ? '\n' : special === 1 ? '\t' : String.fromCodePoint(from + next(to - from));
  }
  return text;
}
