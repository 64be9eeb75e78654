/** A desktop on this machine that no monitor shows: TigerVNC's X server, a window manager, the applications installed. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import type { HostProxy } from '../../../base/net/hostProxy.ts';
import { O_PATH } from '../../../base/openFlags.ts';
import { AS_NODE, bridgeCommand, type NodeInside, nodeInside } from '../../../base/sandbox/bridge.ts';
import { giveTo } from '../../../base/sandbox/sandboxUser.ts';
import type { ShellProcess } from '../../../base/shellPlace.ts';
import { shellQuote } from '../../../base/shellQuote.ts';
import { type FindProgram, programFinder } from '../../../base/systemPrograms.ts';
import { bounded } from '../../bounded.ts';
import type { Size } from '../geometry.ts';
import {
  type ClickRecorder,
  type DesktopMachine,
  type DesktopSource,
  DesktopUnavailable,
  type Isolation,
} from '../machine.ts';
import { type Application, installedApplications } from './applications.ts';
import { DEFAULT_DESKTOP_SIZE } from './defaults.ts';
import { lastLines } from './firstLines.ts';
import { isolationOf, noWeb, type SandboxChoice, type SandboxState, trySandbox } from './isolation.ts';
import { type SandboxNetwork, sandboxArguments, WITHIN_LIMITS } from './sandbox.ts';
import { untilFirstBytes } from './streams.ts';
import { type DesktopProgram, type ProgramOptions, Supervisor } from './supervisor.ts';
import { recordClicks } from './virtualClicks.ts';
import { desktopEnvironment, furnishHome, placesOf, xauthorityIn } from './virtualEnvironment.ts';
import {
  type DesktopFolder,
  endDesktopProcesses,
  makeDesktopFolder,
  noteDisplay,
  removeDesktopFolder,
  removeOrphanedDesktops,
} from './virtualFolder.ts';
import { listenForWeb, type WebOptions, webVariables } from './virtualNetwork.ts';

export interface VirtualDesktopOptions {
  /** Default {@link DEFAULT_DESKTOP_SIZE}. */
  readonly size?: Size;
  /** Bits a pixel. */
  readonly depth?: 16 | 24;
  /** Default `preferred`. */
  readonly sandbox?: SandboxChoice;
  /** Default `web`. Without a sandbox it is `all`, and there is no desktop where `none` is asked for. */
  readonly network?: SandboxNetwork;
  /** What can be reached besides public hosts where the network is the web: as `createHostPolicy` takes it. */
  readonly allowedHosts?: readonly string[];
  /** Addresses of a name, for the web; asks the system by default. */
  readonly lookUp?: WebOptions['lookUp'];
  /** Of this process: Node, or an editor that can be Node. */
  readonly executable?: string;
  /** What is open when the desktop appears; the first installed application if that is not. Default `terminal`. */
  readonly firstApplication?: Application['kind'];
  /** How long the X server may take to come up, in ms. Default 20 s. */
  readonly limitMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  /** Where the desktops' folders are made. Default: the system's temporary folder. */
  readonly tempRoot?: string;
  readonly find?: FindProgram;
}

export interface VirtualDesktopSource extends DesktopSource {
  readonly kind: 'virtual';
  /** What a desktop would be kept from, found out by trying. Some 20 ms. @throws the signal's reason */
  isolation(signal: AbortSignal): Promise<Isolation>;
  start(signal: AbortSignal): Promise<VirtualDesktop>;
}

export interface VirtualDesktop extends DesktopMachine {
  /** The number of its X display. */
  readonly display: number;
  readonly applications: readonly Application[];
  /** Runs a program on the desktop, in its sandbox, as its user. */
  spawn(command: string, args: readonly string[], options?: ProgramOptions): DesktopProgram;
}

const START_LIMIT_MS = 20_000;
const DEFAULT_NETWORK: SandboxNetwork = 'web';
const CONNECT_LIMIT_MS = 10_000;
const WARM_UP_MS = 3_000;
const BACKGROUND = '#3b5a78';

