/** Moves and presses the mouse of a desktop and knows which buttons are down. */
import { delay } from '../../base/delay.ts';
import { Emitter } from '../../base/emitter.ts';
import { noteProgress } from '../progress.ts';
import type { DesktopConnection } from './connection.ts';
import type { Point } from './geometry.ts';

export type Button = 'left' | 'middle' | 'right';
export type Direction = 'up' | 'down' | 'left' | 'right';

/** Bits of the mask of RFC 6143, 7.5.5; its buttons 6 and 7 are the wheel's others, by convention of all servers. */
const BUTTON_BITS: Readonly<Record<Button, number>> = { left: 1, middle: 2, right: 4 };
const WHEEL_BITS: Readonly<Record<Direction, number>> = { up: 8, down: 16, left: 32, right: 64 };

/** Between press and release, for what asks for the state of the buttons from time to time. In ms. */
const CLICK_MS = 8;

/** Between the clicks of a double one: well below what desktops take for two. In ms. */
const BETWEEN_CLICKS_MS = 25;

/** Of a drag. What tells a drag from a click by distance, or follows the pointer, needs the way and not only its end. */
const DRAG_STEP_PX = 24;
const MIN_DRAG_STEPS = 8;
const MAX_DRAG_STEPS = 40;
const DRAG_STEP_MS = 8;

/** Out of the place where the button went down: most desktops begin to drag at 8 px. */
const FIRST_STEPS_PX = [3, 6, 12];

/** For a drag to be taken up, and for the target to say that it takes what is dragged. In ms. */
const DRAG_PAUSE_MS = 40;

/** Turns of the wheel sent at once. */
const NOTCHES_AT_ONCE = 10;

/** Resolves when the desktop has taken what was sent. */
export type RoundTrip = (signal: AbortSignal) => Promise<void>;

export class Pointer {
  readonly #connection: DesktopConnection;
  readonly #roundTrip: RoundTrip;
  readonly #moves = new Emitter<Point>();
  #buttons = 0;
  #at: Point | undefined;

  /** It was moved. */
  readonly onMove = this.#moves.event;

  constructor(connection: DesktopConnection, roundTrip: RoundTrip) {
    this.#connection = connection;
    this.#roundTrip = roundTrip;
  }

  /** The mask of the buttons that are down. */
  get buttons(): number {
    return this.#buttons;
  }

  /** Where it is, in px of the screen, as far as we have moved it. A server does not say. */
  get at(): Point | undefined {
    return this.#at;
  }

  move(to: Point): void {
    this.#at = to;
    this.#connection.pointer(to.x, to.y, this.#buttons);
    this.#moves.fire(to);
  }

  /** Somebody else has moved it there. */
  movedTo(at: Point): void {
    this.#at = at;
  }

  /**
   * Clicks where it is.
   * @param count - 1 for a click, 2 for a double, 3 for a triple one
   */
  async click(button: Button, count: number, signal: AbortSignal): Promise<void> {
    for (let click = 1; click <= count; click++) {
      if (click > 1) await delay(BETWEEN_CLICKS_MS, signal);
      signal.throwIfAborted();
      try {
        this.down(button);
        await delay(CLICK_MS, signal);
      } finally {
        this.up(button);
      }
    }
  }

  down(button: Button): void {
    this.#press(BUTTON_BITS[button]);
  }

  up(button: Button): void {
    this.#unpress(BUTTON_BITS[button]);
  }

  /** Presses the left button at `from`, goes to `to` in steps and lets go there. */
  async drag(from: Point, to: Point, signal: AbortSignal): Promise<void> {
    this.move(from);
    await this.#roundTrip(signal);
    try {
      this.down('left');
      await delay(DRAG_PAUSE_MS, signal);
      for (const step of dragSteps(from, to)) {
        this.move(step);
        await delay(DRAG_STEP_MS, signal);
      }
      // A drop is taken only where the target has been told of the pointer, and has answered.
      await this.#roundTrip(signal);
      await delay(DRAG_PAUSE_MS, signal);
      this.move(to);
      await delay(DRAG_PAUSE_MS, signal);
    } finally {
      this.up('left');
    }
  }

  /** Turns the wheel notch by notch, where it is. */
  async scroll(direction: Direction, notches: number, signal: AbortSignal): Promise<void> {
    const wheel = WHEEL_BITS[direction];
    for (let notch = 1; notch <= notches; notch++) {
      signal.throwIfAborted();
      this.#press(wheel);
      this.#unpress(wheel);
      noteProgress({ unit: 'notches', done: notch, of: notches });
      if (notch % NOTCHES_AT_ONCE === 0) await this.#roundTrip(signal);
    }
  }

  /** Lets go of all buttons, where it is. */
  release(): void {
    this.#unpress(this.#buttons);
  }

  #press(bits: number): void {
    this.#send(this.#buttons | bits);
  }

  #unpress(bits: number): void {
    this.#send(this.#buttons & ~bits);
  }

  #send(buttons: number): void {
    if (buttons === this.#buttons) return;
    this.#buttons = buttons;
    const { x, y } = this.#at ?? { x: 0, y: 0 };
    this.#connection.pointer(x, y, buttons);
  }
}

/** The places of a drag after its first, each once; the last one is `to`. */
export function dragSteps(from: Point, to: Point): Point[] {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const count = Math.min(MAX_DRAG_STEPS, Math.max(MIN_DRAG_STEPS, Math.ceil(length / DRAG_STEP_PX)));
  const parts = Array.from({ length: count }, (_, step) => (step + 1) / count);
  const first = FIRST_STEPS_PX.map((distance) => distance / length).filter((part) => part < (parts[0] ?? 0));
  const points = [...first, ...parts].map((part) => ({
    x: Math.round(from.x + (to.x - from.x) * part),
    y: Math.round(from.y + (to.y - from.y) * part),
  }));
  return points.filter(({ x, y }, at) => x !== points[at - 1]?.x || y !== points[at - 1]?.y);
}
