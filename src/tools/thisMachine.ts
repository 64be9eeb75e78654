/** Commands on the machine of the extension host, as the user who runs it. Nothing keeps them from what is the user's. */
import { childEnvironment } from '../base/childEnvironment.ts';
import type { ShellPlace } from '../base/shellPlace.ts';
import { startProgram } from './program.ts';

export interface ThisMachineOptions {
  /** Where commands begin, absolute. */
  readonly folder: string;
  readonly confirm?: NonNullable<ShellPlace['confirm']>;
  readonly env?: NodeJS.ProcessEnv;
}

/** @returns undefined on Windows, which has no such shell */
export function thisMachine(
  { folder, confirm, env = process.env }: ThisMachineOptions,
  platform = process.platform,
): ShellPlace | undefined {
  if (platform === 'win32') return undefined;
  return {
    isolation: 'none',
    description: `the person's own machine, in ${folder}; the person is asked before each command`,
    seesFiles: true,
    ...(confirm && { confirm }),
    spawn: (command, signal) => startProgram(command, { cwd: folder, env: childEnvironment(env) }, signal),
  };
}
