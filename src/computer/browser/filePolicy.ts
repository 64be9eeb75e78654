/** Which files of this machine a page may be given. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BetaFilePolicy } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { UploadRefusedError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { betaCheckUploadPath } from '@anthropic-ai/sdk/helpers/beta/toolsets/node';

/**
 * Files below one of `folders`, links on both sides resolved; none where there is no folder.
 * @param folders - absolute; others grant nothing
 * @param isDownload - of a file: whether the model may be told where it is, as one that it has downloaded
 */
export function createFilePolicy(
  folders: readonly string[],
  isDownload: (file: string) => boolean = () => false,
): BetaFilePolicy {
  const roots = folders.filter((folder) => path.isAbsolute(folder) && path.parse(folder).root !== folder);
  return {
    resolveUploadPaths: (_context, paths) => Promise.all(paths.map((file) => checkFile(file, roots))),
    resolveUploadDocuments() {
      throw new UploadRefusedError(
        'document_ids are not supported here; give paths of files on this machine',
      );
    },
    isPathVisible: isDownload,
  };
}

/** A path without a folder is in the first one: the model knows the names of a workspace, seldom where it is. */
async function checkFile(file: string, roots: readonly string[]): Promise<string> {
  const [first] = roots;
  const written = path.isAbsolute(file) || first === undefined ? file : path.join(first, file);
  if (file.split(/[\\/]/).includes('..'))
    throw new UploadRefusedError("file_upload path must not contain a '..' component");
  const resolved = await betaCheckUploadPath(written, roots);
  const found = await stat(resolved).catch(() => undefined);
  // A pipe or a device would be read without end.
  if (found?.isFile() !== true) throw new UploadRefusedError('file_upload path is not a file');
  return resolved;
}
