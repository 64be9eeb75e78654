/** Gets a sandbox ready, and finds out by trying whether it holds. */
import { realpath, stat } from 'node:fs/promises';
import os from 'node:os';
import { createHostPolicy, ownLoopback } from '../../base/net/hostPolicy.ts';
import { type HostProxy, type HostProxyOptions, listenHostProxy } from '../../base/net/hostProxy.ts';
import { nodeInside, proxySocketIn, proxyVariables, withBridge } from '../../base/sandbox/bridge.ts';
import { namespaceHint, tryInSandbox, withinLimits } from '../../base/sandbox/bubblewrap.ts';
import { giveTo, type SandboxUser, sandboxUsers } from '../../base/sandbox/sandboxUser.ts';
import { shellQuote } from '../../base/shellQuote.ts';
import { type FindProgram, programFinder } from '../../base/systemPrograms.ts';
import { removeTempFolder } from '../../base/tempFolders.ts';
import { bubblewrapArguments, NO_NESTING } from './bubblewrapSandbox.ts';
import { sandboxEnvironment } from './environment.ts';
import { KeptWorkspace, type Look } from './keptWorkspace.ts';
import { memoryScope, scopeEnvironment } from './memoryScope.ts';
import { INSIDE, makeSandboxFolder, type SandboxFolder } from './sandboxFolder.ts';
import { seatbeltProfile } from './seatbelt.ts';
import { ifShown } from './shownFiles.ts';
import { privatePlaces, type SandboxWish, type VisibleFolders, visibleFolders } from './workspace.ts';

/** A sandbox that was tried out. Its folders are there until it is closed. */
export interface ReadySandbox {
  /**
   * What goes in front of the command of a shell that begins now.
   * @throws an error with a plain message where it would show something else than it says
   */
  begin(): Promise<readonly string[]>;
  /** Whether the latest shell could write by now what commands must not: no command may go on in it. */
  isOutdated(): Promise<boolean>;
  /** Whether replacing this file makes it that. */
  isMounted(file: string): boolean;
  /** For what goes in front; commands have an environment of the sandbox's. */
  readonly env: NodeJS.ProcessEnv;
  readonly user: SandboxUser | undefined;
  readonly proxy: HostProxy | undefined;
  close(): Promise<void>;
}

export interface SandboxSurroundings {
  readonly platform?: NodeJS.Platform;
  readonly env?: NodeJS.ProcessEnv;
  readonly find?: FindProgram;
  /** Of this process: Node, or an editor that can be Node. */
  readonly executable?: string;
  /** Where the sandbox's folder is made. */
  readonly tempRoot?: string;
  readonly lookUp?: NonNullable<HostProxyOptions['lookUp']>;
  /** Processes at a time. */
  readonly processes?: number;
}

/** No sandbox, and so no commands: a plain message with what to do about it. */
export class SandboxUnavailable extends Error {
  override readonly name = 'SandboxUnavailable';
}

/** Of a kernel that counts a sandbox's processes apart from the user's others, and of older ones (5.14). */
const MAX_PROCESSES = 1_024;
const MAX_PROCESSES_OF_ALL = 4_096;

const MAX_FILE_GB = 16;

/**
 * @throws SandboxUnavailable where there is none, or it does not hold; an error with a plain message for folders that
 *   cannot be shown; the signal's reason
 */
