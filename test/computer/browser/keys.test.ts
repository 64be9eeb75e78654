import { describe, expect, test } from 'vitest';
import { keyOfCharacter, parseKeys, parseModifiers } from '../../../src/computer/browser/keys.ts';

const spelled = (text: string) =>
  parseKeys(text).map(({ modifiers, key }) => [...modifiers, key].map((each) => each.key).join(' '));

describe('parseKeys', () => {
  test.each([
    ['Return', ['Enter']],
    ['BackSpace', ['Backspace']],
    ['Page_Down', ['PageDown']],
    ['KP_Enter', ['Enter']],
    ['ctrl+a', ['Control a']],
    ['cmd+shift+p', ['Meta Shift p']],
    ['super+Left', ['Meta ArrowLeft']],
    ['Control_L+alt+Delete', ['Control Alt Delete']],
    ['Backspace Backspace  Delete', ['Backspace', 'Backspace', 'Delete']],
    ['ctrl++', ['Control +']],
    ['+', ['+']],
    ['ctrl+plus', ['Control +']],
    ['ctrl+-', ['Control -']],
    [' ', [' ']],
    ['space', [' ']],
    ['F12', ['F12']],
    ['ctrl+A', ['Control a']],
    ['shift+A', ['Shift A']],
    ['é', ['é']],
    ['漢', ['漢']],
    ['ctrl', ['Control']],
  ])('%j is %j', (text, keys) => {
    expect(spelled(text)).toEqual(keys);
  });

  test.each(['', 'Bogus', 'a+b', 'ctrl+', 'ctrl+Bogus', '++', 'constructor', '__proto__'])(
    'refuses %j',
    (text) => {
      expect(() => parseKeys(text)).toThrow(/key|modifiers/i);
    },
  );

  test('refuses a sequence without end', () => {
    expect(() => parseKeys('a '.repeat(201))).toThrow('at most');
  });
});

describe('parseModifiers', () => {
  test('takes chords of modifiers only', () => {
    expect(parseModifiers('ctrl+shift').map(({ key }) => key)).toEqual(['Control', 'Shift']);
    expect(parseModifiers(undefined)).toEqual([]);
    expect(() => parseModifiers('ctrl+x')).toThrow('not only modifier keys');
  });
});

test('every printable ASCII character has a key that types it', () => {
  for (let code = 0x20; code < 0x7f; code++) {
    const character = String.fromCharCode(code);
    expect(keyOfCharacter(character)).toMatchObject({ key: character, text: character });
  }
  expect(keyOfCharacter('A')).toMatchObject({ code: 'KeyA', keyCode: 65, implied: 8 });
  expect(keyOfCharacter('ä')).toBe(undefined);
});
