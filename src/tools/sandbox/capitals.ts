import { lstat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Refuses a folder on a file system that takes `.NPMRC` for `.npmrc`, such as a Windows drive in WSL: there a file may be
 * reached by a spelling that no mount is at.
 * @param name - of something in it, with small letters
 * @param look - for other file systems than that of this machine
 * @throws an error with a plain message
 */
export async function refuseFolded(
  folder: string,
  name: string,
  look: (file: string) => Promise<{ readonly dev: number; readonly ino: number }> = lstat,
): Promise<void> {
  const [one, other] = await Promise.all(
    [name, name.toUpperCase()].map((each) => look(path.join(folder, each)).catch(() => undefined)),
  );
  if (!one || !other || one.dev !== other.dev || one.ino !== other.ino) return;
  throw new Error(
    `The file system of ${folder} does not tell small letters from capitals, so that what commands must not change there can be ` +
      'reached by another name. Let commands only read the workspace (setting computerUseChat.tools.workspaceAccess), or move it.',
  );
}
