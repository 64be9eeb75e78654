import { describe, expect, it } from 'vitest';
import { visibleLine, visibleName, visibleText } from '../../src/protocol/visibleText.ts';

describe('text of strangers', () => {
  it.each([
    ['plain words, Grüße, Привет, 日本語 and ∑', 'plain words, Grüße, Привет, 日本語 and ∑'],
    ['a\n\tb\r\nc', 'a\n\tb\nc'],
    ['rm\u202Efr-\u2066x\u200B', 'rm\\u{202e}fr-\\u{2066}x\\u{200b}'],
    ['a\rb\u2028c\u0000d\u00A0e\u3164f\uFEFF', 'a\\u{d}b\\u{2028}c\\u{0}d\\u{a0}e\\u{3164}f\\u{feff}'],
    ['tag\u{E0041}', 'tag\\u{e0041}'],
    ['p\u0430ypal', 'p\\u{430}ypal'],
    ['\uFF52\uFF4D', '\\u{ff52}\\u{ff4d}'],
    [
      '👩🏽\u200D💻 ❤\uFE0F a\uFE0F b\u200Dc 👩\u200D\u200Dd',
      '👩🏽\u200D💻 ❤\uFE0F a\\u{fe0f} b\\u{200d}c 👩\\u{200d}\\u{200d}d',
    ],
    ['half \uD800', 'half \\u{d800}'],
    ['<img src=x onerror=alert(1)> [a](command:x)', '<img src=x onerror=alert(1)> [a](command:x)'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('as a name has no line break and keeps its spaces', () => {
    expect(visibleName('/a  b\n\tc\r\nd\u202E')).toBe('/a  b\\u{a}\\u{9}c\\u{d}\\u{a}d\\u{202e}');
  });

  it('of any characters has none left that is not seen', () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      expect(visibleText(String.fromCharCode(code))).not.toMatch(/[^\P{C}\n\t\p{Cn}]|[\u2028\u2029]/u);
    }
  });

  it('of 10 MB is cut to a line before anything else', () => {
    expect(visibleLine('x\n'.repeat(5_000_000), 10)).toBe('x x x x x …');
  });
});
