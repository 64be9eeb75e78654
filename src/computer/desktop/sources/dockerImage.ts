/** The image of our own: built where it is first needed, from the files that come with the extension. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildArguments } from './dockerArguments.ts';
import type { DockerCommand } from './dockerCommand.ts';

const REPOSITORY = 'computer-use-chat-desktop';

/** The build downloads some 300 MB of packages. */
const BUILD_LIMIT_MS = 30 * 60_000;
const INSPECT_LIMIT_MS = 30_000;

/** Its name, which has the files' contents in it: other files make another image. @throws when the folder cannot be read */
export async function ownImageName(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) {
    hash.update(`${name}\0`);
    hash.update(await readFile(path.join(folder, name)));
  }
  return `${REPOSITORY}:${hash.digest('hex').slice(0, 12)}`;
}

/**
 * Builds it unless the engine has it.
 * @returns its name
 * @throws DesktopUnavailable; the signal's reason
 */
export async function ensureOwnImage(
  docker: DockerCommand,
  folder: string,
  onProgress: ((line: string) => void) | undefined,
  signal: AbortSignal,
): Promise<string> {
  const image = await ownImageName(folder);
  const { status } = await docker.call(['image', 'inspect', '--format', '{{.Id}}', image], {
    signal,
    limitMs: INSPECT_LIMIT_MS,
  });
  if (status !== 0)
    await docker.succeed(buildArguments(image, folder), 'The image of the desktop could not be built', {
      signal,
      limitMs: BUILD_LIMIT_MS,
      onProgress,
    });
  return image;
}
