/**
 * Which files of a workspace make something run, or decide what may: VS Code, git, a shell, a package manager or another
 * agent reads them by itself.
 */

/** Folders, which an editor or git takes as they are, once they are there. `.git` may be a file, which says where the folder is. */
export const SETTINGS_FOLDERS: readonly string[] = ['.git', '.vscode', '.devcontainer'];

/** Others, and files. */
export const RUNNABLE_NAMES: readonly string[] = [
  ...['.gitmodules', '.gitattributes', '.gitconfig', '.mcp.json', '.npmrc', '.yarnrc', '.yarnrc.yml'],
  ...['.pnpmfile.cjs', '.envrc', '.bashrc', '.zshrc', '.profile', '.devcontainer.json'],
  ...['.pre-commit-config.yaml', '.pre-commit-config.yml'],
  ...['lefthook.yml', 'lefthook.yaml', '.lefthook.yml', '.lefthook.yaml'],
  ...['.githooks', '.husky', '.idea', '.yarn', '.claude', '.cursor', '.direnv'],
];

const NAMES: ReadonlySet<string> = new Set([...SETTINGS_FOLDERS, ...RUNNABLE_NAMES]);

/**
 * @param relative - from the workspace's folder, with every link resolved, which has to hold in what is there of the path;
 * what is not there yet may be any other name of the same on a file system that does not tell them apart
 */
export function decidesWhatRuns(relative: string): boolean {
  const names = relative.split(/[\\/]/).map(plainName);
  const isOne = names.some((name) => NAMES.has(name) || /^git~\d+$/.test(name));
  return isOne || (names.at(-1) ?? '').endsWith('.code-workspace');
}

/**
 * As the most careless file system takes a name: APFS and NTFS have no capitals, HFS+ passes over characters without a
 * shape, Windows over dots and spaces at the end and what follows a colon, and has short names (`GIT~1`).
 */
function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '')
    .toLowerCase()
    .replace(/:.*$/s, '')
    .replace(/[. ]+$/, '');
}
