/** The server's end of a connection, spoken by hand. */
import { Duplex, duplexPair } from 'node:stream';
import type { DesktopConnection } from '../../../../src/computer/desktop/connection.ts';
import { connectRfb, type RfbOptions } from '../../../../src/computer/desktop/rfb/client.ts';
import { ByteQueue } from '../../../../src/computer/desktop/rfb/parse.ts';

export class FakeServer {
  readonly #queue = new ByteQueue();
  #stream: Duplex;
  #wake: (() => void) | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.#listen();
  }

  /** Numbers are bytes, texts are Latin-1. */
  say(...parts: readonly (number | string | Uint8Array)[]): void {
    const bytes = parts.map((part) =>
      typeof part === 'number'
        ? Buffer.of(part)
        : typeof part === 'string'
          ? Buffer.from(part, 'latin1')
          : part,
    );
    this.#stream.write(Buffer.concat(bytes));
  }

  /** The next `length` bytes of the client. */
  async hear(length: number): Promise<Buffer> {
    while (this.#queue.length < length) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    return Buffer.from(this.#queue.take(length));
  }

  /** Goes on over another stream that is made of this one. */
  wrap(wrap: (stream: Duplex) => Duplex): void {
    this.#stream.removeAllListeners('data');
    this.#stream.pause();
    const deferred = defer(this.#stream);
    deferred.push(this.#queue.take(this.#queue.length));
    this.#stream = wrap(deferred);
    this.#listen();
  }

  stopHearing(): void {
    this.#stream.pause();
  }

  hearAgain(): void {
    this.#stream.resume();
  }

  hangUp(): void {
    this.#stream.destroy();
  }

  #listen(): void {
    this.#stream.on('error', () => {});
    this.#stream.on('data', (chunk: Uint8Array) => {
      this.#queue.push(chunk);
      this.#wake?.();
    });
  }

  /** ServerInit, and the client's first messages: its pixel format, encodings (which are returned) and request. */
  async begin(width: number, height: number, name = 'fake'): Promise<number[]> {
    await this.hear(1);
    this.say(u16(width), u16(height), PIXEL_FORMAT, u32(name.length), name);
    await this.hear(20);
    const header = await this.hear(4);
    const encodings: number[] = [];
    for (let at = 0; at < header.readUInt16BE(2); at++) encodings.push((await this.hear(4)).readInt32BE());
    await this.hear(10);
    return encodings;
  }
}

/** Delivers what comes later, as any real stream does; Node's TLS misses the end of a handshake within one turn. */
function defer(stream: Duplex): Duplex {
  const deferred = new Duplex({
    read() {},
    write(chunk, _, done) {
      stream.write(chunk);
      done();
    },
    destroy(error, done) {
      stream.destroy();
      done(error);
    },
  });
  stream.on('data', (chunk) => setImmediate(() => deferred.push(chunk))).resume();
  stream.on('close', () => deferred.destroy());
  return deferred;
}

export interface Pair {
  readonly server: FakeServer;
  readonly connecting: Promise<DesktopConnection>;
}

/** A client that begins to speak with a server that says nothing by itself. */
export function connectToFake(
  options: Partial<RfbOptions> = {},
  signal = new AbortController().signal,
): Pair {
  const [ours, theirs] = duplexPair();
  const credentials = { username: 'ada', password: async () => 'lovelace' };
  const connecting = connectRfb(ours, { credentials, ...options }, signal);
  // A test may look at it only later.
  connecting.catch(() => {});
  return { server: new FakeServer(theirs), connecting };
}

/** A connection that stands, over RFB 3.8 without security. */
export async function connected(
  options: Partial<RfbOptions> = {},
  [width, height]: readonly [number, number] = [4, 4],
): Promise<{ server: FakeServer; connection: DesktopConnection; encodings: number[] }> {
  const { server, connecting } = connectToFake(options);
  server.say('RFB 003.008\n');
  await server.hear(12);
  server.say(1, 1);
  await server.hear(1);
  server.say(u32(0));
  const encodings = await server.begin(width, height);
  return { server, connection: await connecting, encodings };
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** Also of negative numbers. */
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

/** The header of a rectangle. */
export function rectangle(x: number, y: number, width: number, height: number, encoding: number): Buffer {
  return Buffer.concat([u16(x), u16(y), u16(width), u16(height), u32(encoding)]);
}

/** A FramebufferUpdate of one raw rectangle in one colour, red, green, blue and 0. */
export function drawn(
  x: number,
  y: number,
  width: number,
  height: number,
  colour: readonly number[],
): Buffer {
  const pixels = Buffer.alloc(width * height * 4, Buffer.from(colour));
  return Buffer.concat([Buffer.of(0, 0, 0, 1), rectangle(x, y, width, height, 0), pixels]);
}

const PIXEL_FORMAT = Buffer.of(32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0);
