import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type {
  LiveAckMessage,
  LiveDialogMessage,
  LiveFrameMessage,
  LiveHostMessage,
  LivePointerMessage,
  LiveRfbMessage,
  LiveScreen,
  LiveStopMessage,
  LiveWatchMessage,
} from '../../src/protocol/liveMessages.ts';
import { assertNever } from '../../src/protocol/transcript.ts';
import type { Size } from './geometry.ts';

export interface LiveStoreOptions {
  readonly post: (message: LiveWatchMessage | LiveStopMessage | LiveAckMessage) => void;
  /** Decodes off the main thread. */
  readonly decode: (frame: LiveFrameMessage) => Promise<ImageBitmap>;
  readonly onError: (error: unknown) => void;
}

/**
 * The computer's screen as the host last sent it. One frame is decoded at a time, and none is kept but on the canvas.
 *
 * A frame is acknowledged as its drawing begins, so that later ones are on their way meanwhile. Of those that have come by
 * its end the latest is drawn.
 */
export class LiveStore {
  readonly #options: LiveStoreOptions;
  readonly #screen: Signal<LiveScreen | null | undefined> = signal(undefined);
  readonly #size: Signal<Size | null> = signal(null);
  readonly #pointer: Signal<LivePointerMessage['pointer']> = signal(null);
  readonly #dialog: Signal<LiveDialogMessage['dialog']> = signal(null);
  #canvas: HTMLCanvasElement | null = null;
  #watched: Size | null = null;
  /** Came while the one before them is drawn; the host lets it be two at most. */
  #waiting: LiveFrameMessage[] = [];
  #isDrawing = false;
  readonly #desktop = new DesktopInbox();

  constructor(options: LiveStoreOptions) {
    this.#options = options;
  }

  /** What the screen shows in words; null while there is none, undefined while the host has not said. */
  get screen(): ReadonlySignal<LiveScreen | null | undefined> {
    return this.#screen;
  }

  /** Of the screen in its own CSS px, the coordinates of input; null before the first frame. */
  get size(): ReadonlySignal<Size | null> {
    return this.#size;
  }

  /** Where Claude points, in px of the screen; null as long as it has not. */
  get pointer(): ReadonlySignal<LivePointerMessage['pointer']> {
    return this.#pointer;
  }

  /** What the screen asks the user. */
  get dialog(): ReadonlySignal<LiveDialogMessage['dialog']> {
    return this.#dialog;
  }

  /** Has pictures drawn on `canvas`, or none. */
  drawOn(canvas: HTMLCanvasElement | null): void {
    this.#canvas = canvas;
  }

  /**
   * Hands the bytes of a desktop's view to `take`, first those that have come.
   * @returns ends that
   */
  connectDesktop(view: number, take: (bytes: Uint8Array) => void): () => void {
    return this.#desktop.connect(view, take);
  }

  /** A desktop's screen has this size, in its own px. */
  desktopSized(size: Size): void {
    if (this.#watched) this.#size.value = size;
  }

  /** Asks for the screen in about this size, px of the display. */
  watch(size: Size): void {
    if (this.#watched?.width === size.width && this.#watched.height === size.height) return;
    this.#watched = size;
    this.#options.post({ type: 'live-watch', ...size });
  }

  /** The host has begun anew and does not know what is on show. */
  askAgain(): void {
    if (this.#watched) this.#options.post({ type: 'live-watch', ...this.#watched });
  }

  stop(): void {
    if (!this.#watched) return;
    this.#watched = null;
    this.#forget();
    this.#screen.value = undefined;
    this.#options.post({ type: 'live-stop' });
  }

  receive(message: LiveHostMessage): void {
    switch (message.type) {
      case 'live-frame':
        this.#waiting.push(message);
        if (!this.#isDrawing) void this.#drawAll();
        break;
      case 'live-rfb':
        this.#desktop.receive(message);
        break;
      case 'live-screen':
        this.#show(message.screen);
        break;
      case 'live-pointer':
        if (this.#watched) this.#pointer.value = message.pointer;
        break;
      case 'live-dialog':
        if (this.#watched) this.#dialog.value = message.dialog;
        break;
      default:
        assertNever(message);
    }
  }

  #show(screen: LiveScreen | null): void {
    if (!this.#watched) return;
    const isSame = isSameSurface(this.#screen.peek(), screen);
    this.#screen.value = screen;
    if (screen === null || !isSame) this.#forget();
  }

  #forget(): void {
    this.#size.value = null;
    this.#pointer.value = null;
    this.#dialog.value = null;
  }

  async #drawAll(): Promise<void> {
    this.#isDrawing = true;
    for (let frame = this.#takeLatest(); frame; frame = this.#takeLatest()) await this.#draw(frame);
    this.#isDrawing = false;
  }

  #takeLatest(): LiveFrameMessage | undefined {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { frame } of waiting) this.#options.post({ type: 'live-ack', frame });
    return waiting.at(-1);
  }

  async #draw(message: LiveFrameMessage): Promise<void> {
    const { width, height } = message;
    try {
      const bitmap = await this.#options.decode(message);
      if (this.#canvas) paint(this.#canvas, bitmap);
      bitmap.close();
      const known = this.#size.peek();
      if (this.#watched && (known?.width !== width || known.height !== height))
        this.#size.value = { width, height };
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

/** Whether what is shown goes on; undefined while the host has not said. */
function isSameSurface(a: LiveScreen | null | undefined, b: LiveScreen | null): boolean {
  if (!a || !b || a.surface.kind === 'pictures' || b.surface.kind === 'pictures')
    return !a || a.surface.kind === b?.surface.kind;
  return a.surface.view === b.surface.view;
}

/** What a desktop's view says before what shows it is loaded. The host waits for an answer soon, so it is little. */
class DesktopInbox {
  #view = 0;
  #waiting: Uint8Array[] = [];
  #take: ((bytes: Uint8Array) => void) | undefined;

  connect(view: number, take: (bytes: Uint8Array) => void): () => void {
    if (view === this.#view) for (const bytes of this.#waiting) take(bytes);
    this.#view = view;
    this.#waiting = [];
    this.#take = take;
    return () => {
      if (this.#take === take) this.#take = undefined;
    };
  }

  receive({ view, bytes }: LiveRfbMessage): void {
    if (view !== this.#view) {
      this.#view = view;
      this.#waiting = [];
      this.#take = undefined;
    }
    if (this.#take) this.#take(bytes);
    else this.#waiting.push(bytes);
  }
}

function paint(canvas: HTMLCanvasElement, bitmap: ImageBitmap): void {
  // Setting a size clears the canvas, the same one too.
  if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
  if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
  canvas.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0);
}
