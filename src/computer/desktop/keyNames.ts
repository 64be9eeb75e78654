/** What `key`, `hold_key` and the `text` of clicks name, as keysyms. */
import { cut } from '../cut.ts';
import { refuse } from '../inputs.ts';
import {
  characterNamed,
  chordNames,
  KEY_ALIASES,
  keySequence,
  MAX_SHOWN,
  plainName,
  unknownKey,
} from '../keyNames.ts';
import { COMMAND, CONTROL, keysymOf, lowerOf, needsShift, SHIFT, shiftedOf } from './keysyms.ts';

/** Keys by keysym, in the order they are pressed; the last one is the chord's own, the others its modifiers. */
export type Chord = readonly [number, ...number[]];

const SHIFT_RIGHT = 0xffe2;

/** Keysyms by their names without case, `_` and `-`. */
const KEYS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    control: CONTROL,
    controlright: 0xffe4,
    shift: SHIFT,
    shiftright: SHIFT_RIGHT,
    alt: 0xffe9,
    altright: 0xffea,
    // What a keyboard with AltGr sends; xdotool's name for the key says so.
    altgr: 0xfe03,
    isolevel3shift: 0xfe03,
    modeswitch: 0xff7e,
    // Meta proper is on no keyboard of today; what people mean is the key with the logo, which X calls Super.
    meta: COMMAND,
    metaright: 0xffec,
    hyper: 0xffed,
    hyperl: 0xffed,
    hyperr: 0xffee,
    enter: 0xff0d,
    tab: 0xff09,
    isolefttab: 0xfe20,
    space: 0x20,
    backspace: 0xff08,
    linefeed: 0xff0a,
    clear: 0xff0b,
    delete: 0xffff,
    insert: 0xff63,
    escape: 0xff1b,
    arrowleft: 0xff51,
    arrowup: 0xff52,
    arrowright: 0xff53,
    arrowdown: 0xff54,
    home: 0xff50,
    end: 0xff57,
    pageup: 0xff55,
    pagedown: 0xff56,
    begin: 0xff58,
    capslock: 0xffe5,
    shiftlock: 0xffe6,
    numlock: 0xff7f,
    scrolllock: 0xff14,
    printscreen: 0xff61,
    sysreq: 0xff15,
    pause: 0xff13,
    break: 0xff6b,
    contextmenu: 0xff67,
    select: 0xff60,
    execute: 0xff62,
    undo: 0xff65,
    redo: 0xff66,
    find: 0xff68,
    cancel: 0xff69,
    help: 0xff6a,
    multikey: 0xff20,
    compose: 0xff20,
    kpspace: 0xff80,
    kptab: 0xff89,
    kpenter: 0xff8d,
    kphome: 0xff95,
    kpleft: 0xff96,
    kpup: 0xff97,
    kpright: 0xff98,
    kpdown: 0xff99,
    kpprior: 0xff9a,
    kppageup: 0xff9a,
    kpnext: 0xff9b,
    kppagedown: 0xff9b,
    kpend: 0xff9c,
    kpbegin: 0xff9d,
    kpinsert: 0xff9e,
    kpdelete: 0xff9f,
    kpmultiply: 0xffaa,
    kpadd: 0xffab,
    kpseparator: 0xffac,
    kpsubtract: 0xffad,
    kpdecimal: 0xffae,
    kpdivide: 0xffaf,
    kpequal: 0xffbd,
    ...numbered('kp', 0, 9, 0xffb0),
    ...numbered('f', 1, 35, 0xffbe),
    ...deadKeys(),
    ...mediaKeys(),
  }),
);

/**
 * `ctrl+a`, `cmd+shift+p`, `Backspace Backspace Delete`, `+`, a space: one chord for each word.
 * @throws ToolError that names the unknown key
 */
export function parseKeys(text: string): Chord[] {
  return keySequence(text).map(parseChord);
}

/**
 * `ctrl+shift`, or any other keys: what is held while the pointer acts.
 * @throws ToolError
 */
export function parseHeldKeys(text: string | null | undefined): readonly number[] {
  if (text === undefined || text === null || text.trim() === '') return [];
  const [chord, ...others] = parseKeys(text);
  if (chord === undefined || others.length > 0)
    throw refuse('text: expected one key combination to hold, such as "ctrl+shift".');
  return chord;
}

