/** Names of keys, as the model writes them, and what a US keyboard sends for them. */
import { cut } from '../cut.ts';
import {
  characterNamed,
  chordNames,
  KEY_ALIASES,
  keySequence,
  MAX_SHOWN,
  plainName,
  unknownKey,
} from '../keyNames.ts';
import { refuse } from './errors.ts';

/** One key as `Input.dispatchKeyEvent` describes it. */
export interface Key {
  /** `KeyboardEvent.key`. */
  readonly key: string;
  /** `KeyboardEvent.code`; empty for a character no key of this layout has. */
  readonly code: string;
  /** `KeyboardEvent.keyCode`. */
  readonly keyCode: number;
  /** What it types, if anything. */
  readonly text?: string;
  /** `KeyboardEvent.location`: 1 left, 2 right, 3 numeric keypad. */
  readonly location?: number;
  /** Bits of the modifiers that are pressed to get this character. */
  readonly implied?: number;
  /** Of a dead key: the combining character that the next key's character takes. */
  readonly mark?: string;
}

/** Modifiers held while one key is pressed. */
export interface Chord {
  readonly modifiers: readonly Key[];
  readonly key: Key;
}

/** Bits as CDP's `modifiers` has them. */
export const MODIFIER_BITS: Readonly<Record<string, number>> = { Alt: 1, Control: 2, Meta: 4, Shift: 8 };
const SHIFT = 8;

const KEYS: ReadonlyMap<string, Key> = new Map(
  Object.entries({
    control: { key: 'Control', code: 'ControlLeft', keyCode: 17, location: 1 },
    controlright: { key: 'Control', code: 'ControlRight', keyCode: 17, location: 2 },
    shift: { key: 'Shift', code: 'ShiftLeft', keyCode: 16, location: 1 },
    shiftright: { key: 'Shift', code: 'ShiftRight', keyCode: 16, location: 2 },
    alt: { key: 'Alt', code: 'AltLeft', keyCode: 18, location: 1 },
    altright: { key: 'Alt', code: 'AltRight', keyCode: 18, location: 2 },
    meta: { key: 'Meta', code: 'MetaLeft', keyCode: 91, location: 1 },
    metaright: { key: 'Meta', code: 'MetaRight', keyCode: 92, location: 2 },
    enter: { key: 'Enter', code: 'Enter', keyCode: 13, text: '\r' },
    tab: { key: 'Tab', code: 'Tab', keyCode: 9 },
    space: { key: ' ', code: 'Space', keyCode: 32, text: ' ' },
    backspace: { key: 'Backspace', code: 'Backspace', keyCode: 8 },
    delete: { key: 'Delete', code: 'Delete', keyCode: 46 },
    insert: { key: 'Insert', code: 'Insert', keyCode: 45 },
    escape: { key: 'Escape', code: 'Escape', keyCode: 27 },
    arrowleft: { key: 'ArrowLeft', code: 'ArrowLeft', keyCode: 37 },
    arrowup: { key: 'ArrowUp', code: 'ArrowUp', keyCode: 38 },
    arrowright: { key: 'ArrowRight', code: 'ArrowRight', keyCode: 39 },
    arrowdown: { key: 'ArrowDown', code: 'ArrowDown', keyCode: 40 },
    home: { key: 'Home', code: 'Home', keyCode: 36 },
    end: { key: 'End', code: 'End', keyCode: 35 },
    pageup: { key: 'PageUp', code: 'PageUp', keyCode: 33 },
    pagedown: { key: 'PageDown', code: 'PageDown', keyCode: 34 },
    capslock: { key: 'CapsLock', code: 'CapsLock', keyCode: 20 },
    numlock: { key: 'NumLock', code: 'NumLock', keyCode: 144 },
    scrolllock: { key: 'ScrollLock', code: 'ScrollLock', keyCode: 145 },
    printscreen: { key: 'PrintScreen', code: 'PrintScreen', keyCode: 44 },
    pause: { key: 'Pause', code: 'Pause', keyCode: 19 },
    contextmenu: { key: 'ContextMenu', code: 'ContextMenu', keyCode: 93 },
    kpenter: { key: 'Enter', code: 'NumpadEnter', keyCode: 13, text: '\r', location: 3 },
    kpadd: { key: '+', code: 'NumpadAdd', keyCode: 107, text: '+', location: 3 },
    kpsubtract: { key: '-', code: 'NumpadSubtract', keyCode: 109, text: '-', location: 3 },
    kpmultiply: { key: '*', code: 'NumpadMultiply', keyCode: 106, text: '*', location: 3 },
    kpdivide: { key: '/', code: 'NumpadDivide', keyCode: 111, text: '/', location: 3 },
    kpdecimal: { key: '.', code: 'NumpadDecimal', keyCode: 110, text: '.', location: 3 },
    ...functionKeys(),
    ...keypadDigits(),
  }),
);

