/** What a file system's failures mean to who asked for a file. */

import { visibleName } from '../protocol/visibleText.ts';
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
  const name = visibleName(file);
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new FileRefusedError('missing', `The path ${name} does not exist.`);
    case 'EEXIST':
      return new FileRefusedError('exists', `File already exists: ${name}`);
    case 'ELOOP':
      return changed(file);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new FileRefusedError('denied', `The system does not allow this with ${name}.`);
    case 'ENAMETOOLONG':
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EMFILE':
    case 'EBUSY':
      return new FileRefusedError('denied', `The system refuses this with ${name} (${codeOf(error)}).`);
    default:
      return error;
  }
}
