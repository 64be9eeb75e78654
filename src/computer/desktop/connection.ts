/** A desktop as its driver sees it: a screen in memory, kept current, and a way to put pointer and keys in. */
import type { Event } from '../../base/emitter.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import type { Rect, Size } from './geometry.ts';

/** The pixels of a screen as they are now. */
export interface Pixels extends Size {
  /** 4 bytes a pixel: red, green, blue, 255; rows from the top, without padding. Changes under the reader's hands. */
  readonly data: Uint8Array;
}

/** The shape of the pointer, which the server leaves to us to draw. */
export interface CursorShape extends Size {
  /** The pixel of the shape that is where the pointer is. */
  readonly hotspotX: number;
  readonly hotspotY: number;
  /** 4 bytes a pixel: red, green, blue, alpha (not premultiplied). */
  readonly data: Uint8Array;
}

/** What changed, told once a whole update of the server is in the pixels. */
export type ScreenChange =
  /** Pixels within `area` may be others now. */
  | { readonly type: 'pixels'; readonly area: Rect }
  /** `pixels` are other ones now, of another size. */
  | { readonly type: 'size'; readonly size: Size }
  | { readonly type: 'cursor' };

/** How a connection ended. `message` is a plain sentence that may quote the server. */
export interface ConnectionEnd {
  readonly reason: 'closed' | 'server-closed' | 'protocol-error' | 'network-error';
  readonly message: string;
}

export interface DesktopConnection extends Disposable {
  /** The desktop's own name; hostile input. */
  readonly name: string;
  readonly pixels: Pixels;
  /** Undefined while the server draws the pointer itself, or has told no shape. */
  readonly cursor: CursorShape | undefined;
  readonly onChange: Event<ScreenChange>;
  /** Resolves once, however it ends; no method throws after that, they just have no effect. */
  readonly ended: Promise<ConnectionEnd>;
  /** Moves the pointer; `buttons` is the mask of RFC 6143, 7.5.5 (1 left, 2 middle, 4 right, 8 to 64 the wheel). */
  pointer(x: number, y: number, buttons: number): void;
  /**
   * Whether the server is to draw the pointer into the pixels, for a while, rather than to tell its {@link cursor}, which
   * is then the one it told last. Absent where there is no such choice.
   */
  drawPointer?(isServers: boolean): void;
  /** Presses or lets go of a key, by its X keysym. */
  key(keysym: number, isDown: boolean): void;
  /**
   * Takes back what {@link pointer} and {@link key} were told and a server that does not read has not been sent, but for
   * what lets go of keys and buttons.
   */
  withdrawInput(): void;
  /** How many of these were taken back so far. */
  readonly withdrawn: number;
  /** Whether any Unicode text can be put into the clipboard; otherwise only Latin-1 (RFC 6143, 7.5.6). */
  readonly hasUnicodeClipboard: boolean;
  /** Puts `text` into the desktop's clipboard. */
  setClipboard(text: string): void;
  /** What was copied there. */
  readonly onClipboard: Event<string>;
  /**
   * A program there has fetched what was put in last. The server that takes it at once, or keeps it for the next program
   * that does, says nothing.
   */
  readonly onClipboardFetched: Event<void>;
  /**
   * Resolves when the server has taken all that was sent before, and what changed on the screen until then is in
   * {@link pixels}.
   *
   * @throws the signal's reason; `Error` with the end's message when the connection ended
   */
  roundTrip(signal: AbortSignal): Promise<void>;
  /** Asks for another size; false where the server cannot, or does not want to. */
  resize(size: Size, signal: AbortSignal): Promise<boolean>;
}
