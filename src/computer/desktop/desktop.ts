/** One connection to a desktop, and the hands that use it. */
import { DisposableStore } from '../../base/lifecycle.ts';
import { refuse } from '../inputs.ts';
import type { DesktopConnection } from './connection.ts';
import { Coordinates, OutOfBounds } from './coordinates.ts';
import { Covers } from './covers.ts';
import { ConnectionLostError, DesktopUnresponsiveError, ScreenResizedError } from './errors.ts';
import type { Point, Size } from './geometry.ts';
import { Keyboard } from './keyboard.ts';
import type { Limits } from './limits.ts';
import { Pointer } from './pointer.ts';
import type { DrawnCursor } from './screenImage.ts';
import { Settling } from './settle.ts';
import { type TypingOptions, Typist } from './typing.ts';

/** A copied text larger than this is not put back after the clipboard was used to type. In UTF-16 units. */
const MAX_KEPT_CLIPBOARD = 1_000_000;

export interface DesktopOptions {
  readonly limits: Limits;
  readonly typing: TypingOptions;
  /** Characters that the machine's server has made keys for; see typing.ts. */
  readonly madeKeys: Set<string>;
  /** The connection before this one, to the same machine: what it left pressed is let go of. */
  readonly before: Desktop | undefined;
}

export class Desktop {
  readonly connection: DesktopConnection;
  readonly keyboard: Keyboard;
  readonly pointer: Pointer;
  readonly settling: Settling;
  readonly typist: Typist;
  /** What pictures for the model do without. */
  readonly covers: Covers;
  readonly #limits: Limits;
  readonly #lost = new AbortController();
  readonly #owned = new DisposableStore();
  /** Keys that were down when the connection ended. */
  #leftDown: readonly number[] = [];
  #coordinates: Coordinates;
  /** The screen of which the model has seen the last screenshot, or been told the size. */
  #shown: Size | undefined;
  #clipboard: string | undefined;

  constructor(connection: DesktopConnection, { limits, typing, madeKeys, before }: DesktopOptions) {
    this.connection = connection;
    this.#limits = limits;
    this.covers = before?.covers ?? new Covers();
    this.#coordinates = new Coordinates(sizeOf(connection));
    if (before) this.#shown = before.#shown;
    const roundTrip = (signal: AbortSignal) => this.roundTrip(signal);
    this.keyboard = new Keyboard(connection);
    this.pointer = new Pointer(connection, roundTrip);
    this.settling = this.#owned.add(new Settling(connection, limits));
    this.typist = new Typist({
      ...{ connection, roundTrip, madeKeys, options: typing },
      ...{ keyboard: this.keyboard, settling: this.settling, clipboard: () => this.#clipboard },
    });
    this.#owned.add(
      connection.onClipboard((text) => {
        this.#clipboard = text.length <= MAX_KEPT_CLIPBOARD ? text : undefined;
      }),
    );
    this.#owned.add(connection);
    if (before) this.#releaseLeftBy(before);
  }

  /** Aborted with what the model reads, once the connection is gone. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** For the screen as large as it is now. */
  get coordinates(): Coordinates {
    const { width, height } = this.connection.pixels;
    const { screen } = this.#coordinates;
    if (screen.width !== width || screen.height !== height)
      this.#coordinates = new Coordinates(sizeOf(this.connection));
    return this.#coordinates;
  }

  /** The pointer as it is to be drawn into pictures, where the server leaves that to us. */
  get cursor(): DrawnCursor | undefined {
    const { cursor: shape } = this.connection;
    const { at } = this.pointer;
    return shape && at ? { shape, at } : undefined;
  }

  /**
   * Where the pointer is, in px of the screen. A server does not tell: where we have not moved it yet, it is moved to
   * the middle now, which is where X has it to begin with.
   */
  whereabouts(): Point {
    const { width, height } = this.connection.pixels;
    const { at } = this.pointer;
    if (at !== undefined && at.x < width && at.y < height) return at;
    this.pointer.move({ x: Math.floor(width / 2), y: Math.floor(height / 2) });
    return this.pointer.at ?? { x: 0, y: 0 };
  }

  /** The model is given a screenshot of the screen as large as it is now. */
  noteShown(): void {
    this.#shown = this.coordinates.screen;
  }

  /** Before a place of the model is used. @throws ScreenResizedError, once, when it is one of a screen of another size */
  checkShown(): void {
    const shown = this.#shown;
    const { screen, image } = this.coordinates;
    if (!shown || (shown.width === screen.width && shown.height === screen.height)) return;
    this.#shown = screen;
    throw new ScreenResizedError(image);
  }

  /**
   * A place on the screen from one on the screenshot.
   * @throws ToolError when it is not on it, or that was of a screen of another size
   */
  toScreen(coordinate: unknown, field: string): Point {
    const [x, y, ...others]: unknown[] = Array.isArray(coordinate) ? coordinate : [];
    if (typeof x !== 'number' || typeof y !== 'number' || others.length > 0)
      throw refuse(`${field}: expected [x, y] in px of the screenshot.`);
    this.checkShown();
    return withinBounds(field, () => this.coordinates.toScreen({ x, y }));
  }

  /**
   * Resolves when the server has taken all that was sent.
   * @throws ToolError when it does not answer or the connection is lost; the signal's reason
   */
  async roundTrip(signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.timeout(this.#limits.responseMs);
    try {
      await this.connection.roundTrip(AbortSignal.any([signal, this.lost, limit]));
    } catch (error) {
      signal.throwIfAborted();
      this.lost.throwIfAborted();
      throw limit.aborted ? new DesktopUnresponsiveError(this.#limits.responseMs) : error;
    }
  }

  /** Lets go of all keys and buttons, and sends nothing of what waits for a server that does not read. */
  release(): void {
    this.pointer.release();
    this.keyboard.release();
    this.connection.withdrawInput();
  }

  /** The connection has ended. @param reason - what calls under way end with */
  end(reason: Error = new ConnectionLostError()): void {
    if (this.lost.aborted) return;
    this.#leftDown = [...this.keyboard.held, ...this.keyboard.heldByOthers];
    // Calls under way let go of what they hold when this reaches them; on a connection that is gone, to no effect.
    this.#lost.abort(reason);
    this.release();
    this.#owned.dispose();
  }

  /** A server that lost its client may have left its keys and buttons down. */
  #releaseLeftBy(before: Desktop): void {
    for (const keysym of before.#leftDown.toReversed()) this.connection.key(keysym, false);
    // With no button down.
    if (before.pointer.at) this.pointer.move(before.pointer.at);
  }
}

/** What `place` answers, or a refusal where it is out of bounds. @throws ToolError */
export function withinBounds<T>(field: string, place: () => T): T {
  try {
    return place();
  } catch (error) {
    if (error instanceof OutOfBounds) throw refuse(`${field}: ${error.message}`);
    throw error;
  }
}

function sizeOf({ pixels: { width, height } }: DesktopConnection) {
  return { width, height };
}
