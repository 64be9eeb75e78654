/** Commands on the machine of the extension host, as the user who runs it. Nothing keeps them from what is the user's. */
import type { ShellPlace } from '../base/shellPlace.ts';
import { startProgram } from './program.ts';

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
    isolation: 'none',
    description: `the person's own machine, in ${folder}; the person is asked before each command`,
    seesFiles: true,
    ...(confirm && { confirm }),
    spawn: (command, signal) => startProgram(command, { cwd: folder, env: withoutSecrets(env) }, signal),
  };
}

function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !WITHHELD.test(name)));
}
