import { expect, test } from 'vitest';
import { visibleOutput } from '../../src/protocol/visibleOutput.ts';

test('text, signs and emoji stay as they are', () => {
  for (const text of ['a\tb\nc', '✔️ 3 µs, 5 μs — “ok”', '👩‍💻 1️⃣ 👍🏽', 'Привет, paypаl', '日本語'])
    expect(visibleOutput(text)).toBe(text);
});

test('what is invisible or turns the direction around is shown as escapes', () => {
  expect(visibleOutput('a\u202egpj.exe\u200b\u{e0041}')).toBe('a\\u{202e}gpj.exe\\u{200b}\\u{e0041}');
  expect(visibleOutput('a\u200db\ufe0f')).toBe('a\\u{200d}b\\u{fe0f}');
  expect(visibleOutput('\x1b]8;;http://x\x07\0\ud800')).toBe('\\u{1b}]8;;http://x\\u{7}\\u{0}\\u{d800}');
});

test('nothing is written over', () => {
  expect(visibleOutput('one\rtwo\r\nthree')).toBe('one\ntwo\nthree');
  expect(visibleOutput('\r10%\r20%\r\r\n\r30%\n\r\n')).toBe('10%\n20%\n30%\n\n');
});
