/** The folder of a virtual desktop, and what is left of desktops whose host was killed. */
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isStillRunning, ownIdentity } from './processIdentity.ts';
import { accountFiles, type SandboxFolders } from './sandbox.ts';
import { MARK_VARIABLE } from './virtualScript.ts';

/** Its name tells the owner from the moment on that it is there: the process id, when that process started, anything. */
const PREFIX = 'computer-use-chat-desktop-';
const NAME = new RegExp(`^${PREFIX}(\\d+)-(\\d+)-\\w+$`);

export interface DesktopFolder extends SandboxFolders {
  /** All of it. Absolute, only the user may look into it. */
  readonly root: string;
  /** The value of {@link MARK_VARIABLE}; no other desktop has it. */
  readonly id: string;
}

/** Makes one below `tempRoot`. */
export async function makeDesktopFolder(tempRoot: string): Promise<DesktopFolder> {
  const { processId, startTicks } = ownIdentity();
  await mkdir(tempRoot, { recursive: true });
  // mkdtemp makes it for its user alone (0700).
  const root = await mkdtemp(path.join(tempRoot, `${PREFIX}${processId}-${startTicks}-`));
  const below = (name: string) => path.join(root, name);
  const folder: DesktopFolder = {
    root,
    id: path.basename(root),
    home: below('home'),
    temp: below('tmp'),
    runtime: below('runtime'),
    shared: below('shared'),
    accounts: below('accounts'),
  };
  try {
    for (const part of [folder.home, folder.temp, folder.runtime, folder.shared, folder.accounts])
      await mkdir(part, { mode: 0o700 });
    for (const [name, text] of accountFiles()) await writeFile(path.join(folder.accounts, name), text);
  } catch (error) {
    await removeDesktopFolder(folder);
    throw error;
  }
  return folder;
}

/** Never rejects: what cannot be removed now is tried again by a later start. */
export async function removeDesktopFolder({ root }: Pick<DesktopFolder, 'root'>): Promise<void> {
  // Again, as programs may have written for a moment after they were told to end.
  await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }).catch(() => undefined);
}

/**
 * Ends the processes and removes the folders of desktops whose host does not run any more. A process counts as a desktop's
 * only by the mark in its environment: ids are used again, marks are not.
 */
export async function removeOrphanedDesktops(tempRoot: string): Promise<void> {
  for (const id of await readdir(tempRoot).catch(() => [])) {
    const match = NAME.exec(id);
    if (match === null || isStillRunning({ processId: Number(match[1]), startTicks: Number(match[2]) }))
      continue;
    const root = path.join(tempRoot, id);
    const found = await lstat(root).catch(() => undefined);
    if (!found?.isDirectory() || found.uid !== process.getuid?.()) continue;
    await endDesktopProcesses(id);
    await removeDesktopFolder({ root });
  }
}

/** Ends what has the mark of this desktop by force, and removes what X servers so ended have left. */
export async function endDesktopProcesses(id: string): Promise<void> {
  const ended = new Set<number>();
  // Again until nothing is found: one that forks may be ahead by a process.
  for (let round = 0; round < 10; round++) {
    const marked = await markedProcesses(id);
    if (marked.length === 0) break;
    for (const processId of marked) {
      ended.add(processId);
      try {
        process.kill(processId, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }
  await removeLeftSockets(ended);
}

async function markedProcesses(id: string): Promise<number[]> {
  const marks = [`${MARK_VARIABLE}=${id}`, `${MARK_VARIABLE}=${id}-program`];
  const found: number[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    // Another user's cannot be read, and one that has just ended has none.
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const variables = environment.split('\0');
    if (marks.some((mark) => variables.includes(mark))) found.push(Number(name));
  }
  return found;
}

/** Removes locks and sockets that X servers without a sandbox left when they were ended by force. */
async function removeLeftSockets(ended: ReadonlySet<number>): Promise<void> {
  if (ended.size === 0) return;
  for (const name of await readdir('/tmp').catch(() => [])) {
    const display = /^\.X(\d+)-lock$/.exec(name)?.[1];
    if (display === undefined) continue;
    const owner = Number(await readFile(`/tmp/${name}`, 'utf8').catch(() => ''));
    if (!ended.has(owner)) continue;
    await rm(`/tmp/.X11-unix/X${display}`, { force: true }).catch(() => undefined);
    await rm(`/tmp/${name}`, { force: true }).catch(() => undefined);
  }
}
