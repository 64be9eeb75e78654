/** Where the editor tool finds files: what it may ask of a place, whatever the place is. */

/** A file or folder as it was when it was looked at. Paths are absolute, with every link resolved. */
export type Found = FoundFile | { readonly kind: 'folder'; readonly path: string };

export interface FoundFile {
  readonly kind: 'file';
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Differs when the file was changed or is another one. */
  readonly version: string;
  /** How many names it has. With more than one, the others keep the old content when it is replaced. */
  readonly names: number;
}

/** Where a file is to be written. */
export interface Target {
  /** Absolute, with every link resolved in what is there of it. */
  readonly path: string;
  /** Whether VS Code, Git or another tool, on the user's machine, runs what the file says, or lets itself be set by it. */
  readonly decidesWhatRuns: boolean;
}

export interface Listing {
  /** Folders before what is in them. */
  readonly entries: readonly ListedEntry[];
  /** Whether there is more than is listed. */
  readonly isCut: boolean;
}

export interface ListedEntry {
  /** From the listed folder, with `/`; a name may hold any character but that. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/**
 * Files below some folders. Nothing outside of them is read, written or told of, also where links or another program
 * move while it is looked at.
 *
 * Every method throws a {@link FileRefusedError} for what it does not do, and the signal's reason.
 */
export interface FilePlace {
  /** The folders, absolute. */
  readonly roots: readonly string[];
  find(path: string, signal?: AbortSignal): Promise<Found>;
  /** Two levels, without hidden entries and `node_modules`. */
  list(folder: string, signal?: AbortSignal): Promise<Listing>;
  /** Refuses, with its reason, what {@link create} and {@link replace} would refuse of the path alone. */
  target(path: string, signal?: AbortSignal): Promise<Target>;
  /** Makes a file where there is none, and the folders that it needs. @returns it, as found */
  create(target: Target, bytes: Uint8Array, signal?: AbortSignal): Promise<FoundFile>;
  /** All or nothing, only while the file is the one that was found; its mode is kept. @returns it, as found */
  replace(file: FoundFile, bytes: Uint8Array, signal?: AbortSignal): Promise<FoundFile>;
}

export type Refusal =
  | 'not-absolute'
  | 'outside'
  | 'missing'
  | 'exists'
  | 'not-a-file'
  | 'too-large'
  /** Something else was in its place when it was opened, or before it was written. */
  | 'changed'
  | 'denied';

/** The message is a sentence for the model and the user. It may quote a path: show it escaped. */
export class FileRefusedError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, message: string) {
    super(message);
    this.name = 'FileRefusedError';
    this.refusal = refusal;
  }
}
