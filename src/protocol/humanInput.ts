/** What a person does with mouse and keyboard on a computer's screen, and its check where it arrives. */

export type PointerButton = 'left' | 'middle' | 'right';

/** The modifier keys that are down. */
export interface Modifiers {
  readonly alt: boolean;
  readonly control: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
}

/** Where, in CSS px of the screen from its top left corner; a drag may leave the screen. */
interface At {
  readonly x: number;
  readonly y: number;
  readonly modifiers: Modifiers;
}

/** Names as in the DOM's `KeyboardEvent`. */
interface KeyOf {
  readonly key: string;
  readonly code: string;
  /** Deprecated, and still what pages read. */
  readonly keyCode: number;
  readonly modifiers: Modifiers;
}

/** `clicks`: 1 for a single, 2 for a double, 3 for a triple click. */
interface PressOf extends At {
  readonly button: PointerButton;
  readonly clicks: number;
}

/** Lets go of a key or button. */
export type ReleaseInput =
  | ({ readonly type: 'pointer-up' } & PressOf)
  | ({ readonly type: 'key-up' } & KeyOf);

export type HumanInput =
  | ({ readonly type: 'pointer-move' } & At)
  | ({ readonly type: 'pointer-down' } & PressOf)
  /** How far the page is to scroll, in CSS px. */
  | ({ readonly type: 'wheel'; readonly deltaX: number; readonly deltaY: number } & At)
  | ({ readonly type: 'key-down'; readonly isRepeat: boolean } & KeyOf)
  | ReleaseInput
  /** What an input method composed, or was pasted. */
  | { readonly type: 'text'; readonly text: string };

/** Whether it lets go of something, which must be possible at any time. */
export function isRelease(input: HumanInput): input is ReleaseInput {
  return input.type === 'pointer-up' || input.type === 'key-up';
}

/** Longest text put in at once, in UTF-16 units. */
export const MAX_INPUT_TEXT = 100_000;

/** A pointer's farthest place; larger than any screen. */
const MAX_PLACE = 100_000;
const MAX_DELTA = 10_000;
const MAX_CLICKS = 3;
/** `KeyboardEvent.key` and `code` are names or one character, which may be of several UTF-16 units. */
const MAX_KEY_NAME = 40;
const MAX_KEY_CODE = 255;

/** The input, or undefined when `value` is none. */
export function parseHumanInput(value: unknown): HumanInput | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.type) {
    case 'pointer-move': {
      const at = parseAt(value);
      return at && { type: 'pointer-move', ...at };
    }
    case 'pointer-down':
    case 'pointer-up': {
      const { type, button, clicks } = value;
      const at = parseAt(value);
      const isButton = button === 'left' || button === 'middle' || button === 'right';
      if (!at || !isButton || !Number.isInteger(clicks) || !isWithin(clicks, 1, MAX_CLICKS)) return undefined;
      return { type, button, clicks, ...at };
    }
    case 'wheel': {
      const { deltaX, deltaY } = value;
      const at = parseAt(value);
      if (!at || !isWithin(deltaX, -MAX_DELTA, MAX_DELTA) || !isWithin(deltaY, -MAX_DELTA, MAX_DELTA))
        return undefined;
      return { type: 'wheel', deltaX, deltaY, ...at };
    }
    case 'key-down': {
      const key = parseKey(value);
      return key && typeof value.isRepeat === 'boolean'
        ? { type: 'key-down', isRepeat: value.isRepeat, ...key }
        : undefined;
    }
    case 'key-up': {
      const key = parseKey(value);
      return key && { type: 'key-up', ...key };
    }
    case 'text': {
      const { text } = value;
      return isText(text, MAX_INPUT_TEXT) && text !== '' ? { type: 'text', text } : undefined;
    }
    default:
      return undefined;
  }
}

function parseAt(value: Record<string, unknown>): At | undefined {
  const { x, y } = value;
  const modifiers = parseModifiers(value.modifiers);
  if (!modifiers || !isWithin(x, -MAX_PLACE, MAX_PLACE) || !isWithin(y, -MAX_PLACE, MAX_PLACE))
    return undefined;
  return { x, y, modifiers };
}

function parseKey(value: Record<string, unknown>): KeyOf | undefined {
  const { key, code, keyCode } = value;
  const modifiers = parseModifiers(value.modifiers);
  if (!modifiers || !isText(key, MAX_KEY_NAME) || key === '' || !isText(code, MAX_KEY_NAME)) return undefined;
  if (!Number.isInteger(keyCode) || !isWithin(keyCode, 0, MAX_KEY_CODE)) return undefined;
  return { key, code, keyCode, modifiers };
}

function parseModifiers(value: unknown): Modifiers | undefined {
  if (!isRecord(value)) return undefined;
  const { alt, control, meta, shift } = value;
  if (typeof alt !== 'boolean' || typeof control !== 'boolean') return undefined;
  if (typeof meta !== 'boolean' || typeof shift !== 'boolean') return undefined;
  return { alt, control, meta, shift };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Refuses what is not finite too. */
function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max;
}
