/** A sandbox for commands on macOS, by sandbox-exec(1): its profile, in the language of Apple's own profiles. */
import path from 'node:path';
import { RUNNABLE_NAMES, SETTINGS_FOLDERS } from '../runnableFiles.ts';
import type { VisibleFolders, WorkspaceAccess } from './workspace.ts';

export interface SeatbeltView {
  /** Without links, as are the others: profiles know `/private/tmp`, not `/tmp`. */
  readonly home: string;
  readonly temp: string;
  readonly visible: VisibleFolders;
  readonly access: WorkspaceAccess;
}

/** What programs need to run. Apple's own tools, those of Xcode and of the usual package managers. */
const SYSTEM = [
  ...['/usr', '/bin', '/sbin', '/opt/homebrew', '/opt/local', '/System', '/Library/Apple'],
  ...['/Library/Developer', '/Library/Frameworks', '/Applications/Xcode.app', '/private/var/db/dyld'],
  ...['/private/var/select', '/private/var/db/timezone', '/private/etc/ssl', '/nix/store'],
];

const SYSTEM_FILES = [
  ...['/', '/private', '/private/etc', '/private/var', '/private/tmp', '/var', '/etc', '/tmp', '/opt'],
  ...['/private/etc/hosts', '/private/etc/localtime', '/private/etc/protocols', '/private/etc/services'],
  ...['/private/etc/bashrc', '/private/etc/profile', '/private/etc/zshrc', '/private/etc/paths'],
  ...['/dev', '/dev/random', '/dev/urandom', '/dev/autofs_nowait'],
];

const WRITTEN_FILES = [
  '/dev/null',
  '/dev/zero',
  '/dev/tty',
  '/dev/dtracehelper',
  '/dev/stdout',
  '/dev/stderr',
];

/** Services without which programs do not start. None of the keychain, the clipboard, the network, other programs. */
const SERVICES = [
  'com.apple.system.logger',
  'com.apple.system.notification_center',
  'com.apple.system.opendirectoryd.libinfo',
  'com.apple.bsd.dirhelper',
];

/**
 * What is not allowed is denied: files, the network, other processes, services. The last rule that fits counts.
 */
export function seatbeltProfile({ home, temp, visible, access }: SeatbeltView): string {
  const own = [home, temp];
  const read = [...own, ...visible.workspace, ...visible.readable];
  const written = access === 'write' ? [...own, ...visible.workspace] : own;
  const kept = access === 'write' ? visible.workspace.flatMap(keptIn) : [];
  return [
    '(version 1)',
    '(deny default)',
    '(allow process-fork)',
    '(allow process-exec)',
    '(allow signal (target same-sandbox))',
    '(allow process-info* (target same-sandbox))',
    '(allow sysctl-read)',
    '(allow ipc-posix-sem)',
    `(allow mach-lookup ${SERVICES.map((name) => `(global-name ${quoted(name)})`).join(' ')})`,
    `(allow file-read* ${[...SYSTEM, ...read].map(subpath).join(' ')} ${SYSTEM_FILES.map(literal).join(' ')})`,
    // Only these folders themselves, so that paths can be followed: not what else is in them.
    `(allow file-read-metadata ${ancestors(read).map(literal).join(' ')})`,
    `(allow file-read* file-write-data file-ioctl ${WRITTEN_FILES.map(literal).join(' ')})`,
    `(allow file-write* ${written.map(subpath).join(' ')})`,
    ...(kept.length === 0 ? [] : [`(deny file-write* ${kept.join(' ')})`]),
    '',
  ].join('\n');
}

/** At any depth, in capitals or not: the file system takes both for the same. */
function keptIn(workspace: string): string[] {
  const names = [...SETTINGS_FOLDERS, ...RUNNABLE_NAMES].map(anyCase).join('|');
  const all = `^${escaped(workspace)}/(.*/)?(${names})(/.*)?$`;
  const workspaces = `^${escaped(workspace)}/[^/]*[.]${anyCase('code-workspace')}$`;
  return [all, workspaces].map((source) => `(regex #"${source}")`).concat(literal(workspace));
}

function ancestors(folders: readonly string[]): string[] {
  const found = new Set<string>();
  for (const folder of folders)
    for (let at = path.posix.dirname(folder); at !== '/'; at = path.posix.dirname(at)) found.add(at);
  return [...found];
}

function subpath(folder: string): string {
  return `(subpath ${quoted(folder)})`;
}

function literal(file: string): string {
  return `(literal ${quoted(file)})`;
}

/** @throws an error with a plain message for what no profile can hold */
function quoted(text: string): string {
  if (/[\n\r\0]/.test(text))
    throw new Error(`A folder's name has a line break in it: ${JSON.stringify(text)}.`);
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Of a path, for a regular expression between quotes. @throws an error with a plain message for what none can hold */
function escaped(text: string): string {
  if (/["\\^\n\r\0]/.test(text))
    throw new Error(`A folder's name has a character that cannot be kept apart: ${JSON.stringify(text)}.`);
  return text.replace(/[$.*+?()[\]{}|]/g, (character) => `[${character}]`);
}

function anyCase(name: string): string {
  return name.replace(/[a-z]|\./g, (character) =>
    character === '.' ? '[.]' : `[${character}${character.toUpperCase()}]`,
  );
}
