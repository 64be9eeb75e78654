/**
 * What commands must not write in a workspace that they may write to: what the editor, git or a shell of the user's runs
 * by itself later, outside of the sandbox.
 *
 * No list of these is complete: an extension runs a linter from `node_modules`, a person a build. So this keeps what takes
 * effect without anybody doing anything, and the user is told that it is not all.
 */
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { RUNNABLE_NAMES, SETTINGS_FOLDERS } from '../runnableFiles.ts';
import { refuseFolded } from './capitals.ts';
import { gitPlaces } from './gitConfiguration.ts';
import { linkedHooks } from './linkedHooks.ts';
import { Placeholders } from './placeholders.ts';

/**
 * Folders that nobody may make there either. All of `.git`, not its hooks and its configuration alone: a file
 * `.git/commondir` has git take both from elsewhere.
 */
const PROTECTED_FOLDERS = SETTINGS_FOLDERS;

/** Those are kept as they are where they exist. */
const PROTECTED_FILES = RUNNABLE_NAMES;

/** How deep repositories within the workspace are looked for, and in how many folders. */
const MAX_DEPTH = 4;
const MAX_FOLDERS = 5_000;

export interface ProtectedPaths {
  /** Absolute; each is there. */
  readonly readOnly: readonly string[];
  /** Folders on the way to one of these: they must stay where they are, or another could take the place. */
  readonly pinned: readonly string[];
}

export interface HeldPaths extends ProtectedPaths {
  /** Removes what was made to keep names free, once no other sandbox needs it. Never rejects; to be called once. */
  release(): Promise<void>;
}

/**
 * Finds what is to be kept in a folder, and makes what nobody else may make.
 * @param shown - all folders that are shown; those in this one stay where they are
 * @throws an error with a plain message where something cannot be kept
 */