/** Whether holding it makes other keys mean something else, and repeats nothing. */
export function isModifier(keysym: number): boolean {
  const isShiftToHyper = keysym >= 0xffe1 && keysym <= 0xffee;
  return isShiftToHyper || keysym === 0xfe03 || keysym === 0xff7e || keysym === 0xff7f;
}

function parseChord(token: string): Chord {
  const names = chordNames(token);
  const last = names.pop();
  if (last === undefined) throw unknownKey(token);
  const modifiers = names.map((name) => modifierNamed(name, token));
  const character = characterNamed(last);
  const key =
    character === undefined ? [namedKey(last, token)] : keysOfCharacter(character, modifiers, token);
  const [first, ...others] = [...modifiers, ...key];
  if (first === undefined) throw unknownKey(token);
  return [first, ...others];
}

/** A character's key as it is pressed after `modifiers`, with Shift where it needs that and it is not held yet. */
function keysOfCharacter(written: string, modifiers: readonly number[], token: string): readonly number[] {
  const isShifted = modifiers.some((modifier) => modifier === SHIFT || modifier === SHIFT_RIGHT);
  const isShortcut = modifiers.some((modifier) => modifier !== SHIFT && modifier !== SHIFT_RIGHT);
  // `ctrl+A` is written for Ctrl with the A key, not for Ctrl+Shift+A.
  const meant = isShortcut && !isShifted ? (lowerOf(written) ?? written) : written;
  const typed = isShifted ? shiftedOf(meant) : meant;
  const keysym = keysymOf(typed);
  if (keysym === undefined) throw unknownKey(token);
  return needsShift(typed) && !isShifted ? [SHIFT, keysym] : [keysym];
}

function modifierNamed(name: string, token: string): number {
  const key = keysymNamed(name);
  if (key === undefined) throw characterNamed(name) === undefined ? unknownKey(token) : notModifier(token);
  if (!isModifier(key)) throw notModifier(token);
  return key;
}

function namedKey(name: string, token: string): number {
  const key = keysymNamed(name);
  if (key === undefined) throw unknownKey(token);
  return key;
}

/** X's own names first: they are more exact than what the aliases take for the same. */
function keysymNamed(name: string): number | undefined {
  const plain = plainName(name);
  const alias = Object.hasOwn(KEY_ALIASES, plain) ? KEY_ALIASES[plain] : undefined;
  return KEYS.get(plain) ?? (alias === undefined ? undefined : KEYS.get(alias));
}

function notModifier(token: string): Error {
  return refuse(`"${cut(token, MAX_SHOWN)}": only modifiers can stand before another key.`);
}

function numbered(name: string, from: number, to: number, keysym: number): Record<string, number> {
  const keys: Record<string, number> = {};
  for (let number = from; number <= to; number++) keys[`${name}${number}`] = keysym + number - from;
  return keys;
}

/** Keys that put a mark on the next character. The desktop composes them. */
function deadKeys(): Record<string, number> {
  const marks =
    'grave acute circumflex tilde macron breve abovedot diaeresis abovering doubleacute caron cedilla ogonek';
  return Object.fromEntries(marks.split(' ').map((mark, at) => [`dead${mark}`, 0xfe50 + at]));
}

/** Of `XF86keysym.h`, what a desktop answers to. */
function mediaKeys(): Record<string, number> {
  const keys = {
    monbrightnessup: 0x02,
    monbrightnessdown: 0x03,
    audiolowervolume: 0x11,
    audiomute: 0x12,
    audioraisevolume: 0x13,
    audioplay: 0x14,
    audiostop: 0x15,
    audioprev: 0x16,
    audionext: 0x17,
    homepage: 0x18,
    mail: 0x19,
    search: 0x1b,
    calculator: 0x1d,
    back: 0x26,
    forward: 0x27,
    stop: 0x28,
    refresh: 0x29,
    favorites: 0x30,
  };
  return Object.fromEntries(Object.entries(keys).map(([name, code]) => [`xf86${name}`, 0x1008_ff00 + code]));
}
