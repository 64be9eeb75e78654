import { describe, expect, it } from 'vitest';
import { defaultStrings, format, parseStrings } from '../../webview/strings.ts';

describe('parseStrings', () => {
  it('overrides what it names and keeps the rest', () => {
    const strings = parseStrings('{ "send": "Senden", "unknown": "x", "stop": 5 }');
    expect(strings).toEqual({ ...defaultStrings, send: 'Senden' });
  });

  it.each(['null', '[]', '"text"'])('keeps English for %s', (json) => {
    expect(parseStrings(json)).toEqual(defaultStrings);
  });
});

describe('format', () => {
  it('fills in the values by number', () => {
    expect(format('{1} of {0}, {2}', 'b', 'a')).toBe('a of b, {2}');
  });
});
