/**
 * Types any text. Most of it is keys. A server asked for a character that its keyboard does not have puts it on a key
 * that is free; TigerVNC's has some 18 of these, never frees them, and says nothing when there is no more. So only so
 * many characters are typed in this way, and what is beyond goes through the clipboard, where that takes any text.
 */
import { delay } from '../../base/delay.ts';
import { refuse } from '../inputs.ts';
import { noteProgress } from '../progress.ts';
import type { DesktopConnection } from './connection.ts';
import type { Keyboard } from './keyboard.ts';
import type { Chord } from './keyNames.ts';
import {
  COMMAND,
  CONTROL,
  characterOf,
  INSERT,
  isControl,
  isOnKeyboard,
  keysymOf,
  lowerOf,
  needsShift,
  SHIFT,
} from './keysyms.ts';
import type { RoundTrip } from './pointer.ts';
import type { Settling } from './settle.ts';

/** How a text gets in. `auto`: by keys, and through the clipboard what the server may have no key for. */
export type TypingMethod = 'auto' | 'keys' | 'clipboard';

export interface TypingOptions {
  readonly method: TypingMethod;
  /** What pastes. Shift+Insert does in X, in terminals as elsewhere, and in Windows; macOS knows Command+V only. */
  readonly pasteWith: 'shift+insert' | 'control+v' | 'command+v';
}

export const DEFAULT_TYPING: TypingOptions = { method: 'auto', pasteWith: 'shift+insert' };

/** Characters that a server is asked to make keys for; one pair of a small and a capital letter is one. */
const MAX_MADE_KEYS = 16;

/** Characters between two round trips: a server that is busy is not sent more than this ahead. */
const CHARACTERS_AT_ONCE = 64;

/** For an application to fetch the clipboard, where the server tells of that, and to show what was in it. In ms. */
const FETCH_MS = 2_000;
const PASTE_BEGIN_MS = 400;

/** For an application to fetch it where that is stopped: until then it must not get what was there before. In ms. */
const LATE_FETCH_MS = 300;

const PASTE_KEYS: Readonly<Record<TypingOptions['pasteWith'], Chord>> = {
  'shift+insert': [SHIFT, INSERT],
  'control+v': [CONTROL, 0x76],
  'command+v': [COMMAND, 0x76],
};

const PASTED = 'Characters that the desktop has no keys for were pasted through its clipboard.';
const NOT_FETCHED = `${PASTED} The application seems not to have taken them: look whether they are there.`;

export interface TypingStep {
  readonly by: 'keys' | 'clipboard';
  readonly text: string;
}

/** What a plan depends on, besides the text. */
export interface TypingConditions {
  readonly method: TypingMethod;
  /** Characters that the server has made keys for; capitals as their small letters. */
  readonly madeKeys: ReadonlySet<string>;
  readonly hasUnicodeClipboard: boolean;
}

/**
 * How to type `text`, in which lines end with `\n`. Line breaks and tabs are always keys: pasted, they would not do what
 * these keys do.
 */
export function planTyping(text: string, conditions: TypingConditions): TypingStep[] {
  const { method, madeKeys, hasUnicodeClipboard } = conditions;
  const wanted = new Set([...text].filter((character) => !isOnKeyboard(character)).map(keyOf));
  const missing = new Set([...wanted].filter((key) => !madeKeys.has(key)));
  const isAllByKeys = method !== 'clipboard' && madeKeys.size + missing.size <= MAX_MADE_KEYS;
  if (method === 'keys' || isAllByKeys) return [{ by: 'keys', text }];
  const steps: TypingStep[] = [];
  const add = (by: TypingStep['by'], part: string) => {
    const last = steps.at(-1);
    if (part === '') return;
    if (last?.by === by && by === 'keys') steps[steps.length - 1] = { by, text: last.text + part };
    else steps.push({ by, text: part });
  };
  for (const piece of piecesOf(text)) {
    const [start, end] = method === 'clipboard' ? [0, piece.length] : spanOf(piece, missing);
    const span = piece.slice(start, end);
    if (isControl(piece) || !(hasUnicodeClipboard || isLatin1(span))) add('keys', piece);
    else {
      add('keys', piece.slice(0, start));
      add('clipboard', span);
      add('keys', piece.slice(end));
    }
  }
  return steps;
}

export interface TypistParts {
  readonly connection: DesktopConnection;
  readonly keyboard: Keyboard;
  readonly settling: Settling;
  readonly roundTrip: RoundTrip;
  readonly options: TypingOptions;
  /** Of the server, longer than the connection. */
  readonly madeKeys: Set<string>;
  /** What was copied there; undefined where that is not known. */
  readonly clipboard: () => string | undefined;
}

export class Typist {
  readonly #parts: TypistParts;

  constructor(parts: TypistParts) {
    this.#parts = parts;
  }

