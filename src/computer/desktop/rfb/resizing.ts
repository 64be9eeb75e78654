import type { Clock } from '../../../base/clock.ts';
import { untilAborted } from '../../../base/delay.ts';
import type { Size } from '../geometry.ts';
import { setDesktopSize } from './clientMessages.ts';
import type { DesktopSizeTold } from './encodings/index.ts';
import { u32 } from './parse.ts';

/** ms; a server that does not answer within it does not want to. */
const CEILING_MS = 5000;

/** In an ExtendedDesktopSize: this client asked. */
const ASKED_BY_US = 1;
/** In an ExtendedDesktopSize: it is for somebody else to decide, who will be asked. */
const FORWARDED = 4;

/** Asks a server for other sizes of its screen (community registry, SetDesktopSize). */
export class Resizing {
  readonly #send: (message: Uint8Array) => void;
  /** Known once the server has shown that it can. */
  #screenId: number | undefined;
  #pending: PromiseWithResolvers<boolean> | undefined;

  constructor(send: (message: Uint8Array) => void) {
    this.#send = send;
  }

  onTold({ reason, status, screens }: DesktopSizeTold): void {
    const [first] = screens;
    this.#screenId = first ? u32(first, 0) : (this.#screenId ?? 0);
    if (reason !== ASKED_BY_US || status === FORWARDED) return;
    this.#pending?.resolve(status === 0);
    this.#pending = undefined;
  }

  /** @throws the signal's reason */
  async resize(size: Size, signal: AbortSignal, clock: Clock): Promise<boolean> {
    signal.throwIfAborted();
    if (this.#screenId === undefined) return false;
    // The answers do not say what they answer, so a later question takes the place of the one before.
    this.#pending?.resolve(false);
    const pending = Promise.withResolvers<boolean>();
    this.#pending = pending;
    this.#send(setDesktopSize(size, this.#screenId));
    const timer = clock.schedule(() => pending.resolve(false), CEILING_MS);
    try {
      return await untilAborted(pending.promise, signal);
    } finally {
      timer.dispose();
    }
  }

  end(): void {
    this.#screenId = undefined;
    this.#pending?.resolve(false);
  }
}
