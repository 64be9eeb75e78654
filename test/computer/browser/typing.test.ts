import { beforeEach, describe, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';
import { at } from './harness.ts';

const FIELDS = {
  line: at(100, 40),
  lines: at(100, 120),
  plain: at(100, 240),
  rich: at(100, 360),
  indents: at(100, 480),
} as const;
type Field = keyof typeof FIELDS;

/** What texts are made of: any of it can stand beside any other. */
const PIECES = [
  ...'abcXYZ0189 .,;:!?\'"`~@#$%^&*()_+-=[]{}|\\/<>',
  '  ',
  'é',
  'e\u0301',
  'n\u0303\u0323',
  'ß',
  'Ж',
  'ع',
  'क्षि',
  'ไทย',
  '漢字',
  'かな',
  '한',
  '\u1112\u1161\u11ab',
  '😀',
  '👩‍👩‍👧',
  '🇫🇷',
  '1️⃣',
  '𝒳',
  '€',
  '“”',
  '—',
  '\u00a0',
  '\u200d',
];

/** Mulberry32: the same texts in each run, which a failure names by its seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function textOf(seed: number, pieces: readonly string[]): string {
  const random = randomOf(seed);
  // A mark that follows nothing would join what the field shows before it.
  let text = 'x';
  for (let count = 1 + Math.floor(random() * 40); count > 0; count--)
    text += pieces[Math.floor(random() * pieces.length)];
  return text;
}

describe('typing', () => {
  const { harness, recorded } = useBrowser('typing.html');

  const landed = (field: Field) =>
    String(
      recorded('landed')
        .filter(({ on }) => on === field)
        .at(-1)?.value ?? '',
    );

  async function type(field: Field, text: string) {
    await harness.call('left_click', { target: FIELDS[field] });
    await harness.call('key', { text: 'ctrl+a Delete' });
    expect((await harness.call('type', { text })).text).toBe('Typed.');
  }

  test.each([
    ['line', PIECES],
    ['lines', [...PIECES, '\n', '\t', '\n\n']],
    ['plain', [...PIECES, '\n', '\t']],
    ['rich', [...PIECES, '\n', '\t']],
  ] as const)('what lands in %s is what was sent', async (field, pieces) => {
    for (let seed = 1; seed <= 12; seed++) {
      const text = textOf(seed, pieces);
      await type(field, text);
      await soon(() => expect(landed(field), `seed ${seed}`).toBe(text));
    }
  });

  test('long texts land whole too', async () => {
    const pieces = [...PIECES, '\n', '\t'];
    let text = '';
    for (let seed = 100; text.length < 3_000; seed++) text += textOf(seed, pieces);
    for (const field of ['lines', 'plain'] as const) {
      await type(field, text);
      await soon(() => expect(landed(field)).toBe(text));
    }
  });

  test('a tab goes on from a field of one line, and is what an editor makes of it', async () => {
    await type('line', 'one\ttwo');
    await soon(() => expect(landed('lines')).toBe('two'));
    expect(landed('line')).toBe('one');
    await type('indents', 'a\tb');
    await soon(() => expect(landed('indents')).toBe('a  b'));
  });
});

describe('keys', () => {
  const { harness, recorded } = useBrowser('typing.html');
  const value = () => recorded('landed').at(-1)?.value;

  beforeEach(async () => {
    await harness.call('left_click', { target: FIELDS.line });
    await harness.call('type', { text: 'one two' });
  });

  test.each([
    ['dead keys', 'End dead_acute e dead_diaeresis shift+u dead_tilde space dead_acute q', 'one twoéÜ~´q'],
    ['characters by code', 'End U00F1 U1F600', 'one twoñ😀'],
    ['Command to the ends of the line', 'cmd+Left a command+Right b', 'aone twob'],
    ['Option by words', 'option+Left a', 'one atwo'],
    ['Ctrl by words', 'ctrl+Left a', 'one atwo'],
    ['Option to delete a word', 'option+BackSpace', 'one '],
    ['Ctrl to delete a word', 'ctrl+BackSpace', 'one '],
    ['Command to delete a line', 'cmd+BackSpace', ''],
    ['Shift to select', 'shift+cmd+Left x', 'x'],
    ['shortcuts of either system', 'CmdOrCtrl+a a super+z', 'one two'],
    ['copies', 'ctrl+a ctrl+c End cmd+v', 'one twoone two'],
    ['the keypad', 'KP_Home KP_1 kp_end KP_Add', '1one two+'],
  ])('%s', async (_, keys, expected) => {
    expect((await harness.call('key', { text: keys })).text).toBe(`Pressed ${keys}.`);
    await soon(() => expect(value()).toBe(expected));
  });

  test('a dead key is one to the page', async () => {
    await harness.call('key', { text: 'dead_grave a' });
    await soon(() => expect(recorded('key').map(({ key }) => key)).toContain('Dead'));
    expect(recorded('key').at(-1)).toMatchObject({ key: 'à', code: 'KeyA' });
  });
});
