/** Streams to VNC servers, of which the server's first bytes have come. */
import { spawn } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { childEnvironment } from '../../../base/childEnvironment.ts';
import { lastLines } from './firstLines.ts';

/** What a stream did instead of bringing bytes. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/**
 * Waits for the first bytes, without taking them: a VNC server speaks first (RFC 6143, 7.1.1). The stream is destroyed
 * when they do not come.
 * @throws the error of the stream; NoAnswerError when it ends, or `limitMs` pass; the signal's reason
 */
export async function untilFirstBytes<T extends Duplex>(
  stream: T,
  limitMs: number,
  signal: AbortSignal,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onReadable = () => {
    if (stream.readableLength > 0) resolve(stream);
    else stream.read(0); // has `end` told, where that is what there is to read
  };
  const onEnd = () => reject(new NoAnswerError('It hung up without a word.'));
  const onAbort = () => reject(signal.reason);
  const timer = setTimeout(() => reject(new NoAnswerError('It did not answer.')), limitMs);
  stream.on('readable', onReadable).once('error', reject).once('end', onEnd).once('close', onEnd);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await promise;
  } catch (error) {
    stream.once('error', () => undefined); // of its end; the first one is told
    stream.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    stream.off('readable', onReadable).off('error', reject).off('end', onEnd).off('close', onEnd);
  }
}

/** A stream through a program's standard input and output. */
export interface CommandStream {
  readonly stream: Duplex;
  /** What it printed to its standard error, at last; once the program has ended, or is made to. Never rejects. */
  complaint(): Promise<string>;
}

const MAX_COMPLAINT_CHARACTERS = 4_000;

/** How long a program may take to end once its output has, in ms. */
const END_LIMIT_MS = 1_000;

/** What it printed last is read within this time of its end, in ms. */
const LAST_WORDS_MS = 100;

/**
 * Starts `command` with its input and output as a stream, and ends it with that. The stream fails with the error of a
 * program that cannot be started.
 */
export function commandStream(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): CommandStream {
  const child = spawn(command, args, {
    env: childEnvironment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const stream = new CommandDuplex(child.stdin, child.stdout);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-MAX_COMPLAINT_CHARACTERS);
  });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  child.once('close', () => resolve());
  // A process that it leaves behind (an SSH connection that is shared) may hold its outputs for long.
  child.once('exit', () => setTimeout(resolve, LAST_WORDS_MS));
  child.once('error', (error) => {
    stream.destroy(error);
    resolve();
  });
  let timer: NodeJS.Timeout | undefined;
  // It is given the time to say why.
  stream.once('close', () => {
    timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
  });
  void ended.then(() => clearTimeout(timer));
  return {
    stream,
    async complaint() {
      await ended;
      return lastLines(complaint);
    },
  };
}

/**
 * Both as one, as a socket is: it ends with the program's output, and what is written after that goes nowhere. (Node's own
 * `Duplex.from` fails with an error of its own making when either is closed.)
 */
class CommandDuplex extends Duplex {
  readonly #input: Writable;
  readonly #output: Readable;

  constructor(input: Writable, output: Readable) {
    super();
    this.#input = input;
    this.#output = output;
    output.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) output.pause();
    });
    output.once('end', () => this.push(null)).once('error', (error) => this.destroy(error));
    // What is still to be written has nobody to read it: waiting for it could be for ever.
    this.once('end', () => this.destroy());
    input.on('error', () => undefined); // the program has ended, which its output tells
  }

  override _read(): void {
    this.#output.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#input.write(chunk, () => callback());
  }

  override _final(callback: () => void): void {
    // Not once that has gone out: a program that has ended may never take it.
    this.#input.end();
    callback();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#input.destroy();
    this.#output.destroy();
    callback(error);
  }
}
