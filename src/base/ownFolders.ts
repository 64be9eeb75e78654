/** Temporary folders of this process, and those that a killed one has left. */
import { mkdtempSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isOrphaned, ownerName } from './processIdentity.ts';

const PREFIX = 'computer-use-chat-';
const NAME = new RegExp(`^${PREFIX}(?:output|pipe)-(.+)$`);

/** What such a folder holds: the files of long outputs, or a pipe. */
export type OwnFolderKind = 'output' | 'pipe';

/** Where it was looked for what others have left. */
const looked = new Set<string>();

/** Makes one below `root` that only its user may enter (mkdtemp(3)); the first also removes what killed processes left there. */
export function makeOwnFolder(root: string, kind: OwnFolderKind): string {
  if (!looked.has(root)) {
    looked.add(root);
    void removeOrphanedFolders(root);
  }
  return mkdtempSync(path.join(root, `${PREFIX}${kind}-${ownerName()}-`));
}

/** Never rejects: what cannot be removed now is tried again by a later process. */
async function removeOrphanedFolders(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const owner = NAME.exec(name)?.[1];
    if (owner === undefined || !isOrphaned(owner)) continue;
    const folder = path.join(root, name);
    const found = await lstat(folder).catch(() => undefined);
    if (!found?.isDirectory() || found.uid !== process.getuid?.()) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
