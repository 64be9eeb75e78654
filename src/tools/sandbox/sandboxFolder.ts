/** The folders that a sandbox has to itself, and what is in them before commands are. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeBridge } from '../../base/sandbox/bridge.ts';
import { accountFiles } from '../../base/sandbox/bubblewrap.ts';
import { makeTempFolder, removeOrphanedTempFolders, removeTempFolder } from '../../base/tempFolders.ts';

/** All absolute, outside. */
export interface SandboxFolder {
  /** All of it; only the user may look into it. */
  readonly root: string;
  readonly home: string;
  readonly temp: string;
  readonly runtime: string;
  readonly accounts: string;
  /** Holds the bridge's script and the proxy's socket; read-only inside. */
  readonly network: string;
  /** A file that must not be seen inside. */
  readonly canary: string;
}

/** The user inside, and the places of the folders. */
export const INSIDE = {
  user: 'user',
  home: '/home/user',
  temp: '/tmp',
  runtime: '/run/user/1000',
} as const;

const PREFIX = 'computer-use-chat-sandbox-';

/** Makes one below `tempRoot`, and removes those of hosts that were killed. */
export async function makeSandboxFolder(tempRoot: string): Promise<SandboxFolder> {
  await removeOrphanedTempFolders(PREFIX, tempRoot);
  const root = await makeTempFolder(PREFIX, tempRoot);
  const below = (name: string) => path.join(root, name);
  const folder: SandboxFolder = {
    root,
    home: below('home'),
    temp: below('tmp'),
    runtime: below('runtime'),
    accounts: below('accounts'),
    network: below('network'),
    canary: below('canary'),
  };
  try {
    for (const part of [folder.home, folder.temp, folder.runtime, folder.accounts, folder.network])
      await mkdir(part, { mode: 0o700 });
    for (const [name, text] of accountFiles(INSIDE.user, INSIDE.home))
      await writeFile(path.join(folder.accounts, name), text);
    await writeBridge(folder.network);
    await writeFile(folder.canary, 'not to be seen');
    await chmod(folder.canary, 0o644);
  } catch (error) {
    await removeTempFolder(root);
    throw error;
  }
  return folder;
}
