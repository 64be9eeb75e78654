/** Moves and presses the mouse of one tab and knows which buttons are down. */
import { Emitter } from '../../base/emitter.ts';
import { ignoreFailure } from '../bounded.ts';
import { noteProgress } from '../progress.ts';
import type { Channel } from './channel.ts';
import { refuse } from './errors.ts';
import type { Keyboard } from './keyboard.ts';
import { VIEWPORT } from './limits.ts';

/** CSS pixels from the viewport's top left corner, which are the screenshot's pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Button = 'left' | 'right' | 'middle';
/** `MouseEvent.buttons`. */
const BUTTON_BITS: Readonly<Record<Button, number>> = { left: 1, right: 2, middle: 4 };

/** What one notch of a wheel scrolls in Chrome on a desktop, in CSS pixels. */
const NOTCH_PX = 100;

/** Of a drag. Pages that tell a drag from a click by distance, or track the pointer, need the way and not only its end. */
const DRAG_STEP_PX = 40;
const MIN_DRAG_STEPS = 5;

/**
 * The same point, if it is on the screen. It is never moved there: the model must learn that it was wrong.
 * @throws ToolError
 */
export function onScreen(point: Point, field = 'target'): Point {
  const { x, y } = point;
  const isOn =
    Number.isFinite(x) && Number.isFinite(y) && x >= 0 && y >= 0 && x < VIEWPORT.width && y < VIEWPORT.height;
  if (!isOn) throw refuse(`${field}: outside of the ${VIEWPORT.width}x${VIEWPORT.height} viewport.`);
  return { x, y };
}

export class Pointer {
  readonly #channel: Channel;
  readonly #keyboard: Keyboard;
  readonly #held = new Set<Button>();
  readonly #pointings = new Emitter<Point>();
  /** Hears of each place that an action points at. */
  readonly onPointing = this.#pointings.event;
  #at: Point = { x: 0, y: 0 };
  #pointing: Point | undefined;

  constructor(channel: Channel, keyboard: Keyboard) {
    this.#channel = channel;
    this.#keyboard = keyboard;
  }

  /** Where the latest action pointed, with the mouse or without. */
  get pointing(): Point | undefined {
    return this.#pointing;
  }

  /** Tells those who watch where an action takes place. The page hears nothing of it. */
  point(at: Point): void {
    if (this.#pointing?.x === at.x && this.#pointing.y === at.y) return;
    this.#pointing = at;
    this.#pointings.fire(at);
  }

  async move(to: Point, signal: AbortSignal): Promise<void> {
    this.#at = to;
    this.point(to);
    await this.#send({ type: 'mouseMoved', button: this.#firstHeld() }, signal);
  }

  /**
   * The events of one click are sent at once, in order: each answer is worth a frame, and only the last one says that the
   * page has handled them.
   * @param count - 1 for a click, 2 for a double, 3 for a triple one; the page sees all clicks up to it
   */
  async click(button: Button, at: Point, count: number, signal: AbortSignal): Promise<void> {
    const moving = this.move(at, signal);
    for (let clickCount = 1; clickCount <= count; clickCount++)
      await Promise.all([moving, this.down(button, signal, clickCount), this.up(button, signal, clickCount)]);
  }

  async down(button: Button, signal: AbortSignal, clickCount = 1): Promise<void> {
    this.#channel.throwIfRefused(signal);
    this.#held.add(button);
    await this.#send({ type: 'mousePressed', button, clickCount }, signal);
  }

  /** Without a signal it is a release. A button stays held until its release can be sent. */
  async up(button: Button, signal?: AbortSignal, clickCount = 1): Promise<void> {
    this.#channel.throwIfRefused(signal);
    this.#held.delete(button);
    await this.#send({ type: 'mouseReleased', button, clickCount }, signal);
  }

  /** Presses the left button at `from`, goes to `to` in steps and lets go there, or on the way where that is not reached. */
  async drag(from: Point, to: Point, signal: AbortSignal): Promise<void> {
    await this.move(from, signal);
    try {
      await this.down('left', signal);
      await this.#goInSteps(from, to, signal);
      await this.up('left', signal);
    } finally {
      if (this.#held.has('left')) ignoreFailure(this.up('left'));
    }
  }

  async #goInSteps(from: Point, to: Point, signal: AbortSignal): Promise<void> {
    const distance = Math.hypot(to.x - from.x, to.y - from.y);
    const steps = Math.max(MIN_DRAG_STEPS, Math.ceil(distance / DRAG_STEP_PX));
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      await this.move({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }, signal);
    }
    // A drop is taken only where a move has been answered at the target (HTML's drag and drop model).
    await this.move(to, signal);
  }

  /** Turns the wheel notch by notch: a map zooms by the number of events, not by their size. */
  async scroll(
    at: Point,
    direction: 'up' | 'down' | 'left' | 'right',
    notches: number,
    signal: AbortSignal,
  ): Promise<void> {
    await this.move(at, signal);
    const sign = direction === 'up' || direction === 'left' ? -1 : 1;
    const isVertical = direction === 'up' || direction === 'down';
    for (let notch = 0; notch < notches; notch++) {
      const delta = sign * NOTCH_PX;
      const turned = this.#send(
        { type: 'mouseWheel', deltaX: isVertical ? 0 : delta, deltaY: isVertical ? delta : 0 },
        signal,
      );
      // One that was sent is done, whether or not its answer is awaited.
      noteProgress({ unit: 'notches', done: notch + 1, of: notches });
      await turned;
    }
  }

  /** Lets go of all buttons, where the pointer is. What is sent after it finds them up. */
  release(): void {
    for (const button of [...this.#held]) ignoreFailure(this.up(button));
  }

  #firstHeld(): Button | 'none' {
    return [...this.#held][0] ?? 'none';
  }

  async #send(
    event: {
      type: 'mouseMoved' | 'mousePressed' | 'mouseReleased' | 'mouseWheel';
      button?: Button | 'none';
      clickCount?: number;
      deltaX?: number;
      deltaY?: number;
    },
    signal?: AbortSignal,
  ): Promise<void> {
    let buttons = 0;
    for (const held of this.#held) buttons |= BUTTON_BITS[held];
    await this.#channel.send(
      'Input.dispatchMouseEvent',
      { ...event, ...this.#at, buttons, modifiers: this.#keyboard.modifiers, pointerType: 'mouse' },
      signal,
    );
  }
}
