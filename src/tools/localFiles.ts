/** The files of this machine that are below some folders. */
import { randomBytes } from 'node:crypto';
import { type BigIntStats, constants, type Dirent } from 'node:fs';
import {
  access,
  type FileHandle,
  lstat,
  mkdir,
  open,
  opendir,
  readlink,
  realpath,
  rename,
  unlink,
} from 'node:fs/promises';
import path from 'node:path';
import { visibleName } from '../protocol/visibleText.ts';
import { MAX_ENTRIES, MAX_FILE_BYTES } from './fileLimits.ts';
import {
  type FilePlace,
  FileRefusedError,
  type Found,
  type FoundFile,
  type ListedEntry,
  type Listing,
  type Target,
} from './filePlace.ts';
import { changed, codeOf, exists, notAFile, tooLarge, translated } from './fileRefusals.ts';
import { decidesWhatRuns } from './runnableFiles.ts';

const LISTED_LEVELS = 2;

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = constants;
// Windows has none of these; there the check after opening stands alone.
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const O_NONBLOCK = constants.O_NONBLOCK ?? 0;
const O_DIRECTORY = constants.O_DIRECTORY ?? 0;

/**
 * @param folders - absolute, asked for with each call; a whole disk is none
 */
export function localFiles(folders: () => readonly string[]): FilePlace {
  return new LocalFiles(folders);
}

class LocalFiles implements FilePlace {
  readonly #folders: () => readonly string[];

  constructor(folders: () => readonly string[]) {
    this.#folders = folders;
  }

  get roots(): readonly string[] {
    return this.#folders().filter(
      (folder) => path.isAbsolute(folder) && path.parse(folder).root !== path.resolve(folder),
    );
  }

  async find(file: string, signal?: AbortSignal): Promise<Found> {
    return translated(file, async () => {
      const real = await this.#resolve(file);
      await using opened = await openInPlace(real, O_RDONLY);
      signal?.throwIfAborted();
      const stats = await opened.stat({ bigint: true });
      if (stats.isDirectory()) return { kind: 'folder', path: real };
      return foundFile(real, stats, await readBounded(opened, file));
    });
  }

  async list(folder: string, signal?: AbortSignal): Promise<Listing> {
    return translated(folder, async () => {
      const real = await this.#resolve(folder);
      await using opened = await openInPlace(real, O_RDONLY | O_DIRECTORY);
      const entries: ListedEntry[] = [];
      const isCut = await listInto(entries, { opened, real, prefix: '', levels: LISTED_LEVELS }, signal);
      return { entries, isCut };
    });
  }

  async target(file: string): Promise<Target> {
    return translated(file, async () => {
      const { root, base, missing } = await this.#target(file);
      const real = path.join(base, ...missing);
      return { path: real, decidesWhatRuns: decidesWhatRuns(path.relative(root, real)) };
    });
  }

  async create(target: Target, bytes: Uint8Array, signal?: AbortSignal): Promise<FoundFile> {
    const file = target.path;
    return translated(file, async () => {
      const { base, missing } = await this.#target(file);
      const [name, ...above] = missing.toReversed();
      if (name === undefined) throw exists(file);
      // A link came into its way, so it would not be the place that was looked at.
      if (path.join(base, ...missing) !== file) throw changed(file);
      signal?.throwIfAborted();
      const { folder, real } = await makeFolders(base, above.toReversed());
      await using _folder = folder;
      return await writeNew({ folder, real }, name, bytes);
    });
  }

  async replace(file: FoundFile, bytes: Uint8Array, signal?: AbortSignal): Promise<FoundFile> {
    return translated(file.path, async () => {
      const real = await this.#resolve(file.path);
      if (real !== file.path) throw changed(file.path);
      const parent = path.dirname(real);
      await using folder = await openInPlace(parent, O_RDONLY | O_DIRECTORY);
      signal?.throwIfAborted();
      return await writeOver({ folder, real: parent }, file, bytes);
    });
  }

  /** @returns `file` without links, in one of the folders */
  async #resolve(file: string): Promise<string> {
    const roots = await this.#realRoots(file);
    const real = await realpath(file);
    if (!roots.some((root) => isWithin(root, real))) throw this.#outside(file);
    return real;
  }

  /** Where a file may be written: the part of its path that is there, without links, and what is not there of it. */
  async #target(file: string): Promise<{
    readonly root: string;
    readonly base: string;
    readonly missing: readonly string[];
  }> {
    const roots = await this.#realRoots(file);
    const missing: string[] = [];
    let base = path.resolve(file);
    let real = await realpathIfAny(base);
    while (real === undefined && path.dirname(base) !== base) {
      missing.unshift(path.basename(base));
      base = path.dirname(base);
      real = await realpathIfAny(base);
    }
    const root = real === undefined ? undefined : roots.find((each) => isWithin(each, real));
    if (real === undefined || root === undefined) throw this.#outside(file);
    return { root, base: real, missing };
  }

  /** The folders without links. Refuses what is outside by its name alone, so that nothing is told of it. */
  async #realRoots(file: string): Promise<readonly string[]> {
    if (!path.isAbsolute(file)) {
      const [first] = this.roots;
      const hint = first === undefined ? '' : ` Maybe you meant ${visibleName(path.join(first, file))}?`;
      throw new FileRefusedError(
        'not-absolute',
        `The path ${visibleName(file)} is not an absolute path.${hint}`,
      );
    }
    if (file.includes('\0') || file.split(/[\\/]/).includes('..')) throw this.#outside(file);
    const roots = this.roots;
    const real = await Promise.all(roots.map(realpathIfAny));
    const known = real.filter((root) => root !== undefined);
    if (![...roots, ...known].some((root) => isWithin(root, file))) throw this.#outside(file);
    return known;
  }

  #outside(file: string): FileRefusedError {
    const where = this.roots.map(visibleName).join(', ') || 'none, as no folder is open';
    return new FileRefusedError(
      'outside',
      `${visibleName(file)} is outside of the folders whose files may be used (${where}), or leads out of them by '..' or a link.`,
    );
  }
}

