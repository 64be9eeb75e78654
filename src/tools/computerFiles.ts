/** The files of a computer where programs can be run: a sandbox, a container. No path of this machine is opened. */
import { createHash } from 'node:crypto';
import { untilAborted } from '../base/delay.ts';
import type { ShellPlace } from '../base/shellPlace.ts';
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
import { changed, exists, missing, notAFile, refused, tooLarge } from './fileRefusals.ts';
import { CREATE, FIND, LEVEL_BORDER, LIST, REPLACE, TARGET } from './fileScripts.ts';
import { runScript, type ScriptEnd } from './runScript.ts';

/** Longest path that is asked for, in UTF-8 bytes: PATH_MAX of Linux. */
const MAX_PATH_BYTES = 4_096;
/** Of a listing, for each of its two levels. */
const MAX_LISTED_BYTES = 400_000;
const LIMIT_MS = 30_000;

/**
 * All of its files: what keeps programs there from the user's things keeps this from them, as it does all by programs
 * there. A program that swaps files or answers in our place gains nothing by it.
 */
export function computerFiles(place: Pick<ShellPlace, 'spawn'>): FilePlace {
  return new ComputerFiles(place);
}

class ComputerFiles implements FilePlace {
  readonly roots = ['/'];
  readonly #place: Pick<ShellPlace, 'spawn'>;

  constructor(place: Pick<ShellPlace, 'spawn'>) {
    this.#place = place;
  }

  async find(file: string, signal?: AbortSignal): Promise<Found> {
    const { status, output } = await this.#run(FIND, file, [String(MAX_FILE_BYTES + 1)], signal);
    const { fields, rest } = fieldsOf(output, 3);
    const [kind, path = '', names = ''] = fields;
    if (kind === 'folder') return { kind, path };
    if (kind !== 'file') throw refusalOf(kind, file);
    if (status !== 0) throw refused(file);
    if (rest.length > MAX_FILE_BYTES) throw tooLarge(file);
    return foundFile(path, rest, Number(names) || 1);
  }

  async list(folder: string, signal?: AbortSignal): Promise<Listing> {
    const { output } = await this.#run(LIST, folder, [String(MAX_LISTED_BYTES)], signal);
    const { fields, rest } = fieldsOf(output, 1);
    if (fields[0] !== 'folder') throw refusalOf(fields[0], folder);
    return listingOf(rest);
  }

  async target(file: string, signal?: AbortSignal): Promise<Target> {
    const { output } = await this.#run(TARGET, file, [], signal);
    const [kind, path = ''] = fieldsOf(output, 2).fields;
    if (kind !== 'target') throw refusalOf(kind, file);
    // Whatever it is, nothing of the user's machine runs by it.
    return { path, decidesWhatRuns: false };
  }

  async create({ path }: Target, bytes: Uint8Array, signal?: AbortSignal): Promise<FoundFile> {
    const { output } = await this.#run(CREATE, path, [String(bytes.length)], signal, bytes);
    const [kind] = fieldsOf(output, 1).fields;
    if (kind !== 'done') throw refusalOf(kind, path);
    return foundFile(path, bytes, 1);
  }

  async replace(file: FoundFile, bytes: Uint8Array, signal?: AbortSignal): Promise<FoundFile> {
    const words = [String(bytes.length), file.version];
    const { output } = await this.#run(REPLACE, file.path, words, signal, bytes);
    const [kind] = fieldsOf(output, 1).fields;
    if (kind !== 'done') throw refusalOf(kind, file.path);
    return foundFile(file.path, bytes, 1);
  }

  async #run(
    script: string,
    file: string,
    words: readonly string[],
    signal = new AbortController().signal,
    input?: Uint8Array,
  ): Promise<ScriptEnd> {
    checkPath(file);
    const maxOutput = MAX_FILE_BYTES + 2 * MAX_PATH_BYTES;
    const run = { script, words: [file, ...words], maxOutput, limitMs: LIMIT_MS, ...(input && { input }) };
    try {
      return await untilAborted(runScript(this.#place, run, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      throw new FileRefusedError('denied', `The files of the computer cannot be had: ${reason}`);
    }
  }
}

function checkPath(file: string): void {
  const name = visibleName(file);
  if (!file.startsWith('/'))
    throw new FileRefusedError('not-absolute', `The path ${name} is not an absolute path.`);
  if (file.includes('\0') || file.split('/').includes('..'))
    throw new FileRefusedError('outside', `The path ${name} has '..' or a NUL in it. Give it without.`);
  if (Buffer.byteLength(file) > MAX_PATH_BYTES) throw refused(file, 'ENAMETOOLONG');
}

function refusalOf(kind: string | undefined, file: string): FileRefusedError {
  switch (kind) {
    case 'missing':
      return missing(file);
    case 'exists':
      return exists(file);
    case 'not-a-file':
      return notAFile(file, false);
    case 'changed':
      return changed(file);
    default:
      return refused(file);
  }
}

/** The first `count` fields, each of which ends with a NUL, as far as there are any, and what follows them. */
function fieldsOf(
  bytes: Buffer,
  count: number,
): { readonly fields: readonly string[]; readonly rest: Buffer } {
  const fields: string[] = [];
  let rest = bytes;
  for (let end = rest.indexOf(0); end !== -1 && fields.length < count; end = rest.indexOf(0)) {
    fields.push(rest.toString('utf8', 0, end));
    rest = rest.subarray(end + 1);
  }
  return { fields, rest };
}

const KINDS: Readonly<Record<string, ListedEntry['kind']>> = { f: 'file', d: 'folder', l: 'link' };

/** Sorted, with what is in a folder below it. Each name has its kind as a letter in front: `f./name`. */
function listingOf(bytes: Buffer): Listing {
  const words = bytes.toString('utf8').split('\0');
  // A word that was cut has no end.
  const isDeepCut = words.pop() !== '';
  const border = words.indexOf(LEVEL_BORDER);
  const isCut = isDeepCut || words[border - 1] !== '';
  const whole = words.filter((_word, index) => index !== border && index !== border - 1);
  const sorted = whole
    .map((word): ListedEntry => ({ path: word.slice(3), kind: KINDS[word[0] ?? ''] ?? 'other' }))
    .map((entry) => ({ entry, key: entry.path.split('/').join('\0') }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ entry }) => entry);
  return { entries: sorted.slice(0, MAX_ENTRIES), isCut: isCut || sorted.length > MAX_ENTRIES };
}

function foundFile(path: string, bytes: Uint8Array, names: number): FoundFile {
  const version = createHash('sha256').update(bytes).digest('hex');
  return { kind: 'file', path, bytes, version, names };
}
