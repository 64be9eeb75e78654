/** Programs in the sandbox of a virtual desktop, with their input and output: by two pipes with names in the shared folder. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { type ByteSource, pipeSource } from '../../../base/byteSource.ts';
import { untilAborted } from '../../../base/delay.ts';
import { END_MARKED } from '../../../base/markedProcesses.ts';
import { O_PATH } from '../../../base/openFlags.ts';
import { SHELL_MARK, type ShellProcess } from '../../../base/shellPlace.ts';
import { INSIDE } from './sandbox.ts';
import type { VirtualDesktop } from './virtual.ts';

/** Takes the pipes' names away once both are open, and becomes the program. */
const START = 'exec <"$1" >"$2" || exit 1; rm -f -- "$1" "$2"; shift 2; exec "$@"';

/**
 * Starts `command` as the leader of a process group.
 * @param shared - the folder that host and sandbox share, as the host has it
 * @throws an error with a plain message; the signal's reason
 */
export async function spawnInSandbox(
  desktop: Pick<VirtualDesktop, 'spawn'>,
  shared: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<ShellProcess> {
  signal.throwIfAborted();
  const id = randomBytes(16).toString('hex');
  const names = [`${id}.in`, `${id}.out`] as const;
  const inside = names.map((name) => `${INSIDE.shared}/${name}`);
  const made = await untilAborted(desktop.spawn('mkfifo', ['-m', '600', ...inside]).ended, signal);
  if (made.status !== 0) throw new Error(`Pipes could not be made: ${made.output.trim()}`);
  const [input, output] = openBoth(shared, names);
  const silent = { maxOutputBytes: 0 };
  const words = ['-c', START, 'sh', ...inside, 'env', `${SHELL_MARK}=${id}`, ...command];
  const program = desktop.spawn('sh', words, silent);
  return {
    input,
    output,
    ended: program.ended.then(() => undefined),
    async kill() {
      program.kill();
      await desktop.spawn('sh', ['-c', END_MARKED, 'sh', `${SHELL_MARK}=${id}`], silent).ended;
    },
  };
}

function openBoth(folder: string, [first, second]: readonly [string, string]): [Socket, ByteSource] {
  const input = openPipe(path.join(folder, first));
  try {
    const output = pipeSource(openPipe(path.join(folder, second)));
    const socket = new Socket({ fd: input, readable: false, writable: true });
    socket.on('error', () => undefined); // the program's end tells
    return [socket, output];
  } catch (error) {
    closeSync(input);
    throw error;
  }
}

/**
 * Programs in the sandbox may put a link in its place to some file of the user's. So what is there is held first, and looked
 * at, and then opened: that very file. For both ways, as that waits for nobody at the other end.
 */
function openPipe(file: string): number {
  const held = openSync(file, O_PATH | constants.O_NOFOLLOW);
  try {
    if (!fstatSync(held).isFIFO()) throw new Error('There is no pipe in its place.');
    return openSync(`/proc/self/fd/${held}`, constants.O_RDWR | constants.O_NONBLOCK);
  } finally {
    closeSync(held);
  }
}