  /**
   * Types at the focus.
   * @returns a line for the model where it was not all keys
   * @throws ToolError for a control character that no key types, before anything is typed
   */
  async type(
    text: string,
    signal: AbortSignal,
    method = this.#parts.options.method,
  ): Promise<string | undefined> {
    const { connection, madeKeys, clipboard } = this.#parts;
    const normal = text.toWellFormed().replace(/\r\n?/g, '\n');
    if ([...normal].some((character) => keysymOf(character) === undefined))
      throw refuse('text: has control characters, which no key types. Use key for shortcuts.');
    const { hasUnicodeClipboard } = connection;
    const steps = planTyping(normal, { method, madeKeys, hasUnicodeClipboard });
    const before = clipboard();
    const count = new Count([...normal].length, connection);
    const isPasted = steps.some(({ by }) => by === 'clipboard');
    let isTaken = true;
    try {
      for (const step of steps) {
        if (step.by === 'keys') await this.#byKeys(step.text, count, signal);
        else {
          isTaken = (await this.#byClipboard(step.text, signal)) && isTaken;
          count.sent += [...step.text].length;
        }
      }
    } finally {
      count.note();
      // A text that nobody has told us of cannot be put back; nothing in its place would help nobody.
      if (isPasted && before !== undefined) connection.setClipboard(before);
    }
    if (!isTaken) return NOT_FETCHED;
    return isPasted ? PASTED : undefined;
  }

  /** Counts the keys that the server makes for `chord`, which is pressed by others. */
  noteKeys(chord: readonly number[]): void {
    for (const keysym of chord) {
      const character = characterOf(keysym);
      if (character !== undefined) this.#noteKey(character);
    }
  }

  #noteKey(character: string): void {
    const { madeKeys } = this.#parts;
    if (!isOnKeyboard(character) && madeKeys.size < MAX_MADE_KEYS) madeKeys.add(keyOf(character));
  }

  async #byKeys(text: string, count: Count, signal: AbortSignal): Promise<void> {
    const { keyboard, roundTrip } = this.#parts;
    let ahead = 0;
    for (const character of text) {
      const keysym = keysymOf(character) ?? 0;
      this.#noteKey(character);
      keyboard.press(needsShift(character) ? [SHIFT, keysym] : [keysym]);
      count.sent += 1;
      ahead += 1;
      if (ahead % CHARACTERS_AT_ONCE !== 0) continue;
      await roundTrip(signal);
      count.taken = count.sent;
    }
    signal.throwIfAborted();
  }

  /**
   * The next key may be sent only when the text has arrived: applications fetch it later than they take keys.
   * @returns false where nothing has fetched it, as far as the server tells
   */
  async #byClipboard(text: string, signal: AbortSignal): Promise<boolean> {
    const { connection, keyboard, settling, roundTrip, options } = this.#parts;
    const { promise: fetched, resolve } = Promise.withResolvers<boolean>();
    let isKnown = true;
    let isAwaited = false;
    const listening = connection.onClipboardFetched(() => resolve(true));
    try {
      connection.setClipboard(text);
      await roundTrip(signal);
      // One that keeps what others copy has it by now: the server has no need to ask for it again.
      isKnown = !(await Promise.race([fetched, false]));
      settling.noteInput();
      keyboard.press(PASTE_KEYS[options.pasteWith]);
      isAwaited = true;
      await roundTrip(signal);
      const isTold = connection.hasUnicodeClipboard && isKnown;
      const isFetched = isTold && (await orFalseAfter(FETCH_MS, fetched, signal));
      isAwaited = !isFetched;
      settling.noteInput();
      // What was fetched comes before later keys; otherwise only the screen tells.
      if (isFetched) await settling.rest(signal);
      else await settling.rest(signal, PASTE_BEGIN_MS);
      return isFetched || !isTold;
    } catch (error) {
      if (isAwaited) await orFalseAfter(LATE_FETCH_MS, fetched, new AbortController().signal);
      throw error;
    } finally {
      listening.dispose();
    }
  }
}

/** How many characters of a text got in, as far as that is known. */
class Count {
  readonly #all: number;
  readonly #connection: DesktopConnection;
  readonly #withdrawnBefore: number;
  sent = 0;
  /** By the last round trip. */
  taken = 0;

  constructor(all: number, connection: DesktopConnection) {
    this.#all = all;
    this.#connection = connection;
    this.#withdrawnBefore = connection.withdrawn;
  }

  /** Tells it to whoever runs the call. */
  note(): void {
    const isAtLeast = this.#connection.withdrawn > this.#withdrawnBefore;
    noteProgress({
      unit: 'characters',
      done: isAtLeast ? this.taken : this.sent,
      of: this.#all,
      ...(isAtLeast && { isAtLeast }),
    });
  }
}

/** Settles like `promise`, or with false after `ms`. @throws the signal's reason */
async function orFalseAfter(ms: number, promise: Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, AbortSignal.any([signal, timer.signal])).then(() => false);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

/** The text in lines, and the control characters between them each by itself. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (!isControl(text.charAt(at))) continue;
    pieces.push(text.slice(start, at), text.charAt(at));
    start = at + 1;
  }
  return [...pieces, text.slice(start)];
}

/** From the first to behind the last character of `line` that is one of `missing`; [0, 0] where none is. */
function spanOf(line: string, missing: ReadonlySet<string>): [number, number] {
  let start: number | undefined;
  let end = 0;
  let at = 0;
  for (const character of line) {
    const next = at + character.length;
    if (missing.has(keyOf(character))) {
      start ??= at;
      end = next;
    }
    at = next;
  }
  return [start ?? 0, end];
}

/** A small letter and its capital share a key. */
function keyOf(character: string): string {
  return lowerOf(character) ?? character;
}

function isLatin1(text: string): boolean {
  return [...text].every((character) => character <= 'ÿ');
}