/** Dead keys by their X names after `dead_`: the combining character. */
const DEAD_KEYS: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circumflex: '\u0302',
  tilde: '\u0303',
  macron: '\u0304',
  breve: '\u0306',
  abovedot: '\u0307',
  diaeresis: '\u0308',
  abovering: '\u030a',
  doubleacute: '\u030b',
  caron: '\u030c',
  cedilla: '\u0327',
  ogonek: '\u0328',
};

/** What a mark is as a character of its own. */
const SPACING_MARKS: Readonly<Record<string, string>> = {
  '\u0300': '`',
  '\u0301': '´',
  '\u0302': '^',
  '\u0303': '~',
  '\u0304': '¯',
  '\u0306': '˘',
  '\u0307': '˙',
  '\u0308': '¨',
  '\u030a': '˚',
  '\u030b': '˝',
  '\u030c': 'ˇ',
  '\u0327': '¸',
  '\u0328': '˛',
};

/** Each row: code, keyCode, character, character with Shift. */
const PUNCTUATION: ReadonlyArray<readonly [string, number, string, string]> = [
  ['Backquote', 192, '`', '~'],
  ['Minus', 189, '-', '_'],
  ['Equal', 187, '=', '+'],
  ['BracketLeft', 219, '[', '{'],
  ['BracketRight', 221, ']', '}'],
  ['Backslash', 220, '\\', '|'],
  ['Semicolon', 186, ';', ':'],
  ['Quote', 222, "'", '"'],
  ['Comma', 188, ',', '<'],
  ['Period', 190, '.', '>'],
  ['Slash', 191, '/', '?'],
];
const SHIFTED_DIGITS = ')!@#$%^&*(';

const CHARACTERS: ReadonlyMap<string, Key> = characterKeys();

/** The key that types `character` on a US keyboard, or undefined where none does. Enter and Tab are keys, not these. */
export function keyOfCharacter(character: string): Key | undefined {
  return CHARACTERS.get(character);
}

/** The key of the layout's names, for callers that know it is there. */
export function namedKey(name: 'enter' | 'tab'): Key {
  const key = KEYS.get(name);
  if (key === undefined) throw new Error(`No key ${name}.`);
  return key;
}

/** The character a key types while Shift is held. */
export function shifted(key: Key): Key {
  if (key.text === undefined || key.implied === SHIFT) return key;
  for (const candidate of CHARACTERS.values())
    if (candidate.code === key.code && candidate.implied === SHIFT) return candidate;
  return key;
}

/**
 * `ctrl+a`, `cmd+shift+p`, `Backspace Backspace Delete`, `+`, a space: what `key` and `hold_key` take.
 * @throws ToolError that names the unknown key
 */
export function parseKeys(text: string): Chord[] {
  return compose(keySequence(text).map(parseChord));
}

