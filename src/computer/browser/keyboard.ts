/** Presses keys of one tab and knows which are down. */
import { delay } from '../../base/delay.ts';
import { ignoreFailure } from '../bounded.ts';
import { noteProgress } from '../progress.ts';
import type { Channel } from './channel.ts';
import { editingCommand } from './editingCommands.ts';
import { type Chord, type Key, keyOfCharacter, MODIFIER_BITS, namedKey, shifted } from './keys.ts';

/**
 * Keys in flight while typing: as many as the page answers in a moment, as those that were sent arrive also after a stop.
 * So a page that is busy is sent few. More than these save nothing.
 */
const MAX_IN_FLIGHT = 24;
const FIRST_IN_FLIGHT = 4;

/** A page that has answered all that were in flight sooner than this gets more at once, a later one less. In ms. */
const MOMENT_MS = 40;

/** Longer texts are inserted as by pasting: key by key, ten thousand characters would take half a minute. */
const MAX_TYPED_CHARACTERS = 1_000;

/** As desktops do by default: how long until a held key repeats, and how often. */
const REPEAT_AFTER_MS = 400;
const REPEAT_EVERY_MS = 40;

/** How a key event differs from one key's plain press. */
interface KeyEventOptions {
  readonly autoRepeat?: boolean;
}

export class Keyboard {
  readonly #channel: Channel;
  readonly #held = new Map<string, Key>();

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** CDP's bits of the modifiers that are down. */
  get modifiers(): number {
    let bits = 0;
    for (const key of this.#held.values()) bits |= MODIFIER_BITS[key.key] ?? 0;
    return bits;
  }

  /** Holds `modifiers` while `action` runs. */
  async holding<T>(modifiers: readonly Key[], signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    try {
      for (const modifier of modifiers) await this.#down(modifier, signal);
      return await action();
    } finally {
      for (const modifier of modifiers.toReversed()) ignoreFailure(this.#up(modifier));
    }
  }

  async press(chord: Chord, signal: AbortSignal): Promise<void> {
    await this.holding(chord.modifiers, signal, () => this.#tap(chord.key, signal));
  }

  /** Holds the chord for `ms`; its key repeats, as a held key does. */
  async hold(chord: Chord, ms: number, signal: AbortSignal): Promise<void> {
    await this.holding(chord.modifiers, signal, async () => {
      try {
        await this.#down(chord.key, signal);
        const end = performance.now() + ms;
        await delay(Math.min(REPEAT_AFTER_MS, ms), signal);
        for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
          if (!(chord.key.key in MODIFIER_BITS)) await this.#down(chord.key, signal, { autoRepeat: true });
          await delay(Math.max(0, Math.min(REPEAT_EVERY_MS, end - performance.now())), signal);
        }
      } finally {
        ignoreFailure(this.#up(chord.key));
      }
    });
  }

  /** Types any text at the focus. A line break is Enter and a tab is Tab. */
  async type(text: string, signal: AbortSignal): Promise<void> {
    const normal = text.toWellFormed().replace(/\r\n?/g, '\n');
    const byKey = text.length <= MAX_TYPED_CHARACTERS;
    const of = lengthOf(normal);
    let done = 0;
    let inFlight: Array<Promise<unknown>> = [];
    let atOnce = FIRST_IN_FLIGHT;
    let since = performance.now();
    try {
      for (const run of normal.match(byKey ? /[ -~]|\n|\t|[^ -~\n\t]+/g : /\n|\t|[^\n\t]+/g) ?? []) {
        this.#channel.throwIfRefused(signal);
        inFlight.push(this.#typeRun(run, signal));
        done += lengthOf(run);
        if (inFlight.length < atOnce) continue;
        await Promise.all(inFlight);
        const now = performance.now();
        atOnce = now - since < MOMENT_MS ? Math.min(atOnce * 2, MAX_IN_FLIGHT) : Math.ceil(atOnce / 2);
        since = now;
        inFlight = [];
      }
      await Promise.all(inFlight);
    } finally {
      noteProgress({ unit: 'characters', done, of });
    }
  }

  /** One character that a key types, or several that none does. */
  #typeRun(run: string, signal: AbortSignal): Promise<unknown> {
    const key = run === '\n' ? namedKey('enter') : run === '\t' ? namedKey('tab') : keyOfCharacter(run);
    if (key !== undefined) return this.#tap(key, signal);
    return this.#channel.send('Input.insertText', { text: run }, signal);
  }

  /** Lets go of all keys. What is sent after it finds them up; nobody needs to wait for it. */
  release(): void {
    for (const key of [...this.#held.values()].reverse()) ignoreFailure(this.#up(key));
  }

  /** Both events are sent at once, in order: a page that reacts to the first one cannot come between. */
  async #tap(key: Key, signal: AbortSignal): Promise<void> {
    await Promise.all([this.#down(key, signal), this.#up(key, signal)]);
  }

  async #down(key: Key, signal: AbortSignal, options: KeyEventOptions = {}): Promise<void> {
    this.#channel.throwIfRefused(signal);
    this.#held.set(heldAs(key), key);
    const modifiers = this.modifiers | (key.implied ?? 0);
    const effective = (modifiers & (MODIFIER_BITS.Shift ?? 0)) === 0 ? key : shifted(key);
    const isShortcut = (modifiers & ~(MODIFIER_BITS.Shift ?? 0)) !== 0;
    const text = isShortcut ? undefined : effective.text;
    const command = isShortcut ? editingCommand(key, modifiers) : undefined;
    await this.#channel.send(
      'Input.dispatchKeyEvent',
      {
        type: text === undefined ? 'rawKeyDown' : 'keyDown',
        ...description(effective, modifiers),
        ...(text === undefined ? {} : { text, unmodifiedText: text }),
        ...(command === undefined ? {} : { commands: [command] }),
        autoRepeat: options.autoRepeat ?? false,
      },
      signal,
    );
  }

  /** Without a signal it is a release, whatever happened. A key stays held until its release can be sent. */
  async #up(key: Key, signal?: AbortSignal): Promise<void> {
    if (!this.#held.has(heldAs(key))) return;
    this.#channel.throwIfRefused(signal);
    this.#held.delete(heldAs(key));
    const modifiers = this.modifiers | (key.implied ?? 0);
    await this.#channel.send(
      'Input.dispatchKeyEvent',
      { type: 'keyUp', ...description(key, modifiers) },
      signal,
    );
  }
}

/** In characters, as a person counts them, or near that. */
function lengthOf(text: string): number {
  return [...text].length;
}

function heldAs(key: Key): string {
  return key.code === '' ? key.key : key.code;
}

function description(key: Key, modifiers: number) {
  return {
    modifiers,
    key: key.key,
    code: key.code,
    windowsVirtualKeyCode: key.keyCode,
    location: key.location ?? 0,
    isKeypad: key.location === 3,
  };
}