export async function holdProtected(workspace: string, shown: readonly string[] = []): Promise<HeldPaths> {
  const held = new Placeholders();
  try {
    for (const name of PROTECTED_FOLDERS) {
      const folder = path.join(workspace, name);
      await refuseLink(folder);
      await held.hold(folder, 'folder');
      await refuseFolded(workspace, name);
    }
    return { ...(await protectedIn(workspace, shown, held)), release: () => held.release() };
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function protectedIn(
  workspace: string,
  shown: readonly string[],
  held: Placeholders,
): Promise<ProtectedPaths> {
  const below = (name: string) => path.join(workspace, name);
  const files = (await readdir(workspace)).filter(
    (name) => PROTECTED_FILES.includes(name) || name.endsWith('.code-workspace'),
  );
  for (const name of files) await refuseLink(below(name));
  const repositories = await repositoriesBelow(workspace);
  const elsewhere = await gitFoldersElsewhere(workspace, [below('.git'), ...repositories]);
  const gitFolders = [below('.git'), ...repositories, ...elsewhere];
  const named = await namedByGit(workspace, gitFolders, held);
  const nested = [...repositories, ...elsewhere, ...named];
  const inner = shown.filter((folder) => folder.startsWith(`${workspace}${path.sep}`));
  return {
    readOnly: [...new Set([...[...PROTECTED_FOLDERS, ...files].map(below), ...nested])],
    pinned: [...inner, ...[...inner, ...nested].flatMap((folder) => foldersBetween(workspace, folder))],
  };
}

/** What a link leads to can be kept, the link itself cannot. */
async function refuseLink(file: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found?.isSymbolicLink())
    throw new Error(
      `${file} is a link, which cannot be kept from being changed. Let commands only read the workspace ` +
        '(setting computerUseChat.tools.workspaceAccess), or make it a folder.',
    );
}

/** Of these, at most, Git is asked what it reads. */
const MAX_ASKED = 16;

/**
 * Hooks and configuration that Git reads from elsewhere in the workspace, of all its work trees, by name or by a link. Of what is in a folder such as
 * `.husky` that folder: hooks in `.husky/_` run others beside it. What is not there is held, and gets in the way of nobody:
 * Git passes over hooks and configuration that are empty as over those that are missing.
 */
async function namedByGit(
  workspace: string,
  gitFolders: readonly string[],
  held: Placeholders,
): Promise<string[]> {
  const trees = [workspace, ...gitFolders.filter(isRepository).map((folder) => path.dirname(folder))];
  const places = await Promise.all([...new Set(trees)].slice(0, MAX_ASKED).map((tree) => gitPlaces(tree)));
  const namedHooks = places.flatMap(({ hooks }) => hooks ?? []);
  const folders = [...gitFolders.map((folder) => path.join(folder, 'hooks')), ...namedHooks];
  const linked = (await Promise.all(folders.map(linkedHooks))).flat();
  const hooks = [...namedHooks.map((file) => ({ file, kind: 'folder' as const })), ...linked];
  const configuration = places.flatMap((each) => each.configuration);
  const named = [
    ...hooks.map((hook) => ({ ...hook, read: 'runs hooks' })),
    ...configuration.map((file) => ({ file, read: 'reads configuration', kind: 'file' as const })),
  ];
  const kept = new Set([...PROTECTED_FOLDERS.map((name) => path.join(workspace, name)), ...gitFolders]);
  const found = new Set<string>();
  for (const { file, read, kind } of named) {
    const names = path.relative(workspace, file).split(path.sep);
    if (names[0] === '..' || path.isAbsolute(names[0] ?? '')) continue;
    if (names[0] === '')
      throw new Error(
        `Git ${read} from ${file}, which commands may write to. Name another folder, or ${INSTEAD}`,
      );
    const whole = names.findIndex((name) => KEPT_WHOLE.has(name));
    const place = path.join(workspace, ...(whole < 0 ? names : names.slice(0, whole + 1)));
    if (kept.has(place)) continue;
    for (const each of [...foldersBetween(workspace, file), file]) await refuseLink(each);
    try {
      for (const folder of foldersBetween(workspace, place)) await held.hold(folder, 'folder');
      await held.hold(place, place === file ? kind : 'folder');
    } catch (error) {
      throw new Error(
        `Git ${read} from ${file}, which is not there, so that a command could make it. ` +
          `${error instanceof Error ? error.message : String(error)}. Make it yourself, take its name out of Git's ` +
          `configuration (git config --show-origin --get-regexp path), or ${INSTEAD}`,
      );
    }
    found.add(place);
  }
  return [...found];
}

const INSTEAD = 'let commands only read the workspace (setting computerUseChat.tools.workspaceAccess).';

const isRepository = (file: string) => path.basename(file) === '.git';
const KEPT_WHOLE: ReadonlySet<string> = new Set([...PROTECTED_FOLDERS, ...PROTECTED_FILES]);

/** Of a file `.git`, in bytes. */
const MAX_LINK = 4_096;

/** Folders of repositories in the workspace under other names, which files `.git` lead to, such as `.bare`. */
async function gitFoldersElsewhere(workspace: string, links: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const link of links) {
    const stats = await lstat(link).catch(() => undefined);
    if (!stats?.isFile() || stats.size > MAX_LINK) continue;
    const [, written] = /^gitdir: (.+)/.exec(await readFile(link, 'utf8').catch(() => '')) ?? [];
    if (written === undefined) continue;
    const folder = path.resolve(path.dirname(link), written.trim());
    // A worktree's is in that of its repository (gitrepository-layout(5), worktrees).
    const repository =
      path.basename(path.dirname(folder)) === 'worktrees' ? path.resolve(folder, '../..') : folder;
    if (!repository.startsWith(`${workspace}${path.sep}`)) continue;
    for (const each of [...foldersBetween(workspace, repository), repository]) await refuseLink(each);
    if ((await lstat(repository).catch(() => undefined))?.isDirectory()) found.add(repository);
  }
  return [...found];
}

function foldersBetween(workspace: string, folder: string): string[] {
  const parts = path.relative(workspace, folder).split(path.sep).slice(0, -1);
  return parts.map((_, index) => path.join(workspace, ...parts.slice(0, index + 1)));
}

/** What is to be kept of repositories further down. New ones cannot be kept from being made. */
async function repositoriesBelow(workspace: string): Promise<string[]> {
  const found: string[] = [];
  let level = [workspace];
  let looked = 0;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (++looked > MAX_FOLDERS) return found;
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        const file = path.join(folder, entry.name);
        const isProtected = PROTECTED_FOLDERS.includes(entry.name);
        if (isProtected && folder !== workspace && !entry.isSymbolicLink()) found.push(file);
        else if (!isProtected && entry.isDirectory() && entry.name !== 'node_modules') next.push(file);
      }
    }
    level = next;
  }
  return found;
}
