/** Runs a shell script where programs run, to its end: some input, some output. What comes from there is hostile. */
import { randomBytes } from 'node:crypto';
import type { ShellPlace, ShellProcess } from '../base/shellPlace.ts';

export interface ScriptRun {
  /** POSIX. Its words are `$1` and on; it ends with the status that {@link ScriptEnd} has. */
  readonly script: string;
  readonly words: readonly string[];
  /** What its standard input has; it must not read beyond that. */
  readonly input?: Uint8Array;
  /** In bytes; more is an error. */
  readonly maxOutput: number;
  /** From when it has been started, in ms. */
  readonly limitMs: number;
}

export interface ScriptEnd {
  readonly status: number;
  readonly output: Buffer;
}

/** How long what was printed may take to come once the program has ended, in ms. */
const LAST_WORDS_MS = 500;

/** The end of an output is a mark, as one that goes through a pipe with a name has no other. `$1`: the word in it. */
const FRAME = (script: string) => `
word=$1; shift
exec 2>/dev/null
( ${script}
)
printf '\\036%s %s\\036' "$word" "$?"
`;

/** @throws an error with a plain message; the signal's reason */
export async function runScript(
  place: Pick<ShellPlace, 'spawn'>,
  { script, words, input, maxOutput, limitMs }: ScriptRun,
  signal: AbortSignal,
): Promise<ScriptEnd> {
  const word = randomBytes(16).toString('hex');
  const program = await place.spawn(['/bin/sh', '-c', FRAME(script), 'sh', word, ...words], signal);
  const { promise, resolve, reject } = Promise.withResolvers<ScriptEnd>();
  const stop = (error: unknown) => {
    void program.kill();
    reject(error);
  };
  const onAbort = () => stop(signal.reason);
  const timer = setTimeout(() => stop(new Error('It took too long.')), limitMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) onAbort();
    void program.ended.then(() => setTimeout(() => reject(new Error('It has ended.')), LAST_WORDS_MS));
    collect(program, word, maxOutput, resolve, stop);
    if (input) program.input.write(input);
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    program.input.destroy();
    program.output.destroy();
  }
}

function collect(
  { output }: ShellProcess,
  word: string,
  maxOutput: number,
  onEnd: (end: ScriptEnd) => void,
  onFault: (error: Error) => void,
): void {
  const mark = new RegExp(`\\x1e${word} (\\d{1,3})\\x1e$`);
  const longest = word.length + 6;
  const chunks: Buffer[] = [];
  let length = 0;
  let tail = Buffer.alloc(0);
  let isOver = false;
  output.read(
    (bytes) => {
      if (isOver) return;
      chunks.push(Buffer.from(bytes));
      length += bytes.length;
      tail = Buffer.concat([tail, bytes.subarray(-longest)]).subarray(-longest);
      const end = mark.exec(tail.toString('latin1'));
      isOver = end !== null || length > maxOutput + longest;
      if (end) onEnd({ status: Number(end[1]), output: Buffer.concat(chunks).subarray(0, -end[0].length) });
      else if (isOver) onFault(new Error('It printed more than it may.'));
    },
    // Its end tells.
    () => undefined,
  );
}
