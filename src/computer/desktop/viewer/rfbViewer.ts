import { type Clock, systemClock } from '../../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../../base/lifecycle.ts';
import { assertNever } from '../../../protocol/transcript.ts';
import type { DesktopConnection, ScreenChange } from '../connection.ts';
import { crop } from '../downscale.ts';
import { intersectionOf, type Point, type Rect } from '../geometry.ts';
import { Damage } from '../rfb/damage.ts';
import { ByteQueue, type Parse, ParseRun } from '../rfb/parse.ts';
import { Deflater } from './deflater.ts';
import {
  GREETING,
  MAX_VIEWER_REQUEST,
  readViewerHello,
  readViewerMessage,
  SECURITY_OK,
  SECURITY_TYPES,
  serverInit,
  sizeRectangle,
  updateHeader,
  type ViewerMessage,
  zlibRectangle,
} from './viewerMessages.ts';

/** Between two updates, ms: 30 a second. */
const UPDATE_INTERVAL_MS = 33;

export interface RfbViewerOptions {
  readonly send: (bytes: Uint8Array) => void;
  /** It said what it must not; nothing is sent to it any more. A plain sentence. */
  readonly onFault: (message: string) => void;
  /** The viewer's pointer went there. */
  readonly onPointer?: (at: Point) => void;
  /** The viewer pressed a key, or one that it held went up. */
  readonly onKey?: (keysym: number, isDown: boolean) => void;
  readonly clock?: Clock;
}

/**
 * A VNC server for one viewer in a window of ours, over the framebuffer that is kept anyway: no port is opened, the
 * desktop's own server has one client however many look on, and it never learns more than that client.
 *
 * An update is sent when it is asked for and something changed. So a viewer that is slow, or hidden, gets as many as it
 * takes; meanwhile what changed is kept as a few rectangles, not as pixels.
 */
export class RfbViewer implements Disposable {
  readonly #connection: DesktopConnection;
  readonly #options: RfbViewerOptions;
  readonly #clock: Clock;
  readonly #owned = new DisposableStore();
  readonly #queue = new ByteQueue();
  readonly #run: ParseRun<void>;
  readonly #deflater = this.#owned.add(new Deflater());
  readonly #damage = new Damage();
  readonly #keys = new Set<number>();
  #pointer = { x: 0, y: 0, buttons: 0 };
  #isInteractive = false;
  #hasNewSize = false;
  #isAskedFor = false;
  #isSending = false;
  #nextUpdate: Disposable | undefined;

  constructor(connection: DesktopConnection, options: RfbViewerOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#run = new ParseRun(this.#parse(), this.#queue, MAX_VIEWER_REQUEST);
    this.#owned.add(connection.onChange((change) => this.#changed(change)));
    options.send(GREETING);
  }

  /** What the viewer says. */
  receive(bytes: Uint8Array): void {
    if (this.#owned.isDisposed) return;
    this.#queue.push(bytes);
    try {
      this.#run.advance();
    } catch (error) {
      this.dispose();
      this.#options.onFault(error instanceof Error ? error.message : String(error));
    }
  }

  /** Whether pointer and keys of the viewer reach the desktop. When they no longer do, what it holds is let go of. */
  setInteractive(isInteractive: boolean): void {
    if (this.#isInteractive && !isInteractive) this.releaseInput();
    this.#isInteractive = isInteractive;
  }

  /** Lets go of the keys and buttons that the viewer left down. */
  releaseInput(): void {
    for (const keysym of this.#keys) this.#sendKey(keysym, false);
    this.#keys.clear();
    const { x, y, buttons } = this.#pointer;
    if (buttons !== 0) this.#connection.pointer(x, y, 0);
    this.#pointer = { x, y, buttons: 0 };
  }

  dispose(): void {
    if (this.#owned.isDisposed) return;
    this.releaseInput();
    this.#nextUpdate?.dispose();
    this.#owned.dispose();
  }

  *#parse(): Parse<void> {
    const { send } = this.#options;
    yield* readViewerHello((stage) => send(stage === 'security' ? SECURITY_TYPES : SECURITY_OK));
    send(serverInit(this.#connection.pixels, this.#connection.name));
    for (;;) this.#hear(yield* readViewerMessage());
  }

  #hear(message: ViewerMessage): void {
    switch (message.type) {
      case 'update-request':
        if (!message.isIncremental) this.#damage.add(message.area);
        this.#isAskedFor = true;
        this.#schedule();
        break;
      case 'key':
        this.#key(message.keysym, message.isDown);
        break;
      case 'pointer':
        this.#point(message.x, message.y, message.buttons);
        break;
      default:
        assertNever(message);
    }
  }

  #key(keysym: number, isDown: boolean): void {
    if (!this.#isInteractive) return;
    if (isDown) this.#keys.add(keysym);
    else if (!this.#keys.delete(keysym)) return;
    this.#sendKey(keysym, isDown);
  }

  #sendKey(keysym: number, isDown: boolean): void {
    this.#connection.key(keysym, isDown);
    this.#options.onKey?.(keysym, isDown);
  }

  #point(x: number, y: number, buttons: number): void {
    if (!this.#isInteractive) return;
    this.#pointer = { x, y, buttons };
    this.#connection.pointer(x, y, buttons);
    this.#options.onPointer?.({ x, y });
  }

  #changed(change: ScreenChange): void {
    if (change.type === 'pixels') this.#damage.add(change.area);
    else if (change.type === 'size') this.#hasNewSize = true;
    else return;
    this.#schedule();
  }

  /** An update is made at once where the last one is long enough ago. */
  #schedule(): void {
    if (!this.#isAskedFor || this.#isSending || this.#nextUpdate || this.#owned.isDisposed) return;
    const areas = this.#takeAreas();
    if (areas.length === 0 && !this.#hasNewSize) return;
    this.#isAskedFor = false;
    this.#isSending = true;
    this.#nextUpdate = this.#clock.schedule(() => {
      this.#nextUpdate = undefined;
      this.#schedule();
    }, UPDATE_INTERVAL_MS);
    this.#update(areas)
      .catch((error: unknown) => {
        if (!this.#owned.isDisposed) this.#options.onFault(String(error));
      })
      .finally(() => {
        this.#isSending = false;
        this.#schedule();
      });
  }

  /** What is to be sent, within the screen as it is now. */
  #takeAreas(): Rect[] {
    const { width, height } = this.#connection.pixels;
    const screen = { x: 0, y: 0, width, height };
    const areas = this.#damage.take();
    if (this.#hasNewSize) return [screen];
    return areas.flatMap((area) => intersectionOf(area, screen) ?? []);
  }

  async #update(areas: readonly Rect[]): Promise<void> {
    const { pixels } = this.#connection;
    const parts: Uint8Array[] = [updateHeader(areas.length + (this.#hasNewSize ? 1 : 0))];
    if (this.#hasNewSize) parts.push(sizeRectangle(pixels));
    this.#hasNewSize = false;
    // All are copied before the first wait, so that an update shows one moment.
    const copies = areas.map((area) => ({ area, data: crop(pixels, area).data }));
    for (const { area, data } of copies) {
      parts.push(...zlibRectangle(area, await this.#deflater.deflate(data)));
      if (this.#owned.isDisposed) return;
    }
    this.#options.send(Buffer.concat(parts));
  }
}
