import { untilAborted } from '../../../base/delay.ts';
import type { OriginDrawn } from './serverMessages.ts';

/** What {@link RoundTrips} asks a server with. */
export interface Probe {
  /** Sends a fence that comes back, if the server knows fences; otherwise false. */
  sendFence(): boolean;
  /** Asks for the pixel in the top left corner, changed or not. */
  requestOrigin(): void;
}

/** One trip: whoever asks while it is under way takes the next one. */
interface Trip {
  readonly result: PromiseWithResolvers<void>;
  /** `fence`: not back yet. `unsure`: an update that comes may be one that the server sent before. */
  state: 'waiting' | 'fence' | 'unsure' | 'sure';
}

/**
 * Knows when a server has taken all that was sent, and the pixels are of a moment after that.
 *
 * A pixel that is asked for comes with an update, and all that changed until then comes with it or before it. But an update
 * that has this pixel may also have been on its way already. With a fence that is told apart: what comes after it was
 * made after it. Without one, at most one update was on its way (each has to be asked for), so the second one is sure,
 * and one that consists of the pixel that was asked for is sure as well.
 */
export class RoundTrips {
  readonly #probe: Probe;
  #current: Trip | undefined;
  #next: Trip | undefined;
  #end: Error | undefined;

  constructor(probe: Probe) {
    this.#probe = probe;
  }

  /** @throws the signal's reason, or what it was ended with */
  async make(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#end) throw this.#end;
    if (!this.#next) {
      this.#next = { result: Promise.withResolvers(), state: 'waiting' };
      // All that ask may have given up when it fails.
      this.#next.result.promise.catch(() => {});
    }
    const { promise } = this.#next.result;
    if (!this.#current) this.#start();
    await untilAborted(promise, signal);
  }

  onFence(): void {
    if (this.#current?.state === 'fence') this.#current.state = 'sure';
  }

  onUpdate(origin: OriginDrawn): void {
    const trip = this.#current;
    if (!trip || origin === 'no' || trip.state === 'fence') return;
    if (trip.state === 'unsure' && origin === 'among') {
      trip.state = 'sure';
      this.#probe.requestOrigin();
      return;
    }
    this.#current = undefined;
    trip.result.resolve();
    this.#start();
  }

  end(error: Error): void {
    this.#end = error;
    this.#current?.result.reject(error);
    this.#next?.result.reject(error);
    this.#current = undefined;
    this.#next = undefined;
  }

  #start(): void {
    const trip = this.#next;
    if (!trip) return;
    this.#next = undefined;
    this.#current = trip;
    trip.state = this.#probe.sendFence() ? 'fence' : 'unsure';
    this.#probe.requestOrigin();
  }
}
