/** The folder of a virtual desktop, and what is left of desktops whose host was killed. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { endMarked } from '../../../base/markedProcesses.ts';
import { accountFiles } from '../../../base/sandbox/bubblewrap.ts';
import { makeTempFolder, orphanedTempFolders, removeTempFolder } from '../../../base/tempFolders.ts';
import { INSIDE, type SandboxFolders } from './sandbox.ts';
import { MARK_VARIABLE, SUPERVISOR } from './virtualScript.ts';

const PREFIX = 'computer-use-chat-desktop-';

const DISPLAY_FILE = 'display';

export interface DesktopFolder extends SandboxFolders {
  /** All of it. Absolute, only the user may look into it. */
  readonly root: string;
  /** The value of {@link MARK_VARIABLE}; no other desktop has it. */
  readonly id: string;
}

/** Makes one below `tempRoot`. */
export async function makeDesktopFolder(tempRoot: string): Promise<DesktopFolder> {
  const root = await makeTempFolder(PREFIX, tempRoot);
  const below = (name: string) => path.join(root, name);
  const folder: DesktopFolder = {
    root,
    id: path.basename(root),
    home: below('home'),
    temp: below('tmp'),
    runtime: below('runtime'),
    shared: below('shared'),
    accounts: below('accounts'),
    script: below('supervisor.sh'),
    network: below('network'),
  };
  try {
    const { home, temp, runtime, shared, accounts, network } = folder;
    for (const part of [home, temp, runtime, shared, accounts, network]) await mkdir(part, { mode: 0o700 });
    for (const [name, text] of accountFiles('desktop', INSIDE.home))
      await writeFile(path.join(accounts, name), text);
    await writeFile(folder.script, SUPERVISOR);
  } catch (error) {
    await removeDesktopFolder(folder);
    throw error;
  }
  return folder;
}

/** Never rejects: what cannot be removed now is tried again by a later start. */
export async function removeDesktopFolder({ root }: Pick<DesktopFolder, 'root'>): Promise<void> {
  await removeTempFolder(root);
}

/**
 * Ends the processes and removes the folders of desktops whose host does not run any more. A process counts as a desktop's
 * only by the mark in its environment: ids are used again, marks are not.
 */
export async function removeOrphanedDesktops(tempRoot: string): Promise<void> {
  for (const root of await orphanedTempFolders(PREFIX, tempRoot)) {
    await endDesktopProcesses({ root, id: path.basename(root) });
    await removeDesktopFolder({ root });
  }
}

/** Notes the X display of a desktop without a sandbox, whose socket is where all users' are. */
export async function noteDisplay({ root }: DesktopFolder, display: number): Promise<void> {
  await writeFile(path.join(root, DISPLAY_FILE), String(display));
}

/** Ends what has the mark of this desktop by force, and removes the socket that an X server so ended has left. */
export async function endDesktopProcesses({ root, id }: Pick<DesktopFolder, 'root' | 'id'>): Promise<void> {
  const marks = [`${MARK_VARIABLE}=${id}`, `${MARK_VARIABLE}=${id}-program`];
  await endMarked((variable) => marks.includes(variable));
  const display = await readFile(path.join(root, DISPLAY_FILE), 'utf8').catch(() => '');
  if (/^\d{1,5}$/.test(display)) await removeDeadSocket(`/tmp/.X11-unix/X${display}`);
}

/** Another server may have taken the display meanwhile: a socket that is listened to is left alone. */
async function removeDeadSocket(file: string): Promise<void> {
  const sockets = await readFile('/proc/net/unix', 'utf8').catch(() => undefined);
  if (sockets === undefined || sockets.split('\n').some((line) => line.endsWith(` ${file}`))) return;
  await rm(file, { force: true }).catch(() => undefined); // another user's, which is not ours to remove
}
