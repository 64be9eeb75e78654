/** The environment of commands in a sandbox: a list of what is passed, as the rest holds keys, sockets and tokens. */
import path from 'node:path';
import { SYSTEM } from '../../base/sandbox/bubblewrap.ts';
import { SYSTEM_FOLDERS } from '../../base/systemPrograms.ts';

/** Language and time zone. */
const PASSED = /^(LANG|LANGUAGE|LC_[A-Z]+|TZ)$/;

export interface InsidePlaces {
  readonly user: string;
  readonly home: string;
  readonly temp: string;
}

/** @param visible - folders inside, absolute, whose programs may be on the PATH as they are on the user's */
export function sandboxEnvironment(
  places: InsidePlaces,
  visible: readonly string[],
  hostEnv: NodeJS.ProcessEnv,
): Record<string, string> {
  const passed = Object.entries(hostEnv).filter(([name]) => PASSED.test(name));
  const isVisible = (folder: string) =>
    path.isAbsolute(folder) &&
    [...SYSTEM, ...visible].some((root) => folder === root || folder.startsWith(`${root}/`));
  const own = (hostEnv.PATH ?? '').split(path.delimiter).filter(isVisible);
  return {
    LANG: 'C.UTF-8',
    ...(Object.fromEntries(passed) as Record<string, string>),
    PATH: [...new Set([...own, ...SYSTEM_FOLDERS])].join(':'),
    HOME: places.home,
    USER: places.user,
    LOGNAME: places.user,
    SHELL: '/bin/sh',
    TMPDIR: places.temp,
    // The repository is read-only: looking at it is no reason to write to its index.
    GIT_OPTIONAL_LOCKS: '0',
  };
}
