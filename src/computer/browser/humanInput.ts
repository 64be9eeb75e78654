/** A person's mouse and keyboard on a tab. Unlike the model's, every press and release is told by itself. */
import {
  type HumanInput,
  isRelease,
  type Modifiers,
  type PointerButton,
  type ReleaseInput,
} from '../../protocol/humanInput.ts';
import { assertNever } from '../../protocol/transcript.ts';
import { ignoreFailure } from '../bounded.ts';
import type { ScreenPoint } from '../computer.ts';
import type { Channel } from './channel.ts';
import { editingCommand } from './editingCommands.ts';
import { refuse } from './errors.ts';
import { MODIFIER_BITS } from './keys.ts';

type PointerInput = Extract<HumanInput, { readonly x: number }>;
type KeyInput = Extract<HumanInput, { readonly key: string }>;

/** `MouseEvent.buttons`. */
const BUTTON_BITS: Readonly<Record<PointerButton, number>> = { left: 1, right: 2, middle: 4 };

/** Inputs that the page has not answered. A person makes some dozen a second: with more than these it hangs. */
const MAX_UNANSWERED = 200;

/** On one tab: what is held there, and on its way there, is no other tab's. */
export class HumanHands {
  readonly #channel: Channel;
  readonly #buttons = new Map<PointerButton, PointerInput>();
  readonly #keys = new Map<string, KeyInput>();
  #unanswered = 0;
  /** Whether the page is still busy with a move; the next is told when it is done, and only the latest. */
  #isMoving = false;
  #nextMove: PointerInput | undefined;
  #at: ScreenPoint | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Where the pointer is; undefined as long as it was not used. */
  get at(): ScreenPoint | undefined {
    return this.#at;
  }

