/** Programs in a container, by `docker exec`. */
import { randomBytes } from 'node:crypto';
import { END_MARKED } from '../../../base/markedProcesses.ts';
import { spawnShellChild } from '../../../base/shellChild.ts';
import { SHELL_MARK, type ShellProcess } from '../../../base/shellPlace.ts';
import type { DockerCommand } from './dockerCommand.ts';
import { firstLines } from './firstLines.ts';

/** Notes its process, by which it is killed: the end of the `docker` command would leave it running. */
const START = 'echo "$$" >"$1"; shift; exec "$@"';

/** An engine makes what it executes a leader; where one does not, the process alone is killed. `$2` is the mark. */
const KILL = `
read -r leader <"$1" && { kill -s KILL -- "-$leader" || kill -s KILL "$leader"; }
rm -f "$1"; shift
${END_MARKED}`;

const KILL_LIMIT_MS = 10_000;

/**
 * Starts `command` in the container.
 * @throws an error with a plain message when `docker` cannot be run; the signal's reason
 */
export async function spawnInContainer(
  docker: DockerCommand,
  container: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<ShellProcess> {
  signal.throwIfAborted();
  const id = randomBytes(16).toString('hex');
  const note = `/tmp/.shell-${id}`;
  const mark = `${SHELL_MARK}=${id}`;
  const inside = (script: string) => ['exec', '--interactive', container, 'sh', '-c', script, 'sh', note];
  const args = [...inside(START), 'env', mark, ...command];
  const started = spawnShellChild(docker.executable, args, { env: docker.env }, signal);
  const { child, ...streams } = await started.catch((error: Error) => {
    signal.throwIfAborted();
    throw new Error(firstLines(error.message));
  });
  let killing: Promise<void> | undefined;
  return {
    ...streams,
    kill() {
      const options = { signal: new AbortController().signal, limitMs: KILL_LIMIT_MS };
      // Where this fails, the container's end is left.
      killing ??= docker
        .call([...inside(KILL), mark], options)
        .catch(() => undefined)
        .then(() => void child.kill('SIGKILL'));
      return killing;
    },
  };
}
