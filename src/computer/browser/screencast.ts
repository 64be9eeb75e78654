/** Frames of one tab as the browser draws them (CDP's `Page.startScreencast`). */
import type { CDPSession, Protocol } from 'puppeteer-core';
import type { Disposable } from '../../base/lifecycle.ts';
import { ignoreFailure } from '../bounded.ts';
import type { ScreenFrame } from '../computer.ts';

export interface CastOptions {
  /** Largest image, in px. It keeps the screen's shape. */
  readonly maxWidth: number;
  readonly maxHeight: number;
  /** Of the JPEG, 0 to 100. */
  readonly quality: number;
}

/** How many frames the browser sends ahead of the answers (measured). What changes after that is never sent. */
const SENT_AHEAD = 3;

/** The browser sends a frame when the page has changed, as long as few are unanswered: nothing is made for nobody. */
export class Screencast implements Disposable {
  readonly #session: CDPSession;
  readonly #onFrame: (frame: ScreenFrame) => void;
  #unanswered: number[] = [];
  #mayHaveMissed = false;
  #isDisposed = false;

  constructor(session: CDPSession, options: CastOptions, onFrame: (frame: ScreenFrame) => void) {
    this.#session = session;
    this.#onFrame = onFrame;
    session.on('Page.screencastFrame', this.#receive);
    this.#start(options);
  }

  /** Whether the page may look different from the last frame, with no new one to come by itself. */
  get mayHaveMissed(): boolean {
    return this.#mayHaveMissed;
  }

  /** Begins anew, which brings a frame of the page as it is. The browser knows no other way to ask for one. */
  restart(options: CastOptions): void {
    ignoreFailure(this.#session.send('Page.stopScreencast'));
    this.#start(options);
  }

  /** Asks for more frames. @param inUse - how many have been received and not been drawn */
  answer(inUse: number): void {
    const done = Math.max(0, this.#unanswered.length - inUse);
    for (const sessionId of this.#unanswered.splice(0, done))
      ignoreFailure(this.#session.send('Page.screencastFrameAck', { sessionId }));
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#session.off('Page.screencastFrame', this.#receive);
    ignoreFailure(this.#session.send('Page.stopScreencast'));
  }

  #start({ maxWidth, maxHeight, quality }: CastOptions): void {
    this.#unanswered = [];
    this.#mayHaveMissed = false;
    ignoreFailure(
      this.#session.send('Page.startScreencast', {
        format: 'jpeg',
        quality,
        maxWidth,
        maxHeight,
        everyNthFrame: 1,
      }),
    );
  }

  readonly #receive = ({ data, metadata, sessionId }: Protocol.Page.ScreencastFrameEvent): void => {
    this.#unanswered.push(sessionId);
    this.#mayHaveMissed = this.#unanswered.length >= SENT_AHEAD;
    this.#onFrame({
      // Not a Buffer: VS Code passes on plain typed arrays only, and all of the memory they are a part of.
      image: new Uint8Array(Buffer.from(data, 'base64')),
      mediaType: 'image/jpeg',
      width: metadata.deviceWidth,
      height: metadata.deviceHeight,
    });
  };
}
