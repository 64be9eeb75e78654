/** Commands on the machine of the extension host, as the user who runs it. Nothing keeps them from what is the user's. */
import { spawn } from 'node:child_process';
import type { ShellPlace, ShellProcess } from '../base/shellPlace.ts';

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
    ...(confirm && { confirm }),
    spawn: (command, signal) => start(command, folder, withoutSecrets(env), signal),
  };
}

function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !WITHHELD.test(name)));
}

async function start(
  [program = '/bin/sh', ...args]: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ShellProcess> {
  signal.throwIfAborted();
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  child.once('spawn', started.resolve);
  child.once('error', (error) => {
    started.reject(error);
    ended.resolve();
  });
  child.once('exit', () => ended.resolve());
  child.stdin.on('error', () => undefined); // it has ended, which `ended` tells
  await started.promise;
  return {
    input: child.stdin,
    output: child.stdout,
    ended: ended.promise,
    kill: () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nobody is left in the group.
      }
    },
  };
}
