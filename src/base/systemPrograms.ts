/** Where programs of the system are. A folder in the user's home or the opened workspace is not among these. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Looked through in this order; the PATH of a desktop's programs. */
export const SYSTEM_FOLDERS: readonly string[] = [
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
  '/usr/games',
  '/opt/TigerVNC/bin',
  '/run/current-system/sw/bin', // NixOS
];

/** Finds the first of `names` that is installed. */
export type FindProgram = (...names: readonly string[]) => string | undefined;

/** A search in `folders`, in which earlier names win over earlier folders. */
export function programFinder(folders: readonly string[] = SYSTEM_FOLDERS): FindProgram {
  return (...names) => {
    for (const name of names)
      for (const folder of folders) {
        const file = path.posix.join(folder, name);
        if (existsSync(file)) return file;
      }
    return undefined;
  };
}
