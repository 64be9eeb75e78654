/** Folders that are there for as long as their host is, and what is left of those whose host was killed. */
import { constants, mkdtempSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { O_PATH } from './openFlags.ts';
import { isOrphaned, ownerName } from './processIdentity.ts';
import { isOwnFile } from './sandbox/sandboxUser.ts';

/**
 * Makes one that its user alone may look into. Its name tells the owner from the moment on that it is there.
 */
export async function makeTempFolder(prefix: string, tempRoot: string): Promise<string> {
  await mkdir(tempRoot, { recursive: true });
  return mkdtemp(path.join(tempRoot, `${prefix}${ownerName()}-`)); // 0700
}

/** As {@link makeTempFolder}, below a folder that is there. @throws what keeps it from being made */
export function makeTempFolderSync(prefix: string, tempRoot: string): string {
  return mkdtempSync(path.join(tempRoot, `${prefix}${ownerName()}-`));
}

/** Removes those of hosts that do not run any more. Never rejects. */
export async function removeOrphanedTempFolders(prefix: string, tempRoot: string): Promise<void> {
  for (const orphan of await orphanedTempFolders(prefix, tempRoot)) await removeTempFolder(orphan);
}

/** Those of hosts that do not run any more. Absolute. */
export async function orphanedTempFolders(prefix: string, tempRoot: string): Promise<readonly string[]> {
  const orphans: string[] = [];
  for (const name of await readdir(tempRoot).catch(() => [])) {
    if (!name.startsWith(prefix) || !isOrphaned(name.slice(prefix.length))) continue;
    const folder = path.join(tempRoot, name);
    const found = await lstat(folder).catch(() => undefined);
    if (found?.isDirectory() && isOwnFile(found)) orphans.push(folder);
  }
  return orphans;
}

/** Never rejects: what cannot be removed now is an orphan later. */
export async function removeTempFolder(folder: string): Promise<void> {
  // Again, as programs may have written for a moment after they were told to end.
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 } as const;
  await rm(folder, options)
    // Some programs make folders read-only, such as Go of what it downloads.
    .catch(() => makeWritable(folder).then(() => rm(folder, options)))
    .catch(() => undefined);
}

/** Lets the user change a folder and those below it. Links are not followed: they may lead to the user's own folders. */
async function makeWritable(folder: string): Promise<void> {
  const held = await open(folder, O_PATH | constants.O_NOFOLLOW | constants.O_DIRECTORY);
  try {
    await chmod(`/proc/self/fd/${held.fd}`, 0o700);
  } finally {
    await held.close();
  }
  // The removal that failed may go on elsewhere in it, and take a folder away here; the next one tells of what is left.
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await makeWritable(path.join(folder, entry.name)).catch(() => undefined);
}
