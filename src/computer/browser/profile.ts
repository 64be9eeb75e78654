/**
 * Named profiles: folders in which a browser keeps cookies and logins from one session to the next. They are ours alone,
 * below a folder of our own; one session at a time has each.
 */
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { isRunning } from '../../base/processes.ts';

export interface NamedProfile {
  /** What the user calls it. */
  readonly name: string;
  /** Below which profiles are kept. Absolute. */
  readonly root: string;
}

/** A profile's folder, for as long as it is held. */
export interface HeldProfile {
  readonly folder: string;
  /** Lets others have it. Never rejects. */
  release(): Promise<void>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 _-]{0,49}$/;

/** A lock is renewed this often while it is held, and free when it has not been for several times that. */
const RENEW_MS = 5_000;
const STALE_MS = 30_000;

/** Locks of this process: another one's may have had the same id before a restart. */
const heldHere = new Set<string>();

/** Whether a profile may have this name: nothing that leads elsewhere on a disk. */
export function isProfileName(name: string): boolean {
  return NAME.test(name) && name.trim() === name;
}

/**
 * Takes the profile for one browser. Each kind of browser has a folder of its own in it: they do not read each other's.
 * @param browserName - such as `Chromium`
 * @returns undefined while another session has it
 * @throws when the folder cannot be made, or the name is none
 */
export async function holdProfile(
  profile: NamedProfile,
  browserName: string,
): Promise<HeldProfile | undefined> {
  if (!isProfileName(profile.name)) throw new Error('This is not a name for a browser profile.');
  // The prefix keeps off names that mean a device on Windows; a disk that folds case must not have one profile twice.
  const folder = path.join(profile.root, `profile-${profile.name.toLowerCase()}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = path.join(folder, 'lock');
  if (heldHere.has(lock)) return undefined;
  heldHere.add(lock);
  try {
    if (!(await take(lock))) {
      heldHere.delete(lock);
      return undefined;
    }
  } catch (error) {
    heldHere.delete(lock);
    throw error;
  }
  // A lock that cannot be renewed is seen as free by others, whose browser the profile's own lock then stops.
  const renewing = setInterval(() => void renew(lock).catch(() => undefined), RENEW_MS);
  renewing.unref();
  return {
    folder: path.join(folder, browserName.toLowerCase().replace(/[^a-z0-9]+/g, '-')),
    async release() {
      clearInterval(renewing);
      await rm(lock, { force: true }).catch(() => undefined);
      heldHere.delete(lock);
    },
  };
}

async function take(lock: string): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(lock, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!(await isAbandoned(lock))) return false;
    await rm(lock, { force: true });
  }
  return false;
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const [{ mtimeMs }, owner] = await Promise.all([stat(lock), readFile(lock, 'utf8')]);
    if (Date.now() - mtimeMs > STALE_MS) return true;
    const id = Number(owner);
    // Empty while its owner is writing it.
    return owner !== '' && (id === process.pid || !isRunning(id));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

async function renew(lock: string): Promise<void> {
  const now = new Date();
  await utimes(lock, now, now);
}
