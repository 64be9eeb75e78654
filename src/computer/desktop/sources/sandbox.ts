/**
 * The sandbox of a virtual desktop, by bubblewrap (bwrap(1)).
 *
 * The X server is inside, with the programs that it serves: a program that gets hold of the server through a flaw in it
 * has gained nothing, the display's socket and lock are in a folder of the sandbox's own, shared memory between the two
 * works, and all of it ends with one process namespace.
 *
 * What is a folder there is read-only, apart from the desktop's own home and temporary folder.
 */
import { bridgeArguments, type NodeInside } from '../../../base/sandbox/bridge.ts';
import {
  namespaceArguments,
  systemArguments,
  tryInSandbox,
  withinLimits,
} from '../../../base/sandbox/bubblewrap.ts';
import type { SandboxUser } from '../../../base/sandbox/sandboxUser.ts';
import { firstLines } from './firstLines.ts';

/** Folders of the host that are made visible inside, at other places. Absolute. */
export interface SandboxFolders {
  /** The home folder of the user inside. */
  readonly home: string;
  /** `/tmp` inside. */
  readonly temp: string;
  /** `XDG_RUNTIME_DIR` inside. */
  readonly runtime: string;
  /** What host and sandbox share: the VNC server's socket is in it. */
  readonly shared: string;
  /** Holds `passwd`, `group` and `machine-id` of the sandbox: those of the machine tell who the user is. */
  readonly accounts: string;
  /** The script that runs the desktop. */
  readonly script: string;
  /** What the way to the web takes: the bridge's script, the proxy's socket. */
  readonly network: string;
}

/** Where these are inside. */
export const INSIDE = {
  home: '/home/desktop',
  temp: '/tmp',
  shared: '/run/desktop',
  runtime: '/run/user/1000',
  script: '/run/supervisor.sh',
} as const;

/**
 * - `web`: a network of its own, from which a proxy of the host's leads to public hosts and to those that the user allows
 * - `all`: the machine's network; with it come its local ports, and sockets in the abstract namespace, which are bound
 *   to no file. An X server of the user's own may have one of those; it asks for a cookie, which is not readable inside.
 * - `none`: no network at all
 */
export type SandboxNetwork = 'web' | 'all' | 'none';

/** The arguments of `bwrap` in front of the command to run in the sandbox. */
export function sandboxArguments(
  folders: SandboxFolders,
  network: SandboxNetwork,
  node: NodeInside,
): string[] {
  return [
    ...namespaceArguments('desktop'),
    ...(network === 'all' ? [] : ['--unshare-net']),
    ...systemArguments(folders.accounts),
    ...['--bind', folders.temp, INSIDE.temp, '--bind', folders.home, INSIDE.home],
    ...['--bind', folders.shared, INSIDE.shared, '--bind', folders.runtime, INSIDE.runtime],
    ...['--symlink', '/run', '/var/run', '--ro-bind', folders.script, INSIDE.script],
    ...(network === 'web' ? bridgeArguments(folders.network, node) : []),
    ...['--remount-ro', '/', '--chdir', INSIDE.shared],
    '--',
  ];
}

/** Goes in front of a command in the sandbox. */
export const WITHIN_LIMITS = withinLimits({ processes: 4_096, fileGb: 16 });

/** What a try of the sandbox has shown. */
export type SandboxProbe =
  /** `canNest`: a program inside can make user namespaces of its own, as browsers do for their sandboxes. */
  { readonly works: true; readonly canNest: boolean } | { readonly works: false; readonly reason: string };

/**
 * Runs an empty sandbox.
 * @throws the signal's reason
 */
export async function probeSandbox(
  executable: string,
  args: readonly string[],
  user: SandboxUser | undefined,
  signal: AbortSignal,
): Promise<SandboxProbe> {
  const script = 'unshare --user --map-root-user true 2>/dev/null && echo nests; echo works';
  const trial = await tryInSandbox([executable, ...args], script, user, signal);
  return trial.hasRun
    ? { works: true, canNest: trial.lines.includes('nests') }
    : { works: false, reason: firstLines(trial.reason) };
}