/** The VNC server's socket, in the folder shared with it. Relative: the whole path may be longer than a socket's can be. */
const SOCKET = 'rfb.sock';

const NO_SHELL = 'The virtual desktop has no sandbox, so that commands could do all that the person can.';

/** Desktops on this machine, each with a home, an X server and processes of its own. */
export function virtualDesktopSource(options: VirtualDesktopOptions = {}): VirtualDesktopSource {
  const find = options.find ?? programFinder();
  return {
    kind: 'virtual',
    label: 'Virtual desktop',
    async isolation(signal) {
      const folder = await makeDesktopFolder(options.tempRoot ?? os.tmpdir());
      try {
        return isolationOf(await sandboxFor(folder, options, find, signal));
      } finally {
        await removeDesktopFolder(folder);
      }
    },
    start: (signal) => start(options, find, signal),
  };
}

async function start(
  options: VirtualDesktopOptions,
  find: FindProgram,
  signal: AbortSignal,
): Promise<VirtualDesktop> {
  signal.throwIfAborted();
  const programs = requiredPrograms(options, find);
  const tempRoot = options.tempRoot ?? os.tmpdir();
  await removeOrphanedDesktops(tempRoot);
  const folder = await makeDesktopFolder(tempRoot);
  let supervisor: Supervisor | undefined;
  let proxy: HostProxy | undefined;
  try {
    // Before its folder is given to the sandbox's user, who has to be let in.
    if ((options.network ?? DEFAULT_NETWORK) === 'web') proxy = await listenForWeb(folder, options);
    const sandbox = await sandboxFor(folder, options, find, signal);
    const applications = installedApplications(find, sandbox.canNest);
    await furnishHome(folder, applications);
    if (sandbox.works) await giveTo(sandbox.user, folder.home);
    supervisor = startSupervisor(folder, sandbox, programs, find, options);
    const display = await displayOf(supervisor, options.limitMs ?? START_LIMIT_MS, signal);
    if (!sandbox.works) await noteDisplay(folder, display);
    startSession(supervisor, programs.openbox, applications, find, options);
    const hasBridge = sandbox.network === 'web' ? runBridge(supervisor, nodeFor(options)) : undefined;
    if (!hasBridge) await proxy?.close();
    return new RunningDesktop({
      ...{ supervisor, folder, display, applications, proxy },
      ...{ sandbox, hasBridge, xev: find('xev') },
    });
  } catch (error) {
    await supervisor?.close();
    await proxy?.close();
    await endDesktopProcesses(folder);
    await removeDesktopFolder(folder);
    throw error;
  }
}

interface Programs {
  readonly xvnc: string;
  readonly openbox: string;
}

/** @throws DesktopUnavailable */
function requiredPrograms(
  { platform = process.platform }: VirtualDesktopOptions,
  find: FindProgram,
): Programs {
  if (platform !== 'linux')
    throw new DesktopUnavailable(
      'A virtual desktop needs Linux.',
      'Use a container (Docker) or a remote desktop instead.',
    );
  const xvnc = find('Xtigervnc', 'Xvnc');
  const openbox = find('openbox');
  if (xvnc !== undefined && openbox !== undefined) return { xvnc, openbox };
  const missing = xvnc === undefined ? "TigerVNC's X server (Xvnc)" : 'The window manager openbox';
  throw new DesktopUnavailable(
    `${missing} is not installed.`,
    'On Debian or Ubuntu: sudo apt-get install tigervnc-standalone-server openbox xterm x11-xserver-utils bubblewrap. ' +
      'On Fedora: sudo dnf install tigervnc-server-minimal openbox xterm bubblewrap.',
  );
}

