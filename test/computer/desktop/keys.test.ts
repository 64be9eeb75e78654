import { describe, expect, it } from 'vitest';
import { parseHeldKeys, parseKeys } from '../../../src/computer/desktop/keyNames.ts';
import { keysymOf } from '../../../src/computer/desktop/keysyms.ts';

const hex = (chords: ReadonlyArray<readonly number[]>) =>
  chords.map((chord) => chord.map((keysym) => keysym.toString(16)).join('+')).join(' ');

describe('names of keys', () => {
  it.each([
    ['Return', 'ff0d'],
    ['enter', 'ff0d'],
    ['KP_Enter', 'ff8d'],
    ['KP_Delete', 'ff9f'],
    ['Prior', 'ff55'],
    ['Page_Down', 'ff56'],
    ['pgdn', 'ff56'],
    ['BackSpace', 'ff08'],
    ['esc', 'ff1b'],
    ['F12', 'ffc9'],
    ['ctrl+c', 'ffe3+63'],
    ['CTRL+C', 'ffe3+63'],
    ['Control_R+c', 'ffe4+63'],
    ['ctrl+shift+T', 'ffe3+ffe1+54'],
    ['shift+a', 'ffe1+41'],
    ['shift+1', 'ffe1+21'],
    ['cmd+option+left', 'ffeb+ffe9+ff51'],
    ['super+l', 'ffeb+6c'],
    ['win', 'ffeb'],
    ['AltGr+e', 'fe03+65'],
    ['ctrl+minus', 'ffe3+2d'],
    ['ctrl++', 'ffe3+ffe1+2b'],
    ['+', 'ffe1+2b'],
    [' ', '20'],
    ['space', '20'],
    ['Q', 'ffe1+51'],
    ['é', 'e9'],
    ['U20AC', '10020ac'],
    ['dead_acute e', 'fe51 65'],
    ['XF86AudioMute', '1008ff12'],
    ['Down Down Return', 'ff54 ff54 ff0d'],
    ['ctrl', 'ffe3'],
  ])('%j is %j', (text, keysyms) => {
    expect(hex(parseKeys(text))).toBe(keysyms);
  });

  it.each(['', 'nonsense', 'a+b', 'ctrl+nonsense', 'constructor', 'x '.repeat(201), 'U0007'])(
    'refuses %j',
    (text) => {
      expect(() => parseKeys(text)).toThrow();
    },
  );

  it('takes one combination to hold during an action', () => {
    expect(parseHeldKeys('ctrl+shift')).toEqual([0xffe3, 0xffe1]);
    expect(parseHeldKeys(null)).toEqual([]);
    expect(() => parseHeldKeys('a b')).toThrow('one key combination');
  });
});

describe('the keysym of a character', () => {
  it.each([
    ['a', 0x61],
    ['~', 0x7e],
    ['ÿ', 0xff],
    ['Ā', 0x1000100],
    ['漢', 0x1006f22],
    ['😀', 0x101f600],
    ['\u0301', 0x1000301],
    ['\n', 0xff0d],
    ['\t', 0xff09],
  ])('%j', (character, keysym) => {
    expect(keysymOf(character)).toBe(keysym);
  });

  it('is none for what no key types', () => {
    for (const character of ['\0', '\u0007', '\u0085']) expect(keysymOf(character)).toBeUndefined();
  });
});
