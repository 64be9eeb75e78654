/** What a command has printed: its beginning and its end in memory, all of it in a file once that is not the whole. */
import { stripVTControlCharacters } from 'node:util';
import { OutputFile } from './outputFile.ts';

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
  #file: { readonly path: string; readonly file: OutputFile } | undefined;
  /** There could be none, or it could not be written. */
  #hasNoFile = false;

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
    const file = this.#openFile(onRoom);
    const kept = file && bytes.subarray(0, Math.max(0, MAX_FILE_BYTES - file.bytes));
    return kept && kept.length > 0 ? file.write(kept) : true;
  }

  #openFile(onRoom: () => void): OutputFile | undefined {
    if (this.#file || this.#hasNoFile) return this.#file?.file;
    const path = this.#newFile();
    try {
      if (path !== undefined) this.#file = { path, file: new OutputFile(path, onRoom) };
    } catch {
      // The model still gets the beginning and the end.
    }
    this.#hasNoFile = this.#file === undefined;
    this.#file?.file.write(Buffer.concat(this.#head));
    return this.#file?.file;
  }

  async #closeFile(): Promise<string | undefined> {
    if (!this.#file) return undefined;
    const { path, file } = this.#file;
    await file.end();
    if (file.hasFailed) return undefined;
    return file.bytes < MAX_FILE_BYTES
      ? `All of it is in ${path}`
      : `Its first ${file.bytes} bytes are in ${path}`;
  }
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
