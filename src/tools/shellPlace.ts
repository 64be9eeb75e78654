/** Commands on the machine of the extension host, as the user who runs it. Nothing keeps them from what is the user's. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ByteSource, pipeSource } from '../base/byteSource.ts';
import { endMarked, killTree } from '../base/markedProcesses.ts';
import { makeOwnFolder } from '../base/ownFolders.ts';
import { isOrphaned, ownerName } from '../base/processIdentity.ts';
import { SHELL_MARK, type ShellPlace, type ShellProcess } from '../base/shellPlace.ts';

export interface ThisMachineOptions {
  /** Where commands begin, absolute. */
  readonly folder: string;
  readonly confirm?: NonNullable<ShellPlace['confirm']>;
  readonly env?: NodeJS.ProcessEnv;
}

/** Variables by which a program would reach the editor itself, or keys that are there for this extension. */
const WITHHELD = /^(VSCODE_|ELECTRON_|ANTHROPIC_)/;

/** @returns undefined on Windows, which has no such shell */
export function thisMachine(
  { folder, confirm, env = process.env }: ThisMachineOptions,
  platform = process.platform,
): ShellPlace | undefined {
  if (platform === 'win32') return undefined;
  return {
    description: `the person's own machine, in ${folder}; the person is asked before each command`,
    seesFiles: true,
    ...(confirm && { confirm }),
    spawn: (command, signal) => start(command, folder, withoutSecrets(env), signal),
  };
}

function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !WITHHELD.test(name)));
}

/** Becomes the program, with its output in the pipe, whose name and folder go. */
const START = 'exec >"$1" || exit 1; rm -f -- "$1"; rmdir -- "$(dirname -- "$1")"; shift; exec "$@"';

let endingOrphans: Promise<void> | undefined;

/** Ends, once, what hosts that were killed have left running. */
function endOrphans(): Promise<void> {
  const prefix = `${SHELL_MARK}=`;
  endingOrphans ??= endMarked(
    (variable) => variable.startsWith(prefix) && isOrphaned(variable.slice(prefix.length)),
  );
  return endingOrphans;
}

/** The output goes through a pipe with a name, as it can be read into one buffer, other than what Node makes. */
async function start(
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ShellProcess> {
  signal.throwIfAborted();
  await endOrphans();
  const pipe = path.join(makeOwnFolder(os.tmpdir(), 'pipe'), 'output');
  const remove = () => rm(path.dirname(pipe), { recursive: true, force: true });
  try {
    await promisify(execFile)('mkfifo', ['-m', '600', pipe], { signal });
    // For both ways, as that waits for nobody at the other end.
    const output = pipeSource(openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK));
    const process = await run([pipe, ...command], output, cwd, env);
    // One that is killed at once has not come to it.
    void process.ended.then(remove).catch(() => undefined);
    return process;
  } catch (error) {
    await remove();
    signal.throwIfAborted();
    throw error;
  }
}

async function run(
  words: readonly string[],
  output: ByteSource,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<ShellProcess> {
  const args = ['-c', START, 'sh', ...words];
  const value = `${ownerName()}-${randomBytes(16).toString('hex')}`;
  const child = spawn('/bin/sh', args, {
    cwd,
    env: { ...env, [SHELL_MARK]: value },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  child.once('spawn', started.resolve);
  child.once('error', (error) => {
    started.reject(error);
    ended.resolve();
  });
  child.once('exit', () => ended.resolve());
  child.stdin.on('error', () => undefined); // it has ended, which `ended` tells
  await started.promise.catch((error) => {
    output.destroy();
    throw error;
  });
  return {
    input: child.stdin,
    output,
    ended: ended.promise,
    kill() {
      const isThere = child.exitCode === null && child.signalCode === null;
      if (child.pid !== undefined) killTree(child.pid, isThere);
      return endMarked((variable) => variable === `${SHELL_MARK}=${value}`);
    },
  };
}