function sandboxFor(
  folder: DesktopFolder,
  options: VirtualDesktopOptions,
  find: FindProgram,
  signal: AbortSignal,
): Promise<SandboxState> {
  const { sandbox = 'preferred', network = DEFAULT_NETWORK } = options;
  const wish = { choice: sandbox, network };
  const args = (possible: SandboxNetwork) => sandboxArguments(folder, possible, nodeFor(options));
  return trySandbox(find('bwrap'), args, folder.root, wish, signal);
}

function startSupervisor(
  folder: DesktopFolder,
  sandbox: SandboxState,
  { xvnc }: Programs,
  find: FindProgram,
  options: VirtualDesktopOptions,
): Supervisor {
  const places = placesOf(folder, sandbox.works);
  // A message bus of the desktop's own, which many programs do not start without.
  const bus = find('dbus-run-session');
  const { width, height } = options.size ?? DEFAULT_DESKTOP_SIZE;
  return new Supervisor({
    shell: [
      ...sandbox.command,
      ...(sandbox.works ? WITHIN_LIMITS : []),
      ...(bus === undefined ? [] : [bus, '--']),
      '/bin/sh',
    ],
    script: places.script,
    server: [
      xvnc,
      ...['-rfbunixpath', SOCKET, '-rfbunixmode', '0600', '-rfbport', '-1', '-nolisten', 'tcp'],
      // The socket is in a folder that only this user may enter, who could read a password as well.
      ...['-SecurityTypes', 'None', '-AlwaysShared', '-UseBlacklist=0'],
      ...['-auth', xauthorityIn(places), '-noreset', '-s', '0', '-br'],
      ...['-geometry', `${width}x${height}`, '-depth', String(options.depth ?? 24)],
      ...['-desktop', 'Virtual desktop'],
    ],
    folder: folder.shared,
    env: desktopEnvironment(folder, places, options.env ?? process.env, networkOf(sandbox, options)),
    user: sandbox.user,
  });
}

function networkOf({ network }: SandboxState, options: VirtualDesktopOptions) {
  switch (network) {
    case 'web':
      return webVariables(options);
    case 'all':
      return 'host';
    case 'none':
      return {};
  }
}

function nodeFor({ executable = process.execPath }: VirtualDesktopOptions): NodeInside {
  return nodeInside(executable);
}

/** Once the X server is up: neither waits for the other. */
function runBridge(supervisor: Supervisor, node: NodeInside): Promise<boolean> {
  const [command, ...args] = bridgeCommand(node);
  return supervisor.runBridge(command, args, { env: { [AS_NODE]: '1' } });
}

/** @throws DesktopUnavailable, the signal's reason */
async function displayOf(supervisor: Supervisor, limitMs: number, signal: AbortSignal): Promise<number> {
  try {
    return await bounded(supervisor.display, [signal], limitMs, () => new Error('It took too long.'));
  } catch (error) {
    signal.throwIfAborted();
    const reason = lastLines(supervisor.log) || (error instanceof Error ? error.message : String(error));
    throw new DesktopUnavailable(
      `The virtual desktop's X server did not start: ${reason}`,
      'It has to be the one of TigerVNC 1.7 or later. Try to start it by hand.',
    );
  }
}

function startSession(
  supervisor: Supervisor,
  openbox: string,
  applications: readonly Application[],
  find: FindProgram,
  { firstApplication = 'terminal' }: VirtualDesktopOptions,
): void {
  const silent = { maxOutputBytes: 0 };
  const xsetroot = find('xsetroot');
  if (xsetroot !== undefined)
    supervisor.run(xsetroot, ['-solid', BACKGROUND, '-cursor_name', 'left_ptr'], silent);
  const first = applications.find(({ kind }) => kind === firstApplication) ?? applications[0];
  const startup = first === undefined ? [] : ['--startup', first.command.map(shellQuote).join(' ')];
  supervisor.run(openbox, startup, silent);
}

