/** A screen's pictures on their way to a webview. */
import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { PictureScreen, ScreenFrame, ScreenWatch, WatchOptions } from '../computer/computer.ts';
import type { LiveFrameMessage } from '../protocol/liveMessages.ts';

/** A frame not acknowledged for so long has been lost on its way; the view begins anew. */
export const FRAME_TIMEOUT_MS = 10_000;

export interface FrameFeedOptions {
  readonly post: (message: LiveFrameMessage) => void;
  /** Names the next frame, unlike any other of the panel. */
  readonly nextFrame: () => number;
  /** A frame was lost. */
  readonly onLost: () => void;
  readonly clock: Clock;
}

/**
 * Frames do not wait in the outbox, nor make it wait: at most two are on their way, and what the screen showed meanwhile
 * is left out.
 */
export class FrameFeed implements Disposable {
  readonly #options: FrameFeedOptions;
  readonly #watch: ScreenWatch;
  /** Frames on their way, oldest first. */
  #inFlight: number[] = [];
  #timeout: Disposable | undefined;

  constructor(screen: PictureScreen, size: WatchOptions, options: FrameFeedOptions) {
    this.#options = options;
    this.#watch = screen.watch((frame) => this.#send(frame), size);
  }

  resize(size: WatchOptions): void {
    this.#watch.resize(size);
  }

  /** Messages keep their order: what was sent before an acknowledged frame has come, or is lost. */
  acknowledged(frame: number): void {
    const count = this.#inFlight.indexOf(frame) + 1;
    if (count === 0) return;
    this.#inFlight.splice(0, count);
    this.#timeout?.dispose();
    this.#timeout = this.#inFlight.length > 0 ? this.#waitForAnswer() : undefined;
    for (let acknowledged = 0; acknowledged < count; acknowledged += 1) this.#watch.acknowledge();
  }

  dispose(): void {
    this.#timeout?.dispose();
    this.#timeout = undefined;
    this.#inFlight = [];
    this.#watch.dispose();
  }

  #send({ image, mediaType, width, height }: ScreenFrame): void {
    const frame = this.#options.nextFrame();
    this.#inFlight.push(frame);
    this.#timeout ??= this.#waitForAnswer();
    this.#options.post({ type: 'live-frame', frame, image, mediaType, width, height });
  }

  #waitForAnswer(): Disposable {
    return this.#options.clock.schedule(() => this.#options.onLost(), FRAME_TIMEOUT_MS);
  }
}