interface OpenFolder {
  readonly folder: FileHandle;
  /** Where it was when it was opened, without links. */
  readonly real: string;
}

/**
 * Opens a file or folder that is at `real`, and nothing else: what was opened is asked where it is, as another program
 * may have put a link in the place of any part of the path meanwhile.
 *
 * @param through - another path to the same, if that is surer
 */
async function openInPlace(real: string, flags: number, through = real): Promise<FileHandle> {
  // Opening a pipe would wait, and opening a device may do something.
  const before = await lstat(through);
  if (!before.isFile() && !before.isDirectory()) throw notAFile(real, before.isSymbolicLink());
  const handle = await open(through, flags | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile() && !stats.isDirectory()) throw notAFile(real, false);
    if (!(await isAt(handle, stats, real))) throw changed(real);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function isAt(handle: FileHandle, stats: BigIntStats, real: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const where = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
    if (where !== undefined) return where === real;
  }
  if ((await realpath(real)) !== real) return false;
  const named = await lstat(real, { bigint: true });
  return named.dev === stats.dev && named.ino === stats.ino;
}

/** What is called `name` in an open folder; on Linux in that very folder, wherever its path leads by now. */
function inFolder({ folder, real }: OpenFolder, name = ''): string {
  return path.join(process.platform === 'linux' ? `/proc/self/fd/${folder.fd}` : real, name);
}

