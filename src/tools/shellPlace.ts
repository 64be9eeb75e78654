/** Commands on the machine of the extension host, as the user who runs it. Nothing keeps them from what is the user's. */
import { randomBytes } from 'node:crypto';
import { endMarked, killTree } from '../base/markedProcesses.ts';
import { isOrphaned, ownerName } from '../base/processIdentity.ts';
import { spawnShellChild } from '../base/shellChild.ts';
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

let endingOrphans: Promise<void> | undefined;

/** Ends, once, what hosts that were killed have left running. */
function endOrphans(): Promise<void> {
  const prefix = `${SHELL_MARK}=`;
  endingOrphans ??= endMarked(
    (variable) => variable.startsWith(prefix) && isOrphaned(variable.slice(prefix.length)),
  );
  return endingOrphans;
}

/** The program is the leader of a process group, and has a mark by which what leaves that is found. */
async function start(
  [file = '', ...args]: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ShellProcess> {
  signal.throwIfAborted();
  await endOrphans();
  const value = `${ownerName()}-${randomBytes(16).toString('hex')}`;
  const options = { cwd, env: { ...env, [SHELL_MARK]: value }, detached: true };
  const { child, ...streams } = await spawnShellChild(file, args, options, signal);
  return {
    ...streams,
    kill() {
      const isThere = child.exitCode === null && child.signalCode === null;
      if (child.pid !== undefined) killTree(child.pid, isThere);
      return endMarked((variable) => variable === `${SHELL_MARK}=${value}`);
    },
  };
}
