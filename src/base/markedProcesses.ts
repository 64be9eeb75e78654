/**
 * Processes by a mark in their environment. A program may leave its process group (setsid(2)) and its parent, but what it
 * starts keeps its variables unless it takes pains. One that does and is nobody's child any more is not found: only a
 * process namespace holds that.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

/** One that forks may be ahead by a process, and one that is killed takes a moment: it is looked again, so often at most. */
const ROUNDS = 10;

/**
 * So often in a row nothing is to be found. One look is not enough: a process may start another one that was not there yet when
 * they were listed, and end before it is looked at itself; and one that begins another program has no variables for a moment.
 */
const CALM_ROUNDS = 2;

/** Before the second look, in ms; so much more before each further one. */
const PAUSE_MS = 2;

/**
 * Ends by force what has a variable, as `NAME=value`, that `isMark` knows, until nothing is found any more. Processes of other
 * users are not. Never rejects.
 */
export async function endMarked(
  isMark: (variable: string) => boolean,
  platform = process.platform,
): Promise<void> {
  let calm = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const found = platform === 'darwin' ? await markedByPs(isMark) : await markedInProc(isMark);
    calm = found.length === 0 ? calm + 1 : 0;
    if (calm === CALM_ROUNDS) return;
    for (const processId of found) kill(processId);
    await setTimeout(PAUSE_MS * (round + 1));
  }
}

/**
 * Ends a process group by force, with those of its leader's descendants that have left it.
 *
 * @param isThere - whether the leader has not ended, so that its id is its own
 */
export function killTree(leader: number, isThere: boolean): void {
  const descendants = isThere ? descendantsOf(leader) : [];
  kill(-leader);
  for (const processId of descendants) kill(processId);
}

/** The same as {@link endMarked}, for a shell elsewhere: its one argument is the mark, `NAME=value`. POSIX, on Linux. */
export const END_MARKED = `
calm=0
for round in 1 2 3 4 5 6 7 8 9; do
  files=$(grep -lsF -- "$1" /proc/[0-9]*/environ)
  if [ -n "$files" ]; then calm=0; else calm=$((calm + 1)); fi
  [ $calm -lt ${CALM_ROUNDS} ] || break
  for file in $files; do file=\${file#/proc/}; kill -s KILL "\${file%/environ}"; done
done 2>/dev/null
`;

function kill(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL');
  } catch {
    // It has ended meanwhile, or nobody is left in the group.
  }
}

async function markedInProc(isMark: (variable: string) => boolean): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    // Another user's cannot be read, and one that has just ended has none.
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    if (environment.split('\0').some(isMark)) found.push(Number(name));
  }
  return found;
}

/** ps(1) of macOS shows the environment of the user's own processes after their arguments. */
async function markedByPs(isMark: (variable: string) => boolean): Promise<number[]> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { maxBuffer: 64 * 1024 * 1024 };
  execFile('ps', ['-A', '-E', '-ww', '-o', 'pid=,command='], options, (_, stdout) => resolve(stdout));
  return (await promise).split('\n').flatMap((line) => {
    const [processId, ...words] = line.trim().split(' ');
    return words.some(isMark) && Number(processId) !== process.pid ? [Number(processId)] : [];
  });
}

/** proc(5), /proc/pid/task/tid/children; none where there is no such file. */
function descendantsOf(processId: number): number[] {
  const children: number[] = [];
  try {
    for (const thread of readdirSync(`/proc/${processId}/task`)) {
      const ids = readFileSync(`/proc/${processId}/task/${thread}/children`, 'utf8').split(' ');
      children.push(...ids.filter((id) => id !== '').map(Number));
    }
  } catch {
    // It has ended meanwhile.
  }
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}
