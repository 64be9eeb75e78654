/** A connection to a VNC server: RFC 6143 and some of the community registry, on a stream that somebody else opens. */
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { Emitter } from '../../../base/emitter.ts';
import { assertNever } from '../../../protocol/transcript.ts';
import type { ConnectionEnd, CursorShape, DesktopConnection, Pixels, ScreenChange } from '../connection.ts';
import type { Rect, Size } from '../geometry.ts';
import type { Credentials } from '../machine.ts';
import { Channel, type StreamEnded } from './channel.ts';
import {
  enableContinuousUpdates,
  fence,
  framebufferUpdateRequest,
  setEncodings,
  setPixelFormat,
} from './clientMessages.ts';
import { Clipboard } from './clipboard.ts';
import { CURSOR_ENCODINGS, Decoder, ENCODINGS } from './encodings/index.ts';
import { Framebuffer } from './framebuffer.ts';
import { type ServerInit, shakeHands } from './handshake.ts';
import { DEFAULT_LIMITS, type RfbLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { type ByteQueue, ParseRun, ProtocolError } from './parse.ts';
import { OUR_FORMAT, type PixelFormat } from './pixelFormat.ts';
import { Resizing } from './resizing.ts';
import { RoundTrips } from './roundTrips.ts';
import { type SecurityName, STRONGEST_FIRST } from './security/security.ts';
import type { TlsOptions } from './security/tls.ts';
import { PSEUDO_ENCODING, readServerMessage, type ServerMessage } from './serverMessages.ts';
import { Silence } from './silence.ts';

export interface RfbOptions {
  readonly credentials: Credentials;
  /** What may be used to prove who we are, the preferred first; default {@link STRONGEST_FIRST}. */
  readonly security?: readonly SecurityName[];
  readonly tls?: TlsOptions;
  /** How pixels come; default 32 bits, of which nothing has to be converted. */
  readonly pixelFormat?: PixelFormat;
  /** What to announce in place of {@link ENCODINGS}. */
  readonly encodings?: readonly number[];
  readonly limits?: RfbLimits;
  readonly clock?: Clock;
  /** ms that the server may let us wait in all while the connection is made; default 20 s. */
  readonly patienceMs?: number;
  /** ms of silence after which the server is asked whether it lives, and the same again until it is given up; 15 s. */
  readonly silenceMs?: number;
}

/**
 * Connects to the VNC server at the other end of `stream`, which is destroyed when that fails or ends.
 *
 * The pixels are black at first; after a round trip they are the screen.
 *
 * @param signal - ends the making of the connection; a connection that is made ends by its `dispose`
 * @throws SecurityError when the server does not let us in, or is not to be trusted
 * @throws ProtocolError for what is not a VNC server, or one that breaks the rules
 * @throws StreamEnded when the stream ends or breaks, or the server does not answer
 * @throws the signal's reason
 */
export async function connectRfb(
  stream: Duplex,
  options: RfbOptions,
  signal: AbortSignal,
): Promise<DesktopConnection> {
  const { clock = systemClock, limits = DEFAULT_LIMITS, patienceMs = 20_000 } = options;
  const channel = new Channel(stream, { clock, limits, patienceMs, signal });
  try {
    signal.throwIfAborted();
    const { credentials, security: preference = STRONGEST_FIRST, tls = {} } = options;
    const init = await shakeHands(channel, { credentials, preference, tls });
    return new RfbClient(channel.release(), init, { ...options, clock, limits });
  } catch (error) {
    // What breaks now is a consequence of this.
    channel.stream.on('error', () => {}).destroy();
    stream.on('error', () => {}).destroy();
    throw error;
  }
}

/** What was spoken over so far. */
interface Released {
  readonly stream: Duplex;
  readonly queue: ByteQueue;
  readonly failure: StreamEnded | undefined;
}

type ClientOptions = RfbOptions & { readonly clock: Clock; readonly limits: RfbLimits };

const REQUEST = 2 ** 31;
const BLOCK_BEFORE = 1;
/** What we know of fences: before, after, and sync with the next. All hold by themselves, as one message is read after another. */
const KNOWN_FENCE_FLAGS = 7;

/** For a server to take what was sent last, in ms. */
const LAST_WORDS_MS = 500;

/** ms of reading after which others get their turn. */
const SLICE_MS = 20;

class RfbClient implements DesktopConnection {
  readonly #options: ClientOptions;
  readonly #stream: Duplex;
  readonly #queue: ByteQueue;
  readonly #framebuffer: Framebuffer;
  readonly #decoder: Decoder;
  readonly #outbox: Outbox;
  readonly #clipboard: Clipboard;
  readonly #roundTrips: RoundTrips;
  readonly #resizing: Resizing;
  readonly #silence: Silence;
  readonly #changes = new Emitter<ScreenChange>();
  readonly #copies = new Emitter<string>();
  readonly #fetches = new Emitter<void>();
  readonly #ended = Promise.withResolvers<ConnectionEnd>();
  #end: ConnectionEnd | undefined;
  #run: ParseRun<ServerMessage>;
  #name: string;
  /** The size that updates are asked for. */
  #askedSize: Size;
  #hasFences = false;
  #isContinuous = false;

  readonly onChange = this.#changes.event;
  readonly onClipboard = this.#copies.event;
  readonly onClipboardFetched = this.#fetches.event;
  readonly ended = this.#ended.promise;

  constructor({ stream, queue, failure }: Released, init: ServerInit, options: ClientOptions) {
    const { limits, pixelFormat = OUR_FORMAT, clock, silenceMs = 15_000 } = options;
    this.#options = options;
    this.#stream = stream;
    this.#queue = queue;
    this.#name = init.name;
    this.#askedSize = init.size;
    this.#framebuffer = new Framebuffer(init.size, limits);
    this.#resizing = new Resizing((message) => this.#outbox.send(message));
    this.#decoder = new Decoder(this.#framebuffer, pixelFormat, {
      onDesktopSize: (told) => this.#resizing.onTold(told),
    });
    this.#run = this.#nextMessage();
    this.#outbox = new Outbox(stream, limits.maxUnsent, () =>
      this.#finish({ reason: 'network-error', message: 'The VNC server does not take what is sent to it.' }),
    );
    const send = (message: Uint8Array) => this.#outbox.send(message);
    this.#clipboard = new Clipboard({
      send,
      onText: (text) => this.#copies.fire(text),
      onFetched: () => this.#fetches.fire(),
      maxText: limits.maxClipboard,
    });
    const probe = { sendFence: () => this.#sendFence(), requestOrigin: () => this.#requestOrigin() };
    this.#roundTrips = new RoundTrips(probe);
    this.#silence = new Silence({
      clock,
      silenceMs,
      ask: () => this.#requestOrigin(),
      onDead: () =>
        this.#finish({ reason: 'network-error', message: 'The VNC server does not answer any more.' }),
    });
    this.#begin(failure, pixelFormat);
  }

  #begin(failure: StreamEnded | undefined, pixelFormat: PixelFormat): void {
    const stream = this.#stream;
    stream.on('error', (error) =>
      this.#finish({ reason: 'network-error', message: `The connection broke: ${error.message}` }),
    );
    const onEnd = () =>
      this.#finish({ reason: 'server-closed', message: 'The VNC server closed the connection.' });
    stream.on('end', onEnd).on('close', onEnd);
    stream.on('data', (chunk: Uint8Array) => {
      if (this.#end) return;
      this.#silence.onHeard();
      this.#queue.push(chunk);
      this.#read();
    });
    if ('setNoDelay' in stream && typeof stream.setNoDelay === 'function') stream.setNoDelay(true);
    this.#outbox.send(setPixelFormat(pixelFormat));
    this.#announce(() => true);
    this.#outbox.send(framebufferUpdateRequest(this.#screen, false));
    this.#read();
    if (failure) this.#finish(failure);
    else stream.resume();
  }

  get name(): string {
    return this.#name;
  }

  get pixels(): Pixels {
    return this.#framebuffer;
  }

  get cursor(): CursorShape | undefined {
    return this.#framebuffer.cursor;
  }

  get hasUnicodeClipboard(): boolean {
    return this.#clipboard.isUnicode;
  }

  pointer(x: number, y: number, buttons: number): void {
    this.#outbox.sendPointer(x, y, buttons);
  }

  drawPointer(isServers: boolean): void {
    // A server draws it for those that cannot.
    this.#announce((encoding) => !isServers || !CURSOR_ENCODINGS.includes(encoding));
  }

  key(keysym: number, isDown: boolean): void {
    this.#outbox.sendKey(keysym, isDown);
  }

  get withdrawn(): number {
    return this.#outbox.withdrawn;
  }

  withdrawInput(): void {
    this.#outbox.withdrawInput();
  }

  setClipboard(text: string): void {
    this.#clipboard.setText(text);
  }

  roundTrip(signal: AbortSignal): Promise<void> {
    return this.#roundTrips.make(signal);
  }

  resize(size: Size, signal: AbortSignal): Promise<boolean> {
    return this.#resizing.resize(size, signal, this.#options.clock);
  }

  dispose(): void {
    this.#finish({ reason: 'closed', message: 'The connection was closed.' });
  }

  #announce(isMeant: (encoding: number) => boolean): void {
    const encodings = (this.#options.encodings ?? ENCODINGS).filter(isMeant);
    this.#outbox.send(setEncodings([...encodings, ...Object.values(PSEUDO_ENCODING)]));
  }

  get #screen(): Rect {
    const { width, height } = this.#framebuffer;
    return { x: 0, y: 0, width, height };
  }

  #nextMessage(): ParseRun<ServerMessage> {
    const { limits } = this.#options;
    return new ParseRun(readServerMessage(this.#decoder, limits), this.#queue, limits.maxRequest);
  }

  /** Reads what came. After a while others get their turn, however much a few bytes of the server make us draw. */
  #read(): void {
    const { clock } = this.#options;
    const until = clock.now() + SLICE_MS;
    const mayGoOn = () => clock.now() < until;
    try {
      while (!this.#end) {
        const read = this.#run.advance(mayGoOn);
        if (!read) break;
        this.#run = this.#nextMessage();
        this.#take(read.value);
      }
    } catch (error) {
      const message =
        error instanceof ProtocolError
          ? error.message
          : `What the VNC server sent could not be read: ${error instanceof Error ? error.message : String(error)}`;
      this.#finish({ reason: 'protocol-error', message });
    }
    if (this.#end || mayGoOn()) return;
    this.#stream.pause();
    setImmediate(() => {
      if (this.#end) return;
      this.#stream.resume();
      this.#read();
    });
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case 'update':
        this.#onUpdate(message);
        break;
      case 'cut-text':
        this.#clipboard.onCutText(message.text);
        break;
      case 'extended-clipboard':
        this.#clipboard.onExtended(message.flags, message.data);
        break;
      case 'fence':
        this.#onFence(message.flags, message.payload);
        break;
      case 'end-of-continuous-updates':
        this.#onContinuousUpdates();
        break;
      case 'bell':
      case 'ignored':
        break;
      default:
        assertNever(message);
    }
  }

  #onUpdate({ name, origin }: Extract<ServerMessage, { type: 'update' }>): void {
    this.#name = name ?? this.#name;
    const { width, height } = this.#framebuffer;
    const isResized = width !== this.#askedSize.width || height !== this.#askedSize.height;
    this.#askedSize = { width, height };
    if (isResized && this.#isContinuous) this.#outbox.send(enableContinuousUpdates(true, this.#screen));
    if (isResized || !this.#isContinuous)
      this.#outbox.send(framebufferUpdateRequest(this.#screen, !isResized));
    for (const change of this.#framebuffer.takeChanges()) this.#changes.fire(change);
    this.#roundTrips.onUpdate(origin);
  }

  #onFence(flags: number, payload: Uint8Array): void {
    this.#hasFences = true;
    // Compared unsigned: the highest bit is the request.
    if (flags >= REQUEST) this.#outbox.send(fence(flags & KNOWN_FENCE_FLAGS, payload));
    else this.#roundTrips.onFence();
  }

  /** The first time the server says that it can; later, that it has stopped because we asked, which we never do. */
  #onContinuousUpdates(): void {
    this.#isContinuous = !this.#isContinuous && this.#hasFences;
    if (this.#isContinuous) this.#outbox.send(enableContinuousUpdates(true, this.#screen));
    else this.#outbox.send(framebufferUpdateRequest(this.#screen, true));
  }

  #sendFence(): boolean {
    if (this.#hasFences) this.#outbox.send(fence(REQUEST + BLOCK_BEFORE, Uint8Array.of(1)));
    return this.#hasFences;
  }

  #requestOrigin(): void {
    this.#outbox.send(framebufferUpdateRequest({ x: 0, y: 0, width: 1, height: 1 }, false));
  }

  /** What was sent last, such as the release of a key, is to arrive; what comes is of no interest. */
  #hangUp(): void {
    const stream = this.#stream;
    const timer = setTimeout(() => stream.destroy(), LAST_WORDS_MS);
    stream.resume().end(() => {
      clearTimeout(timer);
      stream.destroy();
    });
  }

  #finish({ reason, message }: ConnectionEnd): void {
    if (this.#end) return;
    this.#end = { reason, message };
    this.#silence.dispose();
    this.#outbox.close();
    this.#decoder.dispose();
    this.#roundTrips.end(new Error(message));
    this.#resizing.end();
    if (reason === 'closed') this.#hangUp();
    else this.#stream.destroy();
    this.#ended.resolve(this.#end);
    this.#changes.dispose();
    this.#copies.dispose();
    this.#fetches.dispose();
  }
}
