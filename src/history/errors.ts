/** Why the history could not do what was asked. */
export type HistoryErrorCode =
  /** The folder or the files in it cannot be written. */
  | 'unwritable'
  /** The disk has no room left. */
  | 'full'
  /** Another process kept the database locked for too long. */
  | 'busy'
  /** The database was written by a newer version of the extension. */
  | 'newer'
  /** The database is damaged. */
  | 'corrupt'
  /** What was asked for refers to a session that is not there. */
  | 'no-session'
  /** Another extension host works in the session. */
  | 'elsewhere'
  /** An item is not where, or not what, the writer takes it to be. */
  | 'conflict'
  /** Bytes that are not the image they are said to be. */
  | 'not-an-image'
  | 'failed';

/** A failure of the history; its message can be shown to the user as it is. */
export class HistoryError extends Error {
  readonly code: HistoryErrorCode;

  constructor(code: HistoryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HistoryError';
    this.code = code;
  }
}

/** SQLite's primary result codes (https://sqlite.org/rescode.html) that have a reason worth telling apart. */
const SQLITE_REASONS: Readonly<Record<number, readonly [HistoryErrorCode, string]>> = {
  3: ['unwritable', 'The session history may not be accessed (permission denied).'],
  5: ['busy', 'The session history is in use by another window. Try again in a moment.'],
  6: ['busy', 'The session history is in use by another window. Try again in a moment.'],
  8: ['unwritable', 'The session history is read-only.'],
  10: ['failed', 'The disk reported an error while the session history was read or written.'],
  11: ['corrupt', 'The session history is damaged.'],
  13: ['full', 'The disk is full: the session history cannot be written.'],
  14: ['unwritable', 'The session history could not be opened.'],
  26: ['corrupt', 'The session history is damaged: it is not a database.'],
};

const FILE_REASONS: Readonly<Record<string, readonly [HistoryErrorCode, string]>> = {
  EACCES: ['unwritable', 'permission denied'],
  EPERM: ['unwritable', 'permission denied'],
  EROFS: ['unwritable', 'the file system is read-only'],
  ENOTDIR: ['unwritable', 'a part of its path is not a folder'],
  EEXIST: ['unwritable', 'a file is in the place of the folder'],
  ENOSPC: ['full', 'the disk is full'],
  EDQUOT: ['full', 'the disk quota is used up'],
};

/** The error as a {@link HistoryError} with a readable reason; the original is its cause. */
export function toHistoryError(error: unknown): HistoryError {
  if (error instanceof HistoryError) return error;
  const errcode = propertyOf(error, 'errcode');
  if (typeof errcode === 'number') {
    // The low byte of an extended code is the primary one.
    const reason = SQLITE_REASONS[errcode & 0xff];
    if (reason) return new HistoryError(reason[0], reason[1], { cause: error });
  }
  return new HistoryError('failed', `The session history failed: ${messageOf(error)}`, { cause: error });
}

/** As {@link toHistoryError}, for an operation on the file or folder at `path`. */
export function toFileError(error: unknown, path: string): HistoryError {
  if (error instanceof HistoryError) return error;
  const code = propertyOf(error, 'code');
  const [kind, reason] = (typeof code === 'string' ? FILE_REASONS[code] : undefined) ?? [
    'failed' as const,
    messageOf(error),
  ];
  return new HistoryError(kind, `The session history cannot write ${path}: ${reason}.`, { cause: error });
}

function propertyOf(error: unknown, name: 'errcode' | 'code'): unknown {
  return error instanceof Error && name in error
    ? (error as Error & Record<string, unknown>)[name]
    : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
