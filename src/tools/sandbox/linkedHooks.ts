/** Hooks that are links: people keep them with the code, and lead `.git/hooks`, or one hook in it, there. */
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

export interface LinkedHook {
  /** What is led to, absolute; it may not be there. */
  readonly file: string;
  readonly kind: 'folder' | 'file';
}

/** What a folder of hooks leads to: by links of its own, or by being one. @param hooks - absolute; it may not be there */
export async function linkedHooks(hooks: string): Promise<LinkedHook[]> {
  const folder = await targetOf(hooks);
  const entries = await readdir(hooks, { withFileTypes: true }).catch(() => []);
  const links = entries.filter((entry) => entry.isSymbolicLink());
  const files = await Promise.all(links.map(({ name }) => targetOf(path.join(hooks, name))));
  return [
    ...(folder === undefined ? [] : [{ file: folder, kind: 'folder' as const }]),
    ...files.flatMap((file) => (file === undefined ? [] : [{ file, kind: 'file' as const }])),
  ];
}

async function targetOf(link: string): Promise<string | undefined> {
  if (!(await lstat(link).catch(() => undefined))?.isSymbolicLink()) return undefined;
  return realpath(link).catch(async () => path.resolve(path.dirname(link), await readlink(link)));
}