/** @returns whether there is more than was listed */
async function listInto(
  entries: ListedEntry[],
  of: {
    readonly opened: FileHandle;
    readonly real: string;
    readonly prefix: string;
    readonly levels: number;
  },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const here: OpenFolder = { folder: of.opened, real: of.real };
  const found: Dirent[] = [];
  let isCut = false;
  for await (const entry of await opendir(inFolder(here, '.'))) {
    signal?.throwIfAborted();
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    isCut = found.length === MAX_ENTRIES;
    if (isCut) break;
    found.push(entry);
  }
  for (const entry of found.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entries.length >= MAX_ENTRIES) return true;
    const listed = { path: of.prefix + entry.name, kind: kindOf(entry) };
    entries.push(listed);
    if (listed.kind !== 'folder' || of.levels === 1) continue;
    const real = path.join(of.real, entry.name);
    // One that went, or may not be read, is listed without what is in it.
    const opened = await openInPlace(real, O_RDONLY | O_DIRECTORY, inFolder(here, entry.name)).catch(
      () => undefined,
    );
    if (!opened) continue;
    await using inner = opened;
    const next = { opened: inner, real, prefix: `${listed.path}/`, levels: of.levels - 1 };
    isCut = (await listInto(entries, next, signal)) || isCut;
  }
  return isCut;
}

function kindOf(entry: Dirent): ListedEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

async function readBounded(handle: FileHandle, file: string): Promise<Uint8Array> {
  const { size } = await handle.stat();
  if (size > MAX_FILE_BYTES) throw tooLarge(file);
  // One byte more than it should have tells of one that grew.
  const buffer = Buffer.alloc(size + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length > size) throw changed(file);
  return buffer.subarray(0, length);
}

/** @returns the innermost folder, open */
async function makeFolders(base: string, names: readonly string[]): Promise<OpenFolder> {
  let real = base;
  let folder = await openInPlace(base, O_RDONLY | O_DIRECTORY);
  for (const name of names) {
    const outer: OpenFolder = { folder, real };
    try {
      await mkdir(inFolder(outer, name));
      real = path.join(real, name);
      folder = await openInPlace(real, O_RDONLY | O_DIRECTORY, inFolder(outer, name));
    } finally {
      await outer.folder.close();
    }
  }
  return { folder, real };
}

async function writeNew(where: OpenFolder, name: string, bytes: Uint8Array): Promise<FoundFile> {
  const real = path.join(where.real, name);
  await using file = await open(inFolder(where, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
  try {
    await file.writeFile(bytes);
    const stats = await file.stat({ bigint: true });
    if (!(await isAt(file, stats, real))) throw changed(real);
    return foundFile(real, stats, bytes);
  } catch (error) {
    await unlink(inFolder(where, name));
    throw error;
  }
}

/**
 * Puts a new file in the place of the old one, so that a reader sees the one or the other, a link that comes in between
 * is replaced and not followed, and another name of the old file (a hard link) is left alone.
 *
 * Extended attributes and access lists of the old file are not kept.
 */
async function writeOver(where: OpenFolder, old: FoundFile, bytes: Uint8Array): Promise<FoundFile> {
  const name = path.basename(old.path);
  const target = inFolder(where, name);
  const temporary = `.${randomBytes(9).toString('hex')}.tmp`;
  const stats = await currentStats(target, old);
  await access(target, constants.W_OK);
  await using file = await open(inFolder(where, temporary), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(bytes);
    const made = await file.stat({ bigint: true });
    if (made.uid !== stats.uid || made.gid !== stats.gid)
      await file.chown(Number(stats.uid), Number(stats.gid));
    await file.chmod(Number(stats.mode & 0o777n));
    await file.sync();
    if (!(await isAt(file, made, path.join(where.real, temporary)))) throw changed(old.path);
    await currentStats(target, old);
    await rename(inFolder(where, temporary), target);
  } catch (error) {
    await unlink(inFolder(where, temporary));
    throw error;
  }
  return foundFile(old.path, await file.stat({ bigint: true }), bytes);
}

/** @throws FileRefusedError when `target` is not the file that was found any more */
async function currentStats(target: string, old: FoundFile): Promise<BigIntStats> {
  const stats = await lstat(target, { bigint: true });
  if (versionOf(stats) !== old.version) throw changed(old.path);
  return stats;
}

function foundFile(real: string, stats: BigIntStats, bytes: Uint8Array): FoundFile {
  return { kind: 'file', path: real, bytes, version: versionOf(stats), names: Number(stats.nlink) };
}

function versionOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join(':');
}

function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative));
}

async function realpathIfAny(file: string): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
