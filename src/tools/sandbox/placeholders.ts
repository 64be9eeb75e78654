/**
 * Empty folders and files that are there for sandboxes only: what is at a name can be kept from being changed, a name that is
 * free cannot be kept from being taken.
 */
import { lstat, mkdir, open, rmdir, unlink } from 'node:fs/promises';

export type PlaceholderKind = 'folder' | 'file';

interface Placeholder {
  /** How many sandboxes need it. */
  users: number;
  /** Of a file. */
  readonly inode: bigint | undefined;
}

/** Of all sandboxes, by where they are. */
const placeholders = new Map<string, Placeholder>();

/** Those that one sandbox needs. */
export class Placeholders {
  readonly #held: string[] = [];

  /**
   * Makes one where nothing is.
   * @throws an error with a plain message where none can be made
   */
  async hold(place: string, kind: PlaceholderKind): Promise<void> {
    const made = await make(place, kind).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw new Error(`${place} cannot be kept from being made: ${error.message}`);
    });
    const known = placeholders.get(place);
    if (known) known.users += 1;
    else if (made) placeholders.set(place, { users: 1, inode: made.inode });
    else return;
    this.#held.push(place);
  }

  /** Removes those that no other sandbox needs, and nobody else uses by now. Never rejects. */
  async release(): Promise<void> {
    // What was made last is further down.
    for (const place of this.#held.splice(0).reverse()) await letGo(place);
  }
}

async function make(place: string, kind: PlaceholderKind): Promise<Pick<Placeholder, 'inode'>> {
  if (kind === 'folder') {
    await mkdir(place);
    return { inode: undefined };
  }
  const file = await open(place, 'wx');
  try {
    return { inode: (await file.stat({ bigint: true })).ino };
  } finally {
    await file.close();
  }
}

async function letGo(place: string): Promise<void> {
  const placeholder = placeholders.get(place);
  if (!placeholder || --placeholder.users > 0) return;
  placeholders.delete(place);
  if (placeholder.inode === undefined)
    await rmdir(place).catch(() => undefined); // it is in use by now
  else await removeEmpty(place, placeholder.inode).catch(() => undefined); // it is gone
}

async function removeEmpty(file: string, inode: bigint): Promise<void> {
  const { ino, size } = await lstat(file, { bigint: true });
  if (ino === inode && size === 0n) await unlink(file);
}