interface RunningParts extends Pick<VirtualDesktop, 'display' | 'applications'> {
  readonly supervisor: Supervisor;
  readonly folder: DesktopFolder;
  readonly sandbox: SandboxState;
  readonly proxy: HostProxy | undefined;
  /** Whether what leads to the web works; undefined where nothing does. */
  readonly hasBridge: Promise<boolean> | undefined;
  readonly xev: string | undefined;
}

class RunningDesktop implements VirtualDesktop {
  readonly isStreamPrivate = true;
  readonly warmUpMs = WARM_UP_MS;
  readonly credentials = { password: async () => undefined };
  readonly display: number;
  readonly applications: readonly Application[];
  readonly onEnd: DesktopMachine['onEnd'];
  readonly #supervisor: Supervisor;
  readonly #folder: DesktopFolder;
  readonly #proxy: HostProxy | undefined;
  readonly #hasBridge: Promise<boolean>;
  #sandbox: SandboxState;
  readonly #xev: string | undefined;
  #closing: Promise<void> | undefined;

  constructor({ supervisor, folder, sandbox, display, applications, ...more }: RunningParts) {
    this.#supervisor = supervisor;
    this.#folder = folder;
    this.#proxy = more.proxy;
    this.#xev = more.xev;
    this.#sandbox = sandbox;
    this.#hasBridge = this.#follow(more.hasBridge);
    this.display = display;
    this.applications = applications;
    this.onEnd = (listener) =>
      supervisor.onEnd((log) => listener(`The virtual desktop has ended. ${lastLines(log)}`.trim()));
  }

  get isolation(): Isolation {
    return isolationOf(this.#sandbox);
  }

  /** What is told of the network holds: without a bridge there is none. */
  async #follow(hasBridge: Promise<boolean> | undefined): Promise<boolean> {
    if (!hasBridge || (await hasBridge)) return hasBridge !== undefined;
    this.#sandbox = { ...this.#sandbox, network: 'none', reason: noWeb('It does not run there.') };
    await this.#proxy?.close();
    return false;
  }

  async connect(signal: AbortSignal): Promise<Duplex> {
    signal.throwIfAborted();
    try {
      return await untilFirstBytes(await openSocket(this.#folder.shared), CONNECT_LIMIT_MS, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw new DesktopUnavailable(
        `The virtual desktop does not answer: ${error instanceof Error ? error.message : String(error)}`,
        'It may have ended. Try again, which starts a new one.',
      );
    }
  }

  spawn(command: string, args: readonly string[], options: ProgramOptions = {}): DesktopProgram {
    return this.#supervisor.run(command, args, options);
  }

  async spawnShell(command: readonly string[], signal: AbortSignal): Promise<ShellProcess> {
    if (this.isolation.kind !== 'sandbox') throw new Error(NO_SHELL);
    await this.#hasBridge;
    const { spawnInSandbox } = await import('./virtualShell.ts');
    return spawnInSandbox(this, this.#folder.shared, command, signal);
  }

  takeRefusals(): readonly string[] {
    return this.#proxy?.takeRefusals() ?? [];
  }

  recordClicks(): ClickRecorder | undefined {
    return this.#xev === undefined ? undefined : recordClicks(this, this.#xev);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#supervisor.close();
    await this.#proxy?.close();
    if (this.isolation.kind === 'none') await endDesktopProcesses(this.#folder);
    await removeDesktopFolder(this.#folder);
  }
}

/**
 * Programs in the sandbox can write to the folder of the socket, and put a link to some socket of the user's there. So what
 * is there is held first, and looked at, and then connected to: that very file.
 */
async function openSocket(folder: string): Promise<Duplex> {
  const file = await open(path.join(folder, SOCKET), O_PATH | constants.O_NOFOLLOW);
  try {
    if (!(await file.stat()).isSocket()) throw new Error('There is no socket in its place.');
    const socket = connect(`/proc/self/fd/${file.fd}`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('connect', resolve).once('error', reject);
    await promise;
    socket.off('error', reject);
    return socket;
  } finally {
    await file.close();
  }
}
