/** What tests of the editor try to reach, and how. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../tools/editor/editing.ts';

/** In all that must not be read. */
export const SECRET = 'the secret';

/** A file outside of what is allowed. */
export function secretFile(): string {
  const file = path.join(temporaryFolder(), 'secret.txt');
  writeFileSync(file, SECRET);
  return file;
}

/** Each command on a path, as one that would work there. */
export const commandsOn = (file: string) => [
  { command: 'view', path: file },
  { command: 'create', path: file, file_text: 'x' },
  { command: 'str_replace', path: file, old_str: SECRET, new_str: 'x' },
  { command: 'insert', path: file, insert_line: 0, insert_text: 'x' },
];
