/** What a command has printed: its beginning and its end in memory, all of it in a file once that is not the whole. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';

/** In bytes. What is between them the model does not get. */
const HEAD_BYTES = 12_000;
const TAIL_BYTES = 18_000;

/** Of one file, in bytes. */
export const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** Opens a file for what does not fit; returns its path, or undefined where there can be none. */
export type NewFile = () => string | undefined;

export class Output {
  readonly #newFile: NewFile;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  /** The latest bytes after the head, as a ring. */
  #tail: Buffer | undefined;
  #tailBytes = 0;
  #file: OutputFile | undefined;
  /** There could be none, or it could not be written. */
  #hasNoFile = false;
  #onRoom: () => void = () => {};

  constructor(newFile: NewFile) {
    this.#newFile = newFile;
  }

  get isEmpty(): boolean {
    return this.#headBytes === 0;
  }

  /** @returns whether more may come; otherwise once `onRoom` is called */
  write(bytes: Buffer, onRoom: () => void): boolean {
    const rest = this.#fillHead(bytes);
    if (rest.length === 0) return true;
    this.#fillTail(rest);
    return this.#keep(rest, onRoom);
  }

  /** No more comes. @returns what the model reads */
  async end(): Promise<string> {
    const { head, tail, leftOut } = this.#parts();
    const file = await this.#closeFile();
    if (leftOut === 0) return readable(Buffer.concat([head, tail]));
    const where = file === undefined ? '' : `. ${file}`;
    return `${readable(head)}\n[… ${leftOut} bytes left out${where} …]\n${readable(tail)}`;
  }

  #fillHead(bytes: Buffer): Buffer {
    const room = HEAD_BYTES - this.#headBytes;
    if (room <= 0) return bytes;
    // Copied: a slice would hold all that was read with it.
    this.#head.push(Buffer.from(bytes.subarray(0, room)));
    this.#headBytes += Math.min(room, bytes.length);
    // Many small pieces take more than what they hold.
    if (this.#head.length > 64) this.#head.splice(0, this.#head.length, Buffer.concat(this.#head));
    return bytes.subarray(room);
  }

  #fillTail(bytes: Buffer): void {
    this.#tail ??= Buffer.alloc(TAIL_BYTES);
    const last = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES));
    const at = (this.#tailBytes + bytes.length - last.length) % TAIL_BYTES;
    const fits = last.copy(this.#tail, at);
    last.copy(this.#tail, 0, fits);
    this.#tailBytes += bytes.length;
  }

  #parts(): { readonly head: Buffer; readonly tail: Buffer; readonly leftOut: number } {
    const head = Buffer.concat(this.#head);
    if (!this.#tail) return { head, tail: Buffer.alloc(0), leftOut: 0 };
    if (this.#tailBytes <= TAIL_BYTES)
      return { head, tail: this.#tail.subarray(0, this.#tailBytes), leftOut: 0 };
    const at = this.#tailBytes % TAIL_BYTES;
    const tail = Buffer.concat([this.#tail.subarray(at), this.#tail.subarray(0, at)]);
    return { head, tail, leftOut: this.#tailBytes - TAIL_BYTES };
  }

  #keep(bytes: Buffer, onRoom: () => void): boolean {
    const file = this.#openFile();
    if (!file) return true;
    const kept = bytes.subarray(0, MAX_FILE_BYTES - file.bytes);
    if (kept.length === 0) return true;
    file.bytes += kept.length;
    if (file.stream.write(kept)) return true;
    this.#onRoom = onRoom;
    return false;
  }

  #openFile(): OutputFile | undefined {
    if (this.#file || this.#hasNoFile) return this.#file;
    const path = this.#newFile();
    if (path === undefined) {
      this.#hasNoFile = true;
      return undefined;
    }
    // `wx`: nothing that somebody else has put there.
    const stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    // A full disk costs the file; what the model reads is in memory.
    stream.on('error', () => {
      this.#hasNoFile = true;
      this.#file = undefined;
      this.#onRoom();
    });
    stream.on('drain', () => this.#onRoom());
    const head = Buffer.concat(this.#head);
    stream.write(head);
    this.#file = { path, stream, bytes: head.length };
    return this.#file;
  }

  async #closeFile(): Promise<string | undefined> {
    this.#file?.stream.end();
    if (this.#file) await finished(this.#file.stream).catch(() => undefined);
    if (!this.#file) return undefined;
    const { path, bytes } = this.#file;
    return bytes < MAX_FILE_BYTES ? `All of it is in ${path}` : `Its first ${bytes} bytes are in ${path}`;
  }
}

interface OutputFile {
  readonly path: string;
  readonly stream: WriteStream;
  bytes: number;
}

/** Of bytes, this many are looked at and shown to tell what is no text. */
const SHOWN_BYTES = 64;

/** Text for the model: without escape sequences; bytes that are no text are told as such. */
function readable(bytes: Buffer): string {
  if (bytes.includes(0)) {
    const shown = bytes.toString('hex', 0, SHOWN_BYTES);
    return `(${bytes.length} bytes that are no text. They begin with ${shown} in hexadecimal.)`;
  }
  return stripVTControlCharacters(bytes.toString('utf8'));
}