export async function prepareSandbox(
  wish: SandboxWish,
  surroundings: SandboxSurroundings,
  signal: AbortSignal,
): Promise<ReadySandbox> {
  const { platform = process.platform, env = process.env, tempRoot = os.tmpdir() } = surroundings;
  if (platform !== 'linux' && platform !== 'darwin')
    throw new SandboxUnavailable(
      'There is no sandbox for commands on Windows. Use WSL, a container or a remote window on Linux.',
    );
  const visible = await visibleFolders(wish, privatePlaces(env));
  const undo: Array<() => Promise<void>> = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const folder = await makeSandboxFolder(await realpath(tempRoot));
    undo.push(() => removeTempFolder(folder.root));
    const parts: Parts = { wish, surroundings, visible, folder, env };
    if (platform === 'darwin') return { ...(await seatbelt(parts, signal)), close };
    const proxy = await proxyOf(parts);
    if (proxy) undo.push(() => proxy.close());
    const kept = new KeptWorkspace(visible, wish.access === 'write');
    undo.push(() => kept.release());
    const { command, ...tried } = await bubblewrap(parts, await kept.look(), proxy !== undefined, signal);
    return {
      ...tried,
      ...{ proxy, close },
      begin: async () => command(await kept.look()),
      isOutdated: () => kept.isOutdated(),
      isMounted: (file) => kept.isMounted(file),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Parts {
  readonly wish: SandboxWish;
  readonly surroundings: SandboxSurroundings;
  readonly visible: VisibleFolders;
  readonly folder: SandboxFolder;
  readonly env: NodeJS.ProcessEnv;
}

async function proxyOf({ wish, folder, surroundings }: Parts): Promise<HostProxy | undefined> {
  const policy = createHostPolicy(wish.hosts);
  if (policy.entries.length === 0) return undefined;
  const { lookUp } = surroundings;
  const socket = proxySocketIn(folder.network);
  const setting = 'computerUseChat.tools.allowedHosts';
  return listenHostProxy({ socket, policy: () => policy, setting, ...(lookUp && { lookUp }) });
}

/** One that holds. `command`: what goes in front of a command, for what was seen of the workspace. */
interface TriedSandbox extends Pick<ReadySandbox, 'env' | 'user'> {
  command(look: Look): readonly string[];
}

async function bubblewrap(
  { wish, surroundings, visible, folder, env }: Parts,
  first: Look,
  hasNetwork: boolean,
  signal: AbortSignal,
): Promise<TriedSandbox> {
  const find = surroundings.find ?? programFinder();
  const bwrap = find('bwrap');
  if (bwrap === undefined)
    throw new SandboxUnavailable(
      'Commands in a sandbox need bubblewrap, which is not installed. On Debian or Ubuntu: sudo apt-get install bubblewrap. ' +
        'On Fedora: sudo dnf install bubblewrap.',
    );
  const node = hasNetwork ? nodeInside(surroundings.executable ?? process.execPath) : undefined;
  const inside = sandboxEnvironment(INSIDE, [...visible.workspace, ...visible.readable], env);
  const argumentsFor = ({ kept }: Look) =>
    bubblewrapArguments({
      ...{ folder, visible, kept, node, access: wish.access },
      env: {
        ...inside,
        XDG_RUNTIME_DIR: INSIDE.runtime,
        ...(node && proxyVariables(ownLoopback(createHostPolicy(wish.hosts)))),
      },
    });
  const processes = surroundings.processes ?? maxProcesses();
  const limits = withinLimits({ processes, fileGb: MAX_FILE_GB, dataMb: wish.memoryMb });
  const bridge = node ? withBridge(node) : [];
  const outside = scopeEnvironment(env);
  const failures: string[] = [];
  for (const user of await usersFor(visible, wish))
    for (const nesting of [[NO_NESTING], []]) {
      const isGiven = await giveTo(user, folder.root).then(
        () => true,
        () => false, // this user is not to be had here; the next one may be
      );
      if (!isGiven) continue;
      const sandbox = (look: Look) => [bwrap, ...nesting, ...argumentsFor(look)];
      const failure = await fault(sandbox(first), wish, { visible, folder, user, env: outside }, signal);
      if (failure !== undefined) {
        failures.push(failure);
        continue;
      }
      const scope = user
        ? []
        : await memoryScope(find('systemd-run'), { memoryMb: wish.memoryMb, processes }, outside, signal);
      return {
        command: (look) => [...scope, ...sandbox(look), ...bridge, ...limits, ...ifShown(look.shown)],
        ...{ env: outside, user },
      };
    }
  // Of the last user, without options that older versions do not know: the plainest.
  const reason = failures.at(-1) ?? '';
  throw new SandboxUnavailable(
    `The sandbox for commands does not work here: ${reason}${namespaceHint(reason)}`,
  );
}

async function seatbelt(
  { wish, visible, folder, env }: Parts,
  signal: AbortSignal,
): Promise<Omit<ReadySandbox, 'close'>> {
  if (createHostPolicy(wish.hosts).entries.length > 0)
    throw new SandboxUnavailable(
      'On macOS commands in the sandbox have no network: empty the setting computerUseChat.tools.allowedHosts.',
    );
  const { home, temp } = folder;
  const profile = seatbeltProfile({ home, temp, visible, access: wish.access });
  const inside = sandboxEnvironment(
    { user: INSIDE.user, home, temp },
    [...visible.workspace, ...visible.readable, '/opt/homebrew'],
    env,
  );
  const sandbox = ['/usr/bin/sandbox-exec', '-p', profile];
  const reason = await fault(sandbox, wish, { visible, folder, user: undefined, env: inside }, signal);
  if (reason !== undefined)
    throw new SandboxUnavailable(`The sandbox for commands does not work here: ${reason}`);
  const limits = withinLimits({ processes: MAX_PROCESSES_OF_ALL, fileGb: MAX_FILE_GB });
  return {
    // A profile judges what a path leads to, not how it is written, nor which file is there.
    begin: async () => [...sandbox, ...limits],
    isOutdated: async () => false,
    isMounted: () => false,
    ...{ env: inside, user: undefined, proxy: undefined },
  };
}

/**
 * Whom to try. Files of the workspace are their owner's to read or write, and a host that is root is not that owner in a
 * namespace of its own.
 */
async function usersFor(
  { workspace }: VisibleFolders,
  { access }: SandboxWish,
): Promise<ReadonlyArray<SandboxUser | undefined>> {
  if (process.getuid?.() !== 0) return [undefined];
  const { uid, gid } = await stat(workspace[0]);
  return [...(uid === 0 ? [] : [{ uid, gid }]), ...(access === 'read' ? sandboxUsers() : [undefined])];
}

/** Why a sandbox is none that can be used: it does not start, shows too little, or too much. */
async function fault(
  sandbox: readonly string[],
  { access }: SandboxWish,
  tried: Pick<Parts, 'visible' | 'folder' | 'env'> & { readonly user: SandboxUser | undefined },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { visible, folder, user, env } = tried;
  const [first] = visible.workspace;
  const script = `
ls -- ${shellQuote(first)} >/dev/null 2>&1 && echo readable
[ -w ${shellQuote(first)} ] && echo writable
cat -- ${shellQuote(folder.canary)} >/dev/null 2>&1 && echo leaks
echo works`;
  const trial = await tryInSandbox(sandbox, script, user, signal, env as Record<string, string>);
  if (!trial.hasRun) return trial.reason;
  if (trial.lines.includes('leaks')) return 'What must not be seen inside can be read.';
  if (!trial.lines.includes('readable')) return `${first} cannot be read by the user of the sandbox.`;
  if (trial.lines.includes('writable') !== (access === 'write'))
    return `${first} ${access === 'write' ? 'cannot' : 'can'} be written to by the user of the sandbox.`;
  return undefined;
}

function maxProcesses(): number {
  const [major = 0, minor = 0] = os.release().split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 14) ? MAX_PROCESSES : MAX_PROCESSES_OF_ALL;
}
