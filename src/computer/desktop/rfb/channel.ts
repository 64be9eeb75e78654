import type { Duplex } from 'node:stream';
import type { Clock } from '../../../base/clock.ts';
import { untilAborted } from '../../../base/delay.ts';

import type { RfbLimits } from './limits.ts';
import { ByteQueue, type Parse, ParseRun, ProtocolError } from './parse.ts';

/** The stream to the server ended or broke. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
  readonly reason: 'server-closed' | 'network-error';

  constructor(reason: 'server-closed' | 'network-error', message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface ChannelOptions {
  readonly limits: RfbLimits;
  readonly clock: Clock;
  /** ms that the server may let us wait in all. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** A stream while a connection is set up: questions and answers, one after the other. Whoever made it disposes it. */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #queue = new ByteQueue();
  #stream: Duplex;
  #patienceMs: number;
  #failure: StreamEnded | undefined;
  #wake: (() => void) | undefined;

  readonly #onData = (chunk: Uint8Array) => {
    this.#stream.pause();
    this.#queue.push(chunk);
    this.#wake?.();
  };
  readonly #onError = (error: Error) => this.#fail('network-error', `The connection broke: ${error.message}`);
  readonly #onEnd = () => this.#fail('server-closed', 'The VNC server closed the connection.');

  constructor(stream: Duplex, options: ChannelOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#patienceMs = options.patienceMs;
    this.#listen();
  }

  /** The stream that is spoken over now. */
  get stream(): Duplex {
    return this.#stream;
  }

  get limits(): RfbLimits {
    return this.#options.limits;
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  /**
   * What `parse` reads next.
   *
   * @throws ProtocolError, StreamEnded, or the signal's reason
   */
  async receive<T>(parse: Parse<T>): Promise<T> {
    const run = new ParseRun(parse, this.#queue, this.#options.limits.maxRequest);
    for (;;) {
      const read = run.advance();
      if (read) return read.value;
      if (this.#failure) throw this.#failure;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      this.#stream.resume();
      await this.answer(promise);
    }
  }

  /** Waits for something that depends on the server, no longer than the patience that is left. */
  async answer<T>(promise: Promise<T>): Promise<T> {
    const { clock, patienceMs, signal } = this.#options;
    const late = Promise.withResolvers<never>();
    const timer = clock.schedule(
      () =>
        late.reject(
          new StreamEnded('network-error', `The VNC server did not answer for ${patienceMs / 1000} s.`),
        ),
      this.#patienceMs,
    );
    const since = clock.now();
    try {
      return await untilAborted(Promise.race([promise, late.promise]), signal);
    } finally {
      timer.dispose();
      this.#patienceMs = Math.max(0, this.#patienceMs - (clock.now() - since));
    }
  }

  send(bytes: Uint8Array): void {
    if (!this.#failure) this.#stream.write(bytes);
  }

  /** Goes on over the stream that `wrap` makes of this one. @throws ProtocolError when the server said too much before */
  async wrap(wrap: (stream: Duplex) => Promise<Duplex>): Promise<void> {
    if (this.#queue.length > 0) throw new ProtocolError('The VNC server spoke before the encryption began.');
    this.#stopListening();
    const beneath = this.#stream;
    // Its end is the end of what is wrapped around it.
    beneath.on('error', () => {});
    try {
      this.#stream = await wrap(beneath);
    } finally {
      this.#listen();
    }
  }

  /** Hands the stream on, paused, with what was read from it and not yet used. */
  release(): {
    readonly stream: Duplex;
    readonly queue: ByteQueue;
    readonly failure: StreamEnded | undefined;
  } {
    this.#stopListening();
    return { stream: this.#stream, queue: this.#queue, failure: this.#failure };
  }

  #listen(): void {
    this.#stream.on('data', this.#onData).pause();
    this.#stream.on('error', this.#onError).on('end', this.#onEnd).on('close', this.#onEnd);
  }

  #stopListening(): void {
    this.#stream.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onEnd);
    this.#stream.off('error', this.#onError);
  }

  #fail(reason: StreamEnded['reason'], message: string): void {
    this.#failure ??= new StreamEnded(reason, message);
    this.#wake?.();
  }
}
