/** What a file system's failures mean to who asked for a file. */

import { visibleName } from '../protocol/visibleText.ts';
import { MAX_FILE_BYTES } from './fileLimits.ts';
import { FileRefusedError } from './filePlace.ts';

/** Of what cannot be read as one. @param isLink - it came in the place of what was there */
export function notAFile(file: string, isLink: boolean): FileRefusedError {
  return isLink
    ? changed(file)
    : new FileRefusedError('not-a-file', `${visibleName(file)} is neither a file nor a folder.`);
}

/** Of what is not what it was a moment ago. */
export function changed(file: string): FileRefusedError {
  return new FileRefusedError(
    'changed',
    `${visibleName(file)} was changed or moved by another program meanwhile. View it again.`,
  );
}

export function missing(file: string): FileRefusedError {
  return new FileRefusedError('missing', `The path ${visibleName(file)} does not exist.`);
}

export function exists(file: string): FileRefusedError {
  return new FileRefusedError('exists', `File already exists: ${visibleName(file)}`);
}

export function tooLarge(file: string): FileRefusedError {
  return new FileRefusedError('too-large', `${visibleName(file)} is larger than ${MAX_FILE_BYTES / 1e6} MB.`);
}

/** @param code - of the system's failure, where that tells more */
export function refused(file: string, code?: string): FileRefusedError {
  const name = visibleName(file);
  return new FileRefusedError(
    'denied',
    code === undefined
      ? `The system does not allow this with ${name}.`
      : `The system refuses this with ${name} (${code}).`,
  );
}

/** The code of a failure of the system: `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Runs `action`; failures of the file system become refusals. */
export async function translated<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw refusalOf(file, error);
  }
}

function refusalOf(file: string, error: unknown): unknown {
  const code = codeOf(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return missing(file);
    case 'EEXIST':
      return exists(file);
    case 'ELOOP':
      return changed(file);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return refused(file);
    case 'ENAMETOOLONG':
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EMFILE':
    case 'EBUSY':
      return refused(file, code);
    default:
      return error;
  }
}
