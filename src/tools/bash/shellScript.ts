/** What a shell is started with, and how each command and its end are told apart from what commands print. */
import { randomBytes } from 'node:crypto';

/** Begins and ends a mark. What a shell shows of its own input (`set -x`, `set -v`) has it written out, as `\036`. */
const BYTE = '\x1e';

/** In bytes; a mark with a longer folder ends where it does not. */
export const MAX_MARK_BYTES = 8_192;

/**
 * Runs bash, or sh where there is none, with both outputs as one. They go through a pipe, as `/dev/stdout` can be opened
 * by programs then, which a socket cannot. `$1`: the word of the mark at its end; `$2`: where to begin, if it is there.
 */
const START = `
if [ -n "$2" ]; then cd -- "$2"; fi 2>/dev/null
export TERM=dumb PAGER=cat GIT_PAGER=cat GIT_TERMINAL_PROMPT=0
{
  if command -v bash >/dev/null; then bash --noprofile --norc 3>&1; else sh 3>&1; fi
  printf '\\036%s %s %s\\036\\n' "$1" "$?" ""
} 2>&1 | cat
`;

/** @param folder - where to begin; empty for where the place begins */
export function startCommand(word: string, folder: string): string[] {
  return ['/bin/sh', '-c', START, 'sh', word, folder];
}

/** A word that nothing printed before can hold. */
export function newWord(): string {
  return randomBytes(16).toString('hex');
}

/**
 * The line that has a shell run `command` and print the mark with `word`. Standard input is empty: the command would read
 * what is for the shell. The outputs are set for each command anew, so that `exec >file` cannot lead the mark astray. Only
 * through `command` does a syntax error in `eval` leave a POSIX shell as it is.
 */
export function framed(command: string, word: string): string {
  const quoted = `'${command.replaceAll("'", String.raw`'\''`)}'`;
  return `command eval ${quoted} </dev/null >&3 2>&3 3>&-; command printf '\\036%s %s %s\\036\\n' ${word} "$?" "$PWD"\n`;
}

/** How a mark with this word begins. */
export function markOf(word: string): Buffer {
  return Buffer.from(`${BYTE}${word} `);
}

export interface Mark {
  readonly status: number;
  /** Empty where it is not known. */
  readonly folder: string;
}

/** What follows {@link markOf}; undefined while not all of it is there. */
export function parseMark(bytes: Buffer): Mark | undefined {
  const end = bytes.indexOf(`${BYTE}\n`);
  if (end === -1) return bytes.length < MAX_MARK_BYTES ? undefined : { status: -1, folder: '' };
  const [, status, folder = ''] = /^(\d{1,3}) (.*)$/s.exec(bytes.toString('utf8', 0, end)) ?? [];
  return { status: Number(status ?? -1), folder };
}
