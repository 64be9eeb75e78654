/** A limit for all programs of a sandbox together: by systemd, where it runs for the user. */
import { execFile } from 'node:child_process';

/** How long systemd may take to make one, in ms. */
const LIMIT_MS = 5_000;

/**
 * What goes in front of a command. How far it holds depends on what systemd may limit for the user.
 * @param executable - of `systemd-run`, if it is there
 * @returns nothing where it cannot be had
 * @throws the signal's reason
 */
export async function memoryScope(
  executable: string | undefined,
  limits: { readonly memoryMb: number; readonly processes: number },
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (executable === undefined) return [];
  const command = [
    executable,
    ...(process.getuid?.() === 0 ? [] : ['--user']),
    ...['--scope', '--quiet', '--collect'],
    ...['-p', `MemoryMax=${limits.memoryMb}M`, '-p', 'MemorySwapMax=0', '-p', `TasksMax=${limits.processes}`],
    '--',
  ];
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const options = { timeout: LIMIT_MS, killSignal: 'SIGKILL', env, signal } as const;
  execFile(executable, [...command.slice(1), 'true'], options, (error) => resolve(error === null));
  const works = await promise;
  signal.throwIfAborted();
  return works ? command : [];
}

/** Of the host's environment, what `systemd-run` needs to find the user's systemd. */
export function scopeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { XDG_RUNTIME_DIR, DBUS_SESSION_BUS_ADDRESS } = env;
  return {
    PATH: '/usr/bin:/bin',
    ...(XDG_RUNTIME_DIR && { XDG_RUNTIME_DIR }),
    ...(DBUS_SESSION_BUS_ADDRESS && { DBUS_SESSION_BUS_ADDRESS }),
  };
}
