/** The folders of the user's that a sandbox has. */
import { realpath, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export type WorkspaceAccess = 'read' | 'write';

export interface SandboxWish {
  /** Of the workspace, absolute; the first is where commands begin. */
  readonly folders: readonly [string, ...string[]];
  readonly access: WorkspaceAccess;
  /** Other folders that can be read, such as of toolchains; absolute, or in the home folder as `~/.nvm`. */
  readonly readable: readonly string[];
  /** Hosts that can be reached, as `createHostPolicy` takes them; with none there is no network. */
  readonly hosts: readonly string[];
  /** For all programs together where systemd can limit that, elsewhere for the data of each; in MiB. */
  readonly memoryMb: number;
}

/** Those as they are on the disk: without links. */
export interface VisibleFolders {
  readonly workspace: readonly [string, ...string[]];
  readonly readable: readonly string[];
}

/** What nobody means to show by opening a folder. */
export interface PrivatePlaces {
  readonly home: string;
  /** Of the system, with sockets and files of all programs. */
  readonly temp: string;
  readonly runtime: string | undefined;
}

export function privatePlaces(env: NodeJS.ProcessEnv = process.env): PrivatePlaces {
  return { home: os.homedir(), temp: os.tmpdir(), runtime: env.XDG_RUNTIME_DIR || undefined };
}

/** In the home folder, what holds keys and passwords; nothing above or in these is shown. */
const SECRETS = [
  ...['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.password-store', '.mozilla', '.netrc'],
  ...['.config/gcloud', '.config/gh', '.config/op', '.config/google-chrome', '.config/chromium'],
  ...['.local/share/keyrings', '.config/Code', '.vscode-server/data', 'Library/Keychains'],
];

/** @throws an error with a plain message for a folder that is not there, or that would show more than it says */
export async function visibleFolders(wish: SandboxWish, places: PrivatePlaces): Promise<VisibleFolders> {
  const hidden = await hiddenPlaces(places);
  const seen = async (folder: string) => {
    const real = await realFolder(folder);
    const shown = hidden.find((place) => place === real || place.startsWith(real === '/' ? '/' : `${real}/`));
    const within = hidden.slice(PLACES).find((place) => real.startsWith(`${place}/`));
    if (shown ?? within)
      throw new Error(
        `${folder} cannot be shown to commands in the sandbox: with it they would see ${shown ?? within}. ` +
          'Open a folder further down.',
      );
    return real;
  };
  const [first, ...others] = wish.folders;
  const expanded = wish.readable.map((folder) => folder.replace(/^~(?=\/|$)/, () => places.home));
  const readable = expanded.filter((folder) => path.isAbsolute(folder));
  return {
    workspace: [await seen(first), ...(await Promise.all(others.map(seen)))],
    readable: await Promise.all(readable.map(seen)),
  };
}

/** How many of {@link hiddenPlaces} are no secrets themselves: folders in these can be shown. */
const PLACES = 3;

async function hiddenPlaces({ home, temp, runtime = temp }: PrivatePlaces): Promise<readonly string[]> {
  const places = [home, temp, runtime];
  const all = [...places, ...SECRETS.map((name) => path.join(home, name))];
  return Promise.all(all.map((place) => realpath(place).catch(() => place)));
}

async function realFolder(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || !(await stat(real)).isDirectory()) throw new Error(`${folder} is no folder.`);
  return real;
}