/** What follows a dead key is typed with its mark; a space, or what takes no mark, comes after the mark itself. */
function compose(chords: readonly Chord[]): Chord[] {
  return chords.map((chord, at) => {
    const mark = chords[at - 1]?.key.mark;
    const { text } = chord.key;
    if (mark === undefined || text === undefined || chord.modifiers.some(({ key }) => key !== 'Shift'))
      return chord;
    const base = chord.modifiers.length > 0 ? (shifted(chord.key).text ?? text) : text;
    const composed = (base + mark).normalize('NFC');
    const typed =
      [...composed].length === 1 ? composed : (SPACING_MARKS[mark] ?? '') + (base === ' ' ? '' : base);
    const { code, keyCode } = chord.key;
    const implied = chord.modifiers.length > 0 ? SHIFT : (chord.key.implied ?? 0);
    return { modifiers: chord.modifiers, key: { key: typed, code, keyCode, text: typed, implied } };
  });
}

/**
 * `ctrl+shift`: what a click's `modifiers` takes.
 * @throws ToolError for a key that is no modifier
 */
export function parseModifiers(text: string | null | undefined): Key[] {
  if (text === undefined || text === null || text.trim() === '') return [];
  const { modifiers, key } = parseChord(text.trim());
  if (!isModifier(key)) throw refuse(`modifiers: "${cut(text, MAX_SHOWN)}" is not only modifier keys.`);
  return [...modifiers, key];
}

export function isModifier(key: Key): boolean {
  return key.key in MODIFIER_BITS;
}

function parseChord(token: string): Chord {
  const names = chordNames(token);
  const keys = names.map((name) => keyNamed(name, token));
  const key = keys.pop();
  if (key === undefined) throw unknownKey(token);
  if (!keys.every(isModifier))
    throw refuse(`"${cut(token, MAX_SHOWN)}": only modifiers can stand before another key.`);
  // `ctrl+A` is written for Ctrl with the A key, not for Ctrl+Shift+A.
  const isShortcut = keys.some((modifier) => modifier.key !== 'Shift');
  const lower = /^[A-Z]$/.test(key.key) && isShortcut ? CHARACTERS.get(key.key.toLowerCase()) : undefined;
  return { modifiers: keys, key: lower ?? key };
}

function keyNamed(name: string, token: string): Key {
  const character = characterNamed(name);
  if (character !== undefined)
    return CHARACTERS.get(character) ?? { key: character, code: '', keyCode: 0, text: character };
  const plain = plainName(name);
  const mark = /^dead/.test(plain) ? own(DEAD_KEYS, plain.slice('dead'.length)) : undefined;
  if (mark !== undefined) return { key: 'Dead', code: '', keyCode: 0, mark };
  const key = KEYS.get(KEY_ALIASES[plain] ?? plain);
  if (key === undefined) throw unknownKey(token);
  return key;
}

function functionKeys(): Record<string, Key> {
  const keys: Record<string, Key> = {};
  for (let number = 1; number <= 24; number++)
    keys[`f${number}`] = { key: `F${number}`, code: `F${number}`, keyCode: 111 + number };
  return keys;
}

function own(names: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

function keypadDigits(): Record<string, Key> {
  const keys: Record<string, Key> = {};
  for (let digit = 0; digit <= 9; digit++)
    keys[`kp${digit}`] = {
      key: String(digit),
      code: `Numpad${digit}`,
      keyCode: 96 + digit,
      text: String(digit),
      location: 3,
    };
  return keys;
}

function characterKeys(): Map<string, Key> {
  const keys = new Map<string, Key>([[' ', { key: ' ', code: 'Space', keyCode: 32, text: ' ' }]]);
  const add = (code: string, keyCode: number, plain: string, withShift: string) => {
    keys.set(plain, { key: plain, code, keyCode, text: plain });
    keys.set(withShift, { key: withShift, code, keyCode, text: withShift, implied: SHIFT });
  };
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
    const upper = letter.toUpperCase();
    add(`Key${upper}`, upper.charCodeAt(0), letter, upper);
  }
  [...SHIFTED_DIGITS].forEach((withShift, digit) => {
    add(`Digit${digit}`, 48 + digit, String(digit), withShift);
  });
  for (const row of PUNCTUATION) add(...row);
  return keys;
}
