/** The environment of a virtual desktop's programs, and the files they find in their home. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SYSTEM_FOLDERS } from '../../../base/systemPrograms.ts';
import type { Application } from './applications.ts';
import { OPENBOX_RC, openboxMenu } from './openboxConfig.ts';
import { INSIDE } from './sandbox.ts';
import type { DesktopFolder } from './virtualFolder.ts';
import { MARK_VARIABLE } from './virtualScript.ts';
import { newXauthority } from './xauthority.ts';

/** Language and time zone. The rest of the host's variables hold keys, sockets and its state. */
const PASSED_VARIABLES = /^(LANG|LANGUAGE|LC_\w+|TZ)$/i;

/** The host's way to the network, for who shares that. */
const PROXY_VARIABLES = /^(https?|ftp|all|no)_proxy$/i;

/** Where a desktop's folders are for its own programs. */
export type Places = Pick<DesktopFolder, 'home' | 'temp' | 'runtime' | 'shared' | 'script'>;

/** In the sandbox its own places; without one the host's. */
export function placesOf(folder: DesktopFolder, isSandboxed: boolean): Places {
  return isSandboxed ? INSIDE : folder;
}

/** @param network - what leads to it; `host` as the host does */
export function desktopEnvironment(
  folder: DesktopFolder,
  places: Places,
  hostEnv: NodeJS.ProcessEnv,
  network: 'host' | Readonly<Record<string, string>>,
): Record<string, string> {
  const isPassed = (name: string) =>
    PASSED_VARIABLES.test(name) || (network === 'host' && PROXY_VARIABLES.test(name));
  const passed = Object.entries(hostEnv).filter(([name]) => isPassed(name));
  return {
    LANG: 'C.UTF-8',
    ...(Object.fromEntries(passed) as Record<string, string>),
    ...(network === 'host' ? {} : network),
    PATH: SYSTEM_FOLDERS.join(':'),
    HOME: places.home,
    USER: 'desktop',
    LOGNAME: 'desktop',
    SHELL: existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh',
    TMPDIR: places.temp,
    XDG_RUNTIME_DIR: places.runtime,
    XDG_SESSION_TYPE: 'x11',
    XAUTHORITY: xauthorityIn(places),
    NO_AT_BRIDGE: '1', // GTK would wait for an accessibility bus that is not there
    [MARK_VARIABLE]: folder.id,
  };
}

export function xauthorityIn({ home }: Pick<Places, 'home'>): string {
  return path.posix.join(home, '.Xauthority');
}

/** Puts the X server's key, the window manager's configuration and the usual folders into the home. */
export async function furnishHome(
  folder: DesktopFolder,
  applications: readonly Application[],
): Promise<void> {
  const config = path.join(folder.home, '.config', 'openbox');
  await mkdir(config, { recursive: true });
  for (const name of ['Desktop', 'Documents', 'Downloads']) await mkdir(path.join(folder.home, name));
  await writeFile(xauthorityIn(folder), newXauthority(), { mode: 0o600 });
  await writeFile(path.join(config, 'rc.xml'), OPENBOX_RC);
  await writeFile(path.join(config, 'menu.xml'), openboxMenu(applications));
}
