import type { HumanInput, PointerButton } from '../../src/protocol/humanInput.ts';
import { MAX_INPUT_TEXT } from '../../src/protocol/humanInput.ts';
import { type Size, toScreen } from './geometry.ts';
import { buttonOf, clicksOf, keyInput, meaningOf, modifiersOf, wheelDelta } from './human-events.ts';

export interface TakeOverOptions {
  /** Where the screen is drawn, all of it. */
  readonly picture: HTMLElement;
  /** Takes the keyboard: an input method needs a text field. */
  readonly keyboard: HTMLTextAreaElement;
  /** Of the screen, in its own px; null while there is none. */
  readonly screenSize: () => Size | null;
  readonly send: (input: HumanInput) => void;
  /** Runs a function in the next frame. */
  readonly schedule: (callback: () => void) => void;
}

/**
 * Sends what the user does on the picture and types into the keyboard until it is ended. Moves and turns of the wheel
 * are sent once a frame; all else at once, after the move before it.
 */
export class TakeOver {
  readonly #options: TakeOverOptions;
  readonly #ending = new AbortController();
  readonly #keysDown = new Map<string, HumanInput>();
  readonly #buttonsDown = new Map<PointerButton, Extract<HumanInput, { type: 'pointer-down' }>>();
  #lastAt: { readonly x: number; readonly y: number } | undefined;
  #move: HumanInput | undefined;
  #wheel: Extract<HumanInput, { type: 'wheel' }> | undefined;
  #isScheduled = false;

  constructor(options: TakeOverOptions) {
    this.#options = options;
    this.#followPointer();
    this.#followKeyboard();
  }

  /** The host lets go of what is held. */
  end(): void {
    this.#ending.abort();
    this.#move = undefined;
    this.#wheel = undefined;
    this.#keysDown.clear();
    this.#buttonsDown.clear();
  }

  #followPointer(): void {
    const { picture, keyboard } = this.#options;
    const { signal } = this.#ending;
    // Captured, a drag goes on outside of the picture.
    picture.addEventListener('pointerdown', (event) => picture.setPointerCapture(event.pointerId), {
      signal,
    });
    // Where something else takes the pointer, no mouse event tells of the release.
    picture.addEventListener('lostpointercapture', () => this.#releaseButtons(), { signal });
    picture.addEventListener('mousemove', (event) => this.#moved(event), { signal });
    for (const type of ['mousedown', 'mouseup'] as const) {
      picture.addEventListener(
        type,
        (event) => {
          // The focus stays with the keyboard, and the middle button must not scroll the page around.
          event.preventDefault();
          keyboard.focus({ preventScroll: true });
          this.#pressed(type, event);
        },
        { signal },
      );
    }
    picture.addEventListener('contextmenu', swallow, { signal });
    picture.addEventListener('auxclick', swallow, { signal });
    picture.addEventListener('wheel', (event) => this.#scrolled(event), { signal, passive: false });
  }

  #followKeyboard(): void {
    const { keyboard } = this.#options;
    const { signal } = this.#ending;
    keyboard.addEventListener('keydown', (event) => this.#keyDown(event), { signal });
    keyboard.addEventListener('keyup', (event) => this.#keyUp(event), { signal });
    keyboard.addEventListener('blur', () => this.#releaseKeys(), { signal });
    keyboard.addEventListener('paste', (event) => this.#pasted(event), { signal });
    keyboard.addEventListener('compositionend', () => this.#composed(), { signal });
    keyboard.addEventListener(
      'input',
      (event) => {
        if (!(event instanceof InputEvent && event.isComposing)) this.#composed();
      },
      { signal },
    );
  }

  #at(event: MouseEvent): { readonly x: number; readonly y: number } | undefined {
    const { picture, screenSize } = this.#options;
    const size = screenSize();
    const place = picture.getBoundingClientRect();
    if (!size || place.width === 0) return undefined;
    this.#lastAt = toScreen({ x: event.clientX, y: event.clientY }, place, size);
    return this.#lastAt;
  }

  #moved(event: MouseEvent): void {
    const at = this.#at(event);
    if (!at) return;
    this.#move = { type: 'pointer-move', ...at, modifiers: modifiersOf(event) };
    this.#sendSoon();
  }

  #pressed(type: 'mousedown' | 'mouseup', event: MouseEvent): void {
    const at = this.#at(event);
    const button = buttonOf(event);
    if (!at || !button) return;
    this.#flush();
    const press = { button, clicks: clicksOf(event), ...at, modifiers: modifiersOf(event) };
    if (type === 'mousedown') {
      const down = { type: 'pointer-down', ...press } as const;
      this.#buttonsDown.set(button, down);
      this.#options.send(down);
    } else if (this.#buttonsDown.delete(button)) {
      // What was pressed elsewhere is not released here.
      this.#options.send({ type: 'pointer-up', ...press });
    }
  }

  /** The pointer is not followed any more, or has been let go of already. */
  #releaseButtons(): void {
    if (this.#buttonsDown.size === 0) return;
    this.#flush();
    for (const down of this.#buttonsDown.values())
      this.#options.send({ ...down, ...this.#lastAt, type: 'pointer-up' });
    this.#buttonsDown.clear();
  }

  #scrolled(event: WheelEvent): void {
    event.preventDefault();
    const at = this.#at(event);
    const size = this.#options.screenSize();
    if (!at || !size) return;
    const { deltaX, deltaY } = wheelDelta(event, size.height);
    this.#wheel = {
      type: 'wheel',
      ...at,
      deltaX: deltaX + (this.#wheel?.deltaX ?? 0),
      deltaY: deltaY + (this.#wheel?.deltaY ?? 0),
      modifiers: modifiersOf(event),
    };
    this.#sendSoon();
  }

  #keyDown(event: KeyboardEvent): void {
    // VS Code listens at the window, and would run what is bound to the key.
    event.stopPropagation();
    const meaning = meaningOf(event);
    if (meaning === 'compose' || meaning === 'paste') return;
    event.preventDefault();
    this.#flush();
    const input = keyInput(event);
    this.#keysDown.set(event.code, input);
    this.#options.send(input);
  }

  #keyUp(event: KeyboardEvent): void {
    event.stopPropagation();
    // What was not told to go down does not come up: a part of hand-back, a paste.
    if (!this.#keysDown.delete(event.code)) return;
    event.preventDefault();
    this.#options.send(keyInput(event));
  }

  #releaseKeys(): void {
    for (const input of this.#keysDown.values()) {
      if (input.type !== 'key-down') continue;
      const { key, code, keyCode, modifiers } = input;
      this.#options.send({ type: 'key-up', key, code, keyCode, modifiers });
    }
    this.#keysDown.clear();
  }

  #pasted(event: ClipboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    this.#write(event.clipboardData?.getData('text/plain') ?? '');
  }

  /** Takes what an input method has put into the field. */
  #composed(): void {
    const { keyboard } = this.#options;
    const { value } = keyboard;
    keyboard.value = '';
    this.#write(value);
  }

  #write(text: string): void {
    this.#flush();
    for (let at = 0; at < text.length; at += MAX_INPUT_TEXT)
      this.#options.send({ type: 'text', text: text.slice(at, at + MAX_INPUT_TEXT) });
  }

  #sendSoon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.schedule(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const waiting = [this.#move, this.#wheel];
    this.#move = undefined;
    this.#wheel = undefined;
    for (const input of waiting) if (input) this.#options.send(input);
  }
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
