/** What keys and typed text do on a page, as far as it decides whether the user is asked. */
import { characterNamed, chordNames, KEY_ALIASES, keySequence, plainName } from '../../computer/keyNames.ts';

export interface Keying {
  /** Enter, where the keyboard is now. */
  readonly enters: boolean;
  /** Enter with Ctrl or Cmd, which sends where Enter alone breaks a line. */
  readonly sends: boolean;
  /** The space bar, which presses a button. */
  readonly presses: boolean;
  readonly types: boolean;
  /** Delete, or `#` alone: with no field below it, what deletes what is selected, in mail and in lists. */
  readonly deletes: boolean;
  /** Enter or the space bar after an arrow or the like. */
  readonly isLedByArrows: boolean;
  /** More keys after an Enter, which may have led elsewhere. */
  readonly goesOnAfterEnter: boolean;
  /** Something is typed or pressed after the keyboard was led elsewhere. */
  readonly goesOnElsewhere: boolean;
}

const NONE: Keying = {
  enters: false,
  sends: false,
  presses: false,
  types: false,
  deletes: false,
  isLedByArrows: false,
  goesOnAfterEnter: false,
  goesOnElsewhere: false,
};

/** One key as it matters here. */
type Kind = 'enter' | 'send' | 'space' | 'move' | 'arrow' | 'text' | 'hash' | 'delete' | 'other';

const COMMANDS: ReadonlySet<string> = new Set([
  'control',
  'controlright',
  'meta',
  'metaright',
  'alt',
  'altright',
]);
/** With a modifier they act on the text where the keyboard is. */
const TEXT_COMMANDS = /^[acvxyz]$/;

/** Keys of the keypad that type. */
const KEYPAD = /^kp(\d|add|subtract|multiply|divide|decimal)$/;

const ARROWS = /^(arrow(up|down|left|right)|home|end|pageup|pagedown)$/;

/**
 * @param text - of the members `key` and `hold_key`
 * @param repeat - above 1 for a key that is held as well, as that repeats
 */
export function pressedKeys(text: string, repeat: number): Keying {
  let chords: readonly string[];
  try {
    chords = keySequence(text);
  } catch {
    // The toolset refuses it as well.
    return NONE;
  }
  const kinds = chords.map((chord) => kindOf(chordNames(chord).map(nameOf)));
  return keyingOf(repeat > 1 ? [...kinds, ...kinds] : kinds);
}

/** @param text - as it is typed: its ends of lines are Enter, its tabs lead on, its spaces are the space bar */
export function typedKeys(text: string): Keying {
  const parts = text.slice(0, MAX_TYPED).match(/[\n\r\t ]|[^\n\r\t ]+/g) ?? [];
  return keyingOf(parts.map((part) => TYPED_KINDS[part[0] ?? ''] ?? (part === '#' ? 'hash' : 'text')));
}

const TYPED_KINDS: Readonly<Record<string, Kind>> = {
  '\n': 'enter',
  '\r': 'enter',
  '\t': 'move',
  ' ': 'space',
};

/** More than the toolset takes. */
const MAX_TYPED = 200_000;

function keyingOf(kinds: readonly Kind[]): Keying {
  const now = { ...NONE } as { -readonly [K in keyof Keying]: boolean };
  let hasEntered = false;
  let hasMoved = false;
  let hasArrows = false;
  for (const kind of kinds) {
    if (kind === 'move') {
      hasMoved = true;
      continue;
    }
    if (kind === 'arrow') hasArrows = true;
    if (kind === 'delete' || kind === 'hash') now.deletes = true;
    if (kind === 'arrow' || kind === 'other' || kind === 'delete') continue;
    if (hasMoved) now.goesOnElsewhere = true;
    else if (hasEntered) now.goesOnAfterEnter = true;
    else {
      now.enters ||= kind === 'enter' || kind === 'send';
      now.sends ||= kind === 'send';
      now.presses ||= kind === 'space';
      now.types ||= kind === 'text' || kind === 'hash' || kind === 'space';
      now.isLedByArrows ||= hasArrows && kind !== 'text' && kind !== 'hash';
    }
    if (kind === 'enter' || kind === 'send') hasEntered = true;
  }
  return now;
}

function kindOf(names: readonly string[]): Kind {
  const key = names.at(-1) ?? '';
  const isCommand = names.slice(0, -1).some((name) => COMMANDS.has(name));
  if (key === 'enter' || key === 'kpenter') return isCommand ? 'send' : 'enter';
  if (isCommand) return TEXT_COMMANDS.test(key) ? (key === 'v' ? 'text' : 'other') : 'move';
  if (key === 'tab' || key === 'f6') return 'move';
  if (ARROWS.test(key)) return 'arrow';
  if (key === 'space' || key === ' ') return 'space';
  if (key === 'delete' || key === 'kpdelete') return 'delete';
  if (key === '#' || (key === '3' && names.some((name) => /^shift/.test(name)))) return 'hash';
  return [...key].length === 1 || KEYPAD.test(key) ? 'text' : 'other';
}

function nameOf(name: string): string {
  const character = characterNamed(name);
  if (character !== undefined) return character.toLowerCase();
  const plain = plainName(name);
  return KEY_ALIASES[plain] ?? plain;
}