  /**
   * A release of what is held is never refused; one of what is not held does nothing. What is pressed stays held until
   * its release can be sent.
   * @throws what `Channel.send` throws, ToolError when the page takes no more
   */
  async act(event: HumanInput, signal: AbortSignal): Promise<void> {
    if ('x' in event) this.#at = { x: event.x, y: event.y };
    if (event.type === 'pointer-move') return this.#move(event, signal);
    if (isRelease(event)) {
      if (!this.#isHeld(event)) return;
    } else if (this.#unanswered >= MAX_UNANSWERED) throw refuse('The page does not answer.');
    // What was on its way comes first: a click is where the pointer has been moved to.
    const move = this.#nextMove;
    this.#nextMove = undefined;
    if (move) ignoreFailure(this.#pointer(move, signal));
    this.#unanswered++;
    try {
      await this.#send(event, isRelease(event) ? undefined : signal);
    } finally {
      this.#unanswered--;
    }
  }

  /** Lets go of everything that is down. */
  release(): void {
    this.#nextMove = undefined;
    for (const [button, at] of [...this.#buttons])
      ignoreFailure(this.#pointer({ ...at, ...this.#at, type: 'pointer-up', button, clicks: 1 }, undefined));
    for (const key of [...this.#keys.values()].reverse())
      ignoreFailure(this.#key({ ...key, type: 'key-up' }, undefined));
  }

  #isHeld(event: ReleaseInput): boolean {
    return event.type === 'pointer-up' ? this.#buttons.has(event.button) : this.#keys.has(event.code);
  }

  async #move(event: PointerInput, signal: AbortSignal): Promise<void> {
    this.#nextMove = event;
    if (this.#isMoving) return;
    this.#isMoving = true;
    try {
      for (let next = this.#takeMove(); next; next = this.#takeMove()) await this.#pointer(next, signal);
    } finally {
      this.#isMoving = false;
    }
  }

  #takeMove(): PointerInput | undefined {
    const move = this.#nextMove;
    this.#nextMove = undefined;
    return move;
  }

  #send(event: HumanInput, signal: AbortSignal | undefined): Promise<unknown> {
    switch (event.type) {
      case 'pointer-move':
      case 'pointer-down':
      case 'pointer-up':
      case 'wheel':
        return this.#pointer(event, signal);
      case 'key-down':
      case 'key-up':
        return this.#key(event, signal);
      case 'text':
        return this.#channel.send('Input.insertText', { text: event.text }, signal);
      default:
        return assertNever(event);
    }
  }

  async #pointer(event: PointerInput, signal: AbortSignal | undefined): Promise<unknown> {
    const { x, y } = event;
    const channel = this.#channel;
    channel.throwIfRefused(signal);
    if (event.type === 'pointer-down') this.#buttons.set(event.button, event);
    if (event.type === 'pointer-up') this.#buttons.delete(event.button);
    const [held = 'none'] = this.#buttons.keys();
    let buttons = 0;
    for (const button of this.#buttons.keys()) buttons |= BUTTON_BITS[button];
    const common = { x, y, buttons, modifiers: bitsOf(event.modifiers), pointerType: 'mouse' } as const;
    switch (event.type) {
      case 'pointer-move':
        return channel.send(
          'Input.dispatchMouseEvent',
          { type: 'mouseMoved', button: held, ...common },
          signal,
        );
      case 'pointer-down':
      case 'pointer-up': {
        const type = event.type === 'pointer-down' ? 'mousePressed' : 'mouseReleased';
        const { button, clicks: clickCount } = event;
        return channel.send('Input.dispatchMouseEvent', { type, button, clickCount, ...common }, signal);
      }
      case 'wheel': {
        const { deltaX, deltaY } = event;
        return channel.send(
          'Input.dispatchMouseEvent',
          { type: 'mouseWheel', deltaX, deltaY, ...common },
          signal,
        );
      }
      default:
        return assertNever(event);
    }
  }

  async #key(event: KeyInput, signal: AbortSignal | undefined): Promise<unknown> {
    const { key, code, keyCode } = event;
    this.#channel.throwIfRefused(signal);
    if (event.type === 'key-down') this.#keys.set(code, event);
    else this.#keys.delete(code);
    const text = event.type === 'key-down' ? textOf(event) : undefined;
    // Where a modifier helps to type a character (AltGr, Option), the page is to see the character.
    const modifiers =
      text === undefined ? event.modifiers : { ...event.modifiers, alt: false, control: false };
    const bits = bitsOf(modifiers);
    const command =
      event.modifiers.meta && event.type === 'key-down' ? editingCommand(event, bits) : undefined;
    return this.#channel.send(
      'Input.dispatchKeyEvent',
      {
        type: event.type === 'key-up' ? 'keyUp' : text === undefined ? 'rawKeyDown' : 'keyDown',
        modifiers: bits,
        key,
        code,
        windowsVirtualKeyCode: keyCode,
        isKeypad: code.startsWith('Numpad'),
        location: locationOf(code),
        autoRepeat: event.type === 'key-down' && event.isRepeat,
        ...(text === undefined ? {} : { text, unmodifiedText: text }),
        ...(command === undefined ? {} : { commands: [command] }),
      },
      signal,
    );
  }
}

function bitsOf({ alt, control, meta, shift }: Modifiers): number {
  const { Alt = 0, Control = 0, Meta = 0, Shift = 0 } = MODIFIER_BITS;
  return (alt ? Alt : 0) | (control ? Control : 0) | (meta ? Meta : 0) | (shift ? Shift : 0);
}

/** What the key types, if anything: a shortcut types nothing. */
function textOf({ key, modifiers }: KeyInput): string | undefined {
  const { alt, control, meta } = modifiers;
  if (key === 'Enter') return meta || control || alt ? undefined : '\r';
  if ([...key].length !== 1 || meta) return undefined;
  if (alt && control) return key;
  if (control) return undefined;
  return alt && /^[ -~]$/.test(key) ? undefined : key;
}

/** `KeyboardEvent.location`. */
function locationOf(code: string): number {
  if (code.startsWith('Numpad')) return 3;
  if (/^(Shift|Control|Alt|Meta)Left$/.test(code)) return 1;
  return /^(Shift|Control|Alt|Meta)Right$/.test(code) ? 2 : 0;
}
