/** Which files of a workspace make VS Code or Git run something, or decide what they allow. */

/** Folders in which that is true of each file. `.git` may be a file as well, which says where the folder is. */
const FOLDERS: ReadonlySet<string> = new Set(['.git', '.vscode', '.devcontainer', '.husky', '.githooks']);

const FILES =
  /^(?:.*\.code-workspace|\.devcontainer\.json|\.gitmodules|\.pre-commit-config\.ya?ml|\.?lefthook\.ya?ml|\.envrc)$/;

/**
 * @param relative - from the workspace's folder, with every link resolved, which has to hold in what is there of the path;
 * what is not there yet may be any other name of the same on a file system that does not tell them apart
 */
export function decidesWhatRuns(relative: string): boolean {
  const names = relative.split(/[\\/]/).map(plainName);
  return names.some((name) => FOLDERS.has(name) || /^git~\d+$/.test(name)) || FILES.test(names.at(-1) ?? '');
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
