/**
 * What a sandbox shows, by the files themselves and not by their paths alone: programs that may write to a workspace, of another
 * session too, can put a link in the way of a path between any look at it and its mount.
 */
import { type BigIntStats, constants } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import { O_PATH } from '../../base/openFlags.ts';
import { shellQuote } from '../../base/shellQuote.ts';

/** Paths, with what is there. */
export type ShownFiles = ReadonlyMap<string, Identity>;

interface Identity {
  /** The device and the inode, as stat(1) writes them. */
  readonly file: string;
  /** When it was made, in ns: another one may get the inode of one that is gone. 0 where the file system does not tell. */
  readonly born: bigint;
}

/**
 * Looks at what is to be shown; on Linux.
 * @throws an error with a plain message where a link is in the way, or nothing is there
 */
export async function shownFiles(paths: readonly string[]): Promise<ShownFiles> {
  const shown = new Map<string, Identity>();
  for (const file of new Set(paths)) {
    const identity = await identityAt(file).catch(() => undefined);
    if (identity === undefined)
      throw new Error(
        `${file} is gone, or a link has taken its place or that of a folder above it, by which the sandbox would show ` +
          'something else. Put it back, or begin a new session.',
      );
    shown.set(file, identity);
  }
  return shown;
}

async function identityAt(file: string): Promise<Identity | undefined> {
  const held = await open(file, O_PATH | constants.O_NOFOLLOW);
  try {
    if ((await readlink(`/proc/self/fd/${held.fd}`)) !== file) return undefined;
    return identityOf(await held.stat({ bigint: true }));
  } finally {
    await held.close();
  }
}

/** Whether another file has come in the place of one, or nothing: a mount goes with what it covered (mount_namespaces(7)). */
export async function areReplaced(shown: ShownFiles): Promise<boolean> {
  const looked = [...shown].map(async ([file, identity]) => {
    const stats = await lstat(file, { bigint: true }).catch(() => undefined);
    const now = stats && identityOf(stats);
    return now?.file !== identity.file || now.born !== identity.born;
  });
  return (await Promise.all(looked)).includes(true);
}

function identityOf({ dev, ino, birthtimeNs }: BigIntStats): Identity {
  return { file: `${dev}:${ino}`, born: birthtimeNs };
}

/** Of one look from inside: a word of a command line has a limit of 128 KiB (execve(2)), and a path one of 4 KiB. */
const PATHS_AT_A_TIME = 24;

/**
 * Goes in front of a command in the sandbox, which runs only where that shows these very files: what is mounted stays, whatever
 * becomes of the paths.
 */
export function ifShown(shown: ShownFiles): readonly string[] {
  const files = [...shown];
  return Array.from({ length: Math.ceil(files.length / PATHS_AT_A_TIME) }, (_, index) =>
    files.slice(index * PATHS_AT_A_TIME, (index + 1) * PATHS_AT_A_TIME),
  ).flatMap((some) => [
    '/bin/sh',
    '-c',
    // The PATH of commands can have folders of the workspace.
    `[ "$(PATH=/usr/bin:/bin:/run/current-system/sw/bin stat -c %d:%i -- ${some.map(([file]) => shellQuote(file)).join(' ')})" = "${some
      .map(([, identity]) => identity.file)
      .join('\n')}" ] || {
  echo 'The sandbox would show something else than was looked at: files of the workspace are being moved. Try again.'
  exit 1
}
exec "$@"`,
    'sh',
  ]);
}
