/** Whom a sandbox runs as. A namespace gives root another name, not less power over files that are root's. */
import { lchown, readdir } from 'node:fs/promises';
import path from 'node:path';

/** As child_process.spawn takes it. */
export interface SandboxUser {
  readonly uid: number;
  readonly gid: number;
}

/** Of the ids that neither systemd nor distributions give to anybody (systemd.io/UIDS-GIDS: 65520 to 65533 are unused). */
const NOBODY_ELSE: SandboxUser = { uid: 65_530, gid: 65_530 };

/**
 * Whom to try, the first that works; undefined is whoever the host runs as. Nobody but root can become another, and root
 * cannot everywhere: some systems let root alone make user namespaces, some containers do not let root change owners.
 */
export function sandboxUsers(): ReadonlyArray<SandboxUser | undefined> {
  return process.getuid?.() === 0 ? [NOBODY_ELSE, undefined] : [undefined];
}

/** Whether a file's owner is the host's user or whom that runs sandboxes as. */
export function isOwnFile({ uid }: { readonly uid: number }): boolean {
  return sandboxUsers().some((user) => uid === (user?.uid ?? process.getuid?.()));
}

/**
 * Gives a file, or a folder with all in it, to the sandbox's user; before programs run there, or after. Nothing happens where
 * the host is not root.
 * @throws when it may not be given away
 */
export async function giveTo(user: SandboxUser | undefined, file: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const entries = await readdir(file, { recursive: true, withFileTypes: true });
  const { uid, gid } = user ?? { uid: 0, gid: 0 };
  for (const { parentPath, name } of entries) await lchown(path.join(parentPath, name), uid, gid);
  await lchown(file, uid, gid);
}
