/** Finds an installed Chrome, Edge or Chromium. Data and a pure search over it: nothing is run. */
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

export interface InstalledBrowser {
  /** `Chrome`, `Edge`, `Chromium`. */
  readonly name: string;
  readonly executablePath: string;
  /**
   * The folder the browser may write its profile to, where it is confined and cannot use the temporary folder. Absolute.
   */
  readonly profileRoot?: string;
}

/** The parts of the machine the search looks at. */
export interface MachineFacts {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** Whether a program is there: {@link isProgram}, but in tests. */
  readonly exists: (file: string) => boolean;
}

interface Candidate {
  readonly name: string;
  readonly executable: string;
  readonly profileRoot?: string;
}

/** Chrome first (most sites are made for it), then Edge, then Chromium. Paths below a folder named by `root`. */
const WINDOWS: readonly Candidate[] = [
  { name: 'Chrome', executable: 'Google\\Chrome\\Application\\chrome.exe' },
  { name: 'Edge', executable: 'Microsoft\\Edge\\Application\\msedge.exe' },
  { name: 'Chromium', executable: 'Chromium\\Application\\chrome.exe' },
  { name: 'Chrome Beta', executable: 'Google\\Chrome Beta\\Application\\chrome.exe' },
];
const WINDOWS_ROOTS = ['ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432', 'LOCALAPPDATA'] as const;

const MACOS: readonly Candidate[] = [
  { name: 'Chrome', executable: 'Google Chrome.app/Contents/MacOS/Google Chrome' },
  { name: 'Edge', executable: 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge' },
  { name: 'Chromium', executable: 'Chromium.app/Contents/MacOS/Chromium' },
  { name: 'Chrome Beta', executable: 'Google Chrome Beta.app/Contents/MacOS/Google Chrome Beta' },
  {
    name: 'Chrome for Testing',
    executable: 'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  },
];

/** Looked for in every folder of PATH. */
const LINUX_COMMANDS: readonly Candidate[] = [
  { name: 'Chrome', executable: 'google-chrome-stable' },
  { name: 'Chrome', executable: 'google-chrome' },
  { name: 'Edge', executable: 'microsoft-edge-stable' },
  { name: 'Edge', executable: 'microsoft-edge' },
  { name: 'Chromium', executable: 'chromium' },
  { name: 'Chromium', executable: 'chromium-browser' },
  { name: 'Chrome', executable: 'chrome' },
];
/** For hosts started with a bare PATH, as desktop launchers do. */
const LINUX_FOLDERS = [
  '/usr/local/bin',
  '/usr/bin',
  '/bin',
  '/opt/google/chrome',
  '/opt/microsoft/msedge',
] as const;
/** Confined packages come last: they see neither the temporary folder nor, some, the pipe. */
const LINUX_CONFINED: readonly Candidate[] = [
  { name: 'Chromium', executable: '/snap/bin/chromium', profileRoot: 'snap/chromium/common' },
  {
    name: 'Chrome',
    executable: '/var/lib/flatpak/exports/bin/com.google.Chrome',
    profileRoot: '.var/app/com.google.Chrome/cache',
  },
  {
    name: 'Chromium',
    executable: '/var/lib/flatpak/exports/bin/org.chromium.Chromium',
    profileRoot: '.var/app/org.chromium.Chromium/cache',
  },
  {
    name: 'Edge',
    executable: '/var/lib/flatpak/exports/bin/com.microsoft.Edge',
    profileRoot: '.var/app/com.microsoft.Edge/cache',
  },
];

/** Whether there is a file that may be run. To start anything else fails outside of everybody's reach. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first candidate that exists, or undefined. */
export function findBrowser(facts: MachineFacts): InstalledBrowser | undefined {
  for (const candidate of candidates(facts)) {
    if (facts.exists(candidate.executablePath)) return candidate;
  }
  return undefined;
}

/** The browser at a path the user set; its kind is told from the path. */
export function browserAt(executablePath: string, facts: MachineFacts): InstalledBrowser | undefined {
  if (!facts.exists(executablePath)) return undefined;
  const known = [...candidates(facts)].find((candidate) => candidate.executablePath === executablePath);
  return known ?? { name: nameOf(executablePath), executablePath };
}

/** What to tell a user on whose machine none was found. */
export function howToInstall(facts: Pick<MachineFacts, 'platform' | 'env'>): string {
  const setting = 'or set "computerUseChat.browser.executablePath".';
  switch (facts.platform) {
    case 'win32':
      return `Install Chrome or Edge, ${setting}`;
    case 'darwin':
      return `Install Chrome, Edge or Chromium into /Applications, ${setting}`;
    default:
      if (facts.env.WSL_DISTRO_NAME !== undefined)
        return `Install Chrome or Chromium inside of WSL (a browser of Windows cannot be driven from there), ${setting}`;
      return `Install Chrome, Edge or Chromium (on Debian: apt-get install chromium), ${setting}`;
  }
}

function* candidates({ platform, env }: MachineFacts): Generator<InstalledBrowser> {
  if (platform === 'win32') {
    const roots = new Set(WINDOWS_ROOTS.flatMap((name) => windowsVariable(env, name) ?? []));
    for (const { name, executable } of WINDOWS)
      for (const root of roots) yield { name, executablePath: path.win32.join(root, executable) };
    return;
  }
  const home = env.HOME;
  if (platform === 'darwin') {
    const roots = ['/Applications', ...(home === undefined ? [] : [path.posix.join(home, 'Applications')])];
    for (const { name, executable } of MACOS)
      for (const root of roots) yield { name, executablePath: path.posix.join(root, executable) };
    return;
  }
  const isAbsolute = (folder: string) => folder.startsWith('/');
  // A relative folder in PATH would let the opened workspace choose the program.
  const onPath = (env.PATH ?? '').split(':').filter(isAbsolute);
  const folders = new Set([...onPath.filter((folder) => !isConfined(folder)), ...LINUX_FOLDERS]);
  for (const { name, executable } of LINUX_COMMANDS)
    for (const folder of folders) yield { name, executablePath: path.posix.join(folder, executable) };
  for (const { name, executable, profileRoot } of LINUX_CONFINED) {
    const userExport =
      home === undefined || !executable.startsWith('/var/lib/flatpak') ? [] : [userFlatpak(home, executable)];
    for (const executablePath of [executable, ...userExport])
      yield {
        name,
        executablePath,
        ...(home === undefined || profileRoot === undefined
          ? {}
          : { profileRoot: path.posix.join(home, profileRoot) }),
      };
  }
}

function isConfined(folder: string): boolean {
  return folder.startsWith('/snap/') || folder.includes('/flatpak/');
}

function userFlatpak(home: string, executable: string): string {
  return path.posix.join(home, '.local/share/flatpak/exports/bin', path.posix.basename(executable));
}

/** Windows' variable names have no case; a plain object has. */
function windowsVariable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const key = Object.keys(env).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : env[key];
}

function nameOf(executablePath: string): string {
  const file = executablePath.toLowerCase();
  if (file.includes('edge')) return 'Edge';
  if (file.includes('chromium')) return 'Chromium';
  if (file.includes('chrome')) return 'Chrome';
  return 'Browser';
}
