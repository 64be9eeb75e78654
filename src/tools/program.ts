/** Programs of this machine that a shell place starts. */
import { randomBytes } from 'node:crypto';
import { endMarked, killTree } from '../base/markedProcesses.ts';
import { isOrphaned, ownerName } from '../base/processIdentity.ts';
import { spawnShellChild } from '../base/shellChild.ts';
import { SHELL_MARK, type ShellProcess } from '../base/shellPlace.ts';

export interface ProgramSurroundings {
  /** Absolute. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whom it runs as; the host's user by default. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
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

/**
 * Starts a program as the leader of a process group, with a mark by which what leaves that is found.
 * @throws what keeps it from starting; the signal's reason
 */
export async function startProgram(
  [file = '', ...args]: readonly string[],
  { cwd, env, user }: ProgramSurroundings,
  signal: AbortSignal,
): Promise<ShellProcess> {
  signal.throwIfAborted();
  await endOrphans();
  const value = `${ownerName()}-${randomBytes(16).toString('hex')}`;
  const options = { cwd, env: { ...env, [SHELL_MARK]: value }, detached: true, ...user };
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
