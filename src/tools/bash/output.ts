/** What a command has printed: its beginning and its end in memory, and all of it in a file where that is not the whole. */
import { OutputFile } from './outputFile.ts';
import { firstWhole, lastWhole, sequenceAcross, withoutSequences } from './outputText.ts';
import { Ring } from './ring.ts';

/** In bytes. What is between them the model does not get. */
export const HEAD_BYTES = 12_000;
export const TAIL_BYTES = 18_000;

/** What is looked at before the end for an escape sequence that goes on there, in bytes. */
const MARGIN_BYTES = 64;

/** Of one file, in bytes. */
export const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** Opens a file for what does not fit; returns its path, or undefined where there can be none. */
export type NewFile = () => string | undefined;

export class Output {
  readonly #newFile: NewFile;
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headBytes = 0;
  /** What comes after the head. */
  #tail: Ring | undefined;
  #file: { readonly path: string; readonly file: OutputFile } | undefined;
  /** There could be none, or it could not be written. */
  #hasNoFile = false;

  constructor(newFile: NewFile) {
    this.#newFile = newFile;
  }

  /** All that came. */
  get bytes(): number {
    return this.#headBytes + (this.#tail?.count ?? 0);
  }

  /** Where all of it is; undefined where it is nowhere. */
  get path(): string | undefined {
    return this.#file?.file.hasFailed ? undefined : this.#file?.path;
  }

  /** The beginning from byte `at` on, {@link HEAD_BYTES} with what is before that; a view. */
  headFrom(at: number): Buffer {
    return this.#head.subarray(at, this.#headBytes);
  }

  /** The last bytes after the beginning, `size` at most. */
  last(size: number): Buffer {
    return this.#tail?.last(size) ?? Buffer.alloc(0);
  }

  /** @returns whether more may come; otherwise once `onRoom` is called */
  write(bytes: Buffer, onRoom: () => void): boolean {
    const fits = bytes.copy(this.#head, this.#headBytes);
    this.#headBytes += fits;
    const rest = bytes.subarray(fits);
    if (rest.length === 0) return true;
    this.#tail ??= new Ring(TAIL_BYTES + MARGIN_BYTES);
    const isWhole = this.#tail.count + rest.length <= TAIL_BYTES;
    const hasRoom = isWhole || this.#keep(rest, onRoom);
    this.#tail.write(rest);
    return hasRoom;
  }

  /**
   * No more comes. @returns what the model reads
   * @param note - what it has to know of the file, after where it is
   */
  async end(note = ''): Promise<string> {
    const path = await this.#closeFile();
    const head = this.headFrom(0);
    const after = this.#tail?.count ?? 0;
    if (after <= TAIL_BYTES) return readable(Buffer.concat([head, this.last(after)]));
    const first = head.subarray(0, lastWhole(head));
    const margin = this.last(TAIL_BYTES + MARGIN_BYTES);
    const from = Math.max(margin.length - TAIL_BYTES, sequenceAcross(margin, margin.length - TAIL_BYTES));
    const last = margin.subarray(from + firstWhole(margin.subarray(from)));
    const leftOut = this.bytes - first.length - last.length;
    const where = path === undefined ? '' : `. ${path}${note}`;
    return `${readable(first)}\n[… ${leftOut} bytes left out${where} …]\n${readable(last)}`;
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
    this.#file?.file.write(Buffer.concat([this.headFrom(0), this.last(TAIL_BYTES)]));
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

/** Of bytes that are no text, this many are shown. */
const SHOWN_BYTES = 64;

/** So many of a text's characters may be none before it counts as no text. Of Latin-1 or a cut character there are few. */
const MAX_BROKEN = 0.1;

/** Text for the model: without escape sequences. From the first line on that is no text, it is told as such. */
function readable(bytes: Buffer): string {
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    const start = bytes.lastIndexOf('\n', zero) + 1;
    return textOf(bytes.subarray(0, start)) + noText(bytes.subarray(start));
  }
  const text = textOf(bytes);
  const broken = text.split('\ufffd').length - 1;
  return broken > text.length * MAX_BROKEN ? noText(bytes) : text;
}

function textOf(bytes: Buffer): string {
  return withoutSequences(bytes.toString('utf8'));
}

function noText(bytes: Buffer): string {
  const shown = bytes.toString('hex', 0, SHOWN_BYTES);
  return `(${bytes.length} bytes that are no text. They begin with ${shown} in hexadecimal.)`;
}
