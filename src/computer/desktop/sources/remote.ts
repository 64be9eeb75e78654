/** A desktop that runs already, reached at an address. */
import { connect, type NetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import { Emitter } from '../../../base/emitter.ts';
import { type Credentials, type DesktopMachine, type DesktopSource, DesktopUnavailable } from '../machine.ts';
import { sshArguments, sshFailure } from './ssh.ts';
import { type CommandStream, commandStream, NoAnswerError, untilFirstBytes } from './streams.ts';
import { formatHostPort, isLoopback, parseVncAddress, type VncAddress } from './vncAddress.ts';

export interface RemoteDesktopOptions {
  /** As in {@link parseVncAddress}. */
  readonly address: string;
  /** Asked for when the server wants one. */
  readonly password: Credentials['password'];
  /** Default `ssh`, found on the PATH. */
  readonly sshCommand?: string;
  /** Of `ssh`, which needs the user's agent and home. */
  readonly env?: NodeJS.ProcessEnv;
  /** How long a server may take to speak, in ms. Default 15 s, over SSH 30 s. */
  readonly limitMs?: number;
}

const TCP_LIMIT_MS = 15_000;
const SSH_LIMIT_MS = 30_000;

/** How long a connection may be silent before it is asked whether it is alive, in ms. */
const KEEP_ALIVE_MS = 30_000;

/** A source of connections to one address. Nothing is started there, and nothing ended. */
export function remoteDesktopSource(options: RemoteDesktopOptions): DesktopSource {
  return {
    kind: 'vnc',
    label: 'Remote desktop',
    address: options.address,
    async start(signal) {
      signal.throwIfAborted();
      const address = parseVncAddress(options.address);
      if (address.kind === 'invalid')
        throw new DesktopUnavailable(
          address.reason,
          'Set the address of the remote desktop in the settings.',
        );
      return remoteMachine(address, options);
    },
  };
}

type UsableAddress = Exclude<VncAddress, { kind: 'invalid' }>;

function remoteMachine(address: UsableAddress, options: RemoteDesktopOptions): DesktopMachine {
  const { username } = address;
  return {
    connect: (signal) => connectTo(address, options, signal),
    credentials: { ...(username === undefined ? {} : { username }), password: options.password },
    isolation: {
      kind: 'machine',
      detail: 'It is another machine: Claude can do there all that the user can who is logged in.',
    },
    isStreamPrivate: address.kind !== 'tcp' || isLoopback(address.host),
    warmUpMs: 0,
    onEnd: new Emitter<string>().event, // it is not ours to watch: a connection tells its own end
    close: async () => undefined,
  };
}

async function connectTo(
  address: UsableAddress,
  options: RemoteDesktopOptions,
  signal: AbortSignal,
): Promise<Duplex> {
  signal.throwIfAborted();
  switch (address.kind) {
    case 'tcp':
      return connectSocket(
        { host: address.host, port: address.port },
        formatHostPort(address),
        options,
        signal,
      );
    case 'unix':
      return connectSocket({ path: address.path }, address.path, options, signal);
    case 'ssh':
      return connectBySsh(address, options, signal);
  }
}

async function connectSocket(
  target: NetConnectOpts,
  name: string,
  { limitMs = TCP_LIMIT_MS }: RemoteDesktopOptions,
  signal: AbortSignal,
): Promise<Duplex> {
  const socket = connect({ ...target, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  try {
    return await untilFirstBytes(socket, limitMs, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw socketFailure(name, error);
  }
}

function socketFailure(name: string, error: unknown): DesktopUnavailable {
  if (error instanceof NoAnswerError)
    return new DesktopUnavailable(
      `${name} does not speak as a VNC server does: ${error.message}`,
      'Check the port, and whether a firewall is in between.',
    );
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ECONNREFUSED':
      return new DesktopUnavailable(
        `No VNC server listens at ${name}.`,
        'Check that it runs, and its port: display 1 is port 5901. One that listens on its own machine only is reached ' +
          'by vnc+ssh://.',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new DesktopUnavailable(
        `The host of ${name} is not known.`,
        'Check the name, and whether you need a VPN.',
      );
    case 'ENOENT':
      return new DesktopUnavailable(
        `There is no socket at ${name}.`,
        'Check the path, and that the server runs.',
      );
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new DesktopUnavailable(`${name} cannot be reached.`, 'Check the network, VPN and firewalls.');
    default:
      return new DesktopUnavailable(
        `${name} cannot be connected to: ${error instanceof Error ? error.message : String(error)}`,
        'Check the address.',
      );
  }
}

async function connectBySsh(
  address: Extract<VncAddress, { kind: 'ssh' }>,
  { sshCommand = 'ssh', env = process.env, limitMs = SSH_LIMIT_MS }: RemoteDesktopOptions,
  signal: AbortSignal,
): Promise<Duplex> {
  const command: CommandStream = commandStream(sshCommand, sshArguments(address.ssh, address), env);
  try {
    return await untilFirstBytes(command.stream, limitMs, signal);
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new DesktopUnavailable(
        `The command "${sshCommand}" was not found.`,
        'Install OpenSSH, or set the path of ssh in the settings.',
      );
    throw sshFailure(address.ssh, address, await command.complaint());
  }
}
