/**
 * What X calls the keys: keysyms (X Window System Protocol, appendix A; `keysymdef.h`), which RFB speaks on any system
 * (RFC 6143, 7.5.4).
 */

export const SHIFT = 0xffe1;
export const INSERT = 0xff63;
export const CONTROL = 0xffe3;
/** Super_L, the key with the logo: Command on a keyboard of a Mac. */
export const COMMAND = 0xffeb;
export const RETURN = 0xff0d;
export const TAB = 0xff09;

/** A character of Unicode that has no keysym of its own has this added to its code point. */
const UNICODE = 0x0100_0000;

/** Keys that are characters to a terminal. */
const CONTROL_CHARACTERS: ReadonlyMap<string, number> = new Map([
  ['\b', 0xff08],
  ['\t', TAB],
  ['\n', RETURN],
  ['\u001b', 0xff1b],
  ['\u007f', 0xffff],
]);

/** On a US keyboard: what a key types, and with Shift. */
const US_ROWS = '`~1!2@3#4$5%6^7&8*9(0)-_=+[{]}\\|;:\'",<.>/?';
const SHIFTED: ReadonlyMap<string, string> = new Map(
  Array.from({ length: US_ROWS.length / 2 }, (_, at): [string, string] => [
    US_ROWS.charAt(2 * at),
    US_ROWS.charAt(2 * at + 1),
  ]),
);
const NEEDS_SHIFT: ReadonlySet<string> = new Set(SHIFTED.values());

/**
 * The keysym of one character: of Latin-1 its code, of any other its code point in X's range for Unicode.
 * @returns undefined for a control character that no key types
 */
export function keysymOf(character: string): number | undefined {
  const key = CONTROL_CHARACTERS.get(character);
  if (key !== undefined) return key;
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return undefined;
  return point <= 0xff ? point : UNICODE + point;
}

/** The character of a keysym of {@link keysymOf}; undefined for other keys. */
export function characterOf(keysym: number): string | undefined {
  if ((keysym >= 0x20 && keysym < 0x7f) || (keysym >= 0xa0 && keysym <= 0xff))
    return String.fromCodePoint(keysym);
  const point = keysym - UNICODE;
  return point > 0xff && point <= 0x10_ffff ? String.fromCodePoint(point) : undefined;
}

/** Whether it is a key rather than something to see. */
export function isControl(character: string): boolean {
  return CONTROL_CHARACTERS.has(character);
}

/** Whether a key of a usual keyboard types it, so that no server has to make one. */
export function isOnKeyboard(character: string): boolean {
  return /^[ -~]$/.test(character) || CONTROL_CHARACTERS.has(character);
}

/**
 * Whether a person would hold Shift for it. It has to be held: a server that is asked for an `A` alone finds its own
 * way to one, which may be Caps Lock.
 */
export function needsShift(character: string): boolean {
  return NEEDS_SHIFT.has(character) || lowerOf(character) !== undefined;
}

/** What its key types while Shift is held. */
export function shiftedOf(character: string): string {
  const shifted = SHIFTED.get(character);
  if (shifted !== undefined) return shifted;
  const upper = character.toUpperCase();
  return lowerOf(upper) === character ? upper : character;
}

/** The small letter of a capital whose pair are one key. */
export function lowerOf(character: string): string | undefined {
  const lower = character.toLowerCase();
  const isPair = lower !== character && lower.toUpperCase() === character && [...lower].length === 1;
  return isPair ? lower : undefined;
}
