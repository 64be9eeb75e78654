/** One shell that runs command after command and keeps its folder and variables between them. */
import type { OutputSink } from '../../base/callOutput.ts';
import type { ShellPlace, ShellProcess } from '../../base/shellPlace.ts';
import { LiveOutput } from './liveOutput.ts';
import type { NewFile } from './output.ts';
import { Output } from './output.ts';
import { framed, type Mark, markOf, newWord, parseMark, startCommand } from './shellScript.ts';

/** How a command ended. `shell-ended`: it took the shell along (`exit`, a kill), or the place itself ended. */
export type CommandEnd =
  | { readonly kind: 'done'; readonly status: number }
  | { readonly kind: 'shell-ended'; readonly status: number }
  | { readonly kind: 'killed' };

export interface CommandResult {
  readonly end: CommandEnd;
  readonly output: string;
  /** What background jobs had printed before it. */
  readonly before: string;
}

/** How long what was printed may take to come once the shell has ended, in ms. */
const LAST_WORDS_MS = 200;

const OUT_OF_REACH = " on the person's machine, which commands here cannot read";

interface Current {
  readonly output: Output;
  readonly live: LiveOutput | undefined;
  readonly mark: Buffer;
  readonly end: (end: CommandEnd) => void;
}

export class Shell {
  readonly #process: ShellProcess;
  readonly #newFile: NewFile;
  /** What the model is told of files for long outputs. */
  readonly #fileNote: string;
  /** The mark that it has ended by itself. */
  readonly #lastMark: Buffer;
  /** Bytes that may be the beginning of a mark. */
  #carry = Buffer.alloc(0);
  /** What comes while no command runs: from background jobs. */
  #between: Output;
  #current: Current | undefined;
  #folder: string;
  #isAlive = true;
  /** Resolves when nothing is left of what it ran. Never rejects. */
  #gone: Promise<void> = Promise.resolve();

  /**
   * @param folder - where it begins; empty for where the place begins
   * @throws what `place` throws
   */
  static async start(
    place: ShellPlace,
    folder: string,
    newFile: NewFile,
    signal: AbortSignal,
  ): Promise<Shell> {
    const word = newWord();
    const process = await place.spawn(startCommand(word, folder), signal);
    return new Shell(process, markOf(word), folder, newFile, place.seesFiles ? '' : OUT_OF_REACH);
  }

  private constructor(
    process: ShellProcess,
    lastMark: Buffer,
    folder: string,
    newFile: NewFile,
    fileNote: string,
  ) {
    this.#process = process;
    this.#fileNote = fileNote;
    this.#lastMark = lastMark;
    this.#folder = folder;
    this.#newFile = newFile;
    this.#between = this.#outputBetween();
    process.output.read(
      (bytes) => this.#read(bytes),
      () => this.#end({ kind: 'shell-ended', status: -1 }),
    );
    // What it printed last, its mark too, comes by another way than its end.
    void process.ended.then(() => {
      setTimeout(() => this.#end({ kind: 'shell-ended', status: -1 }), LAST_WORDS_MS);
    });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Where it was after the last command; empty where that is not known. */
  get folder(): string {
    return this.#folder;
  }

  /**
   * Runs a command to its end. One at a time, of a shell that {@link isAlive}.
   * @param signal - kills the shell with all that it runs when it aborts
   * @param sink - told what it prints while it runs
   */
  async run(command: string, signal: AbortSignal, sink?: OutputSink): Promise<CommandResult> {
    const word = newWord();
    const { promise, resolve } = Promise.withResolvers<CommandEnd>();
    const between = this.#between;
    const output = new Output(this.#newFile);
    const live = sink && new LiveOutput(output, sink);
    this.#current = { output, live, mark: markOf(word), end: resolve };
    const onAbort = () => void this.kill();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else this.#process.input.write(framed(command, word));
    const end = await promise;
    signal.removeEventListener('abort', onAbort);
    // Of one that was killed there may be no result that has the rest.
    live?.end(end.kind === 'killed');
    await this.#gone;
    this.#between = this.#outputBetween();
    // A file that is being ended tells no more of room.
    if (this.#isAlive) this.#process.output.resume();
    return { end, output: await output.end(this.#fileNote), before: await between.end() };
  }

  /** Ends it and all that it runs. Resolves when that is gone; never rejects. Safe to call twice. */
  kill(): Promise<void> {
    this.#end({ kind: 'killed' });
    return this.#gone;
  }

  #outputBetween(): Output {
    return new Output(() => undefined);
  }

  #end(end: CommandEnd): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#gone = this.#process.kill();
    this.#process.input.destroy();
    this.#process.output.destroy();
    this.#finish(end);
  }

  #finish(end: CommandEnd): void {
    const current = this.#current;
    this.#current = undefined;
    current?.end(end);
  }

  #read(bytes: Buffer): void {
    let rest = this.#carry.length === 0 ? bytes : Buffer.concat([this.#carry, bytes]);
    while (this.#isAlive) {
      const found = this.#findMark(rest);
      if (!found) break;
      const mark = parseMark(rest.subarray(found.at + found.length));
      this.#write(rest.subarray(0, found.at));
      rest = rest.subarray(found.at);
      if (!mark) {
        this.#carry = Buffer.from(rest);
        return;
      }
      if (found.isLast) {
        this.#end({ kind: 'shell-ended', status: mark.status });
        return;
      }
      rest = this.#afterMark(rest, found.length, mark);
    }
    if (!this.#isAlive) return;
    const keep = this.#heldBack(rest);
    this.#write(rest.subarray(0, rest.length - keep));
    this.#carry = Buffer.from(rest.subarray(rest.length - keep));
  }

  #afterMark(rest: Buffer, length: number, mark: Mark): Buffer {
    this.#folder = mark.folder;
    this.#finish({ kind: 'done', status: mark.status });
    const end = rest.indexOf('\n', rest.indexOf('\x1e', length));
    return end === -1 ? Buffer.alloc(0) : rest.subarray(end + 1);
  }

  #findMark(bytes: Buffer): { at: number; length: number; isLast: boolean } | undefined {
    const own = this.#current ? bytes.indexOf(this.#current.mark) : -1;
    if (own !== -1 && this.#current) return { at: own, length: this.#current.mark.length, isLast: false };
    const last = bytes.indexOf(this.#lastMark);
    return last === -1 ? undefined : { at: last, length: this.#lastMark.length, isLast: true };
  }

  /** How many bytes at the end may be the beginning of a mark that is still to come whole. */
  #heldBack(bytes: Buffer): number {
    const from = Math.max(0, bytes.length - this.#lastMark.length + 1);
    for (let at = bytes.indexOf(0x1e, from); at !== -1; at = bytes.indexOf(0x1e, at + 1)) {
      const end = bytes.subarray(at);
      const couldBe = (mark: Buffer | undefined) => mark?.subarray(0, end.length).equals(end) ?? false;
      if (couldBe(this.#lastMark) || couldBe(this.#current?.mark)) return end.length;
    }
    return 0;
  }

  #write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const { output } = this.#process;
    const hasRoom = (this.#current?.output ?? this.#between).write(bytes, () => output.resume());
    this.#current?.live?.changed();
    if (!hasRoom) output.pause();
  }
}
