/** A desktop in a container of Docker, on this machine or wherever the user's context has its engine. */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { Duplex } from 'node:stream';
import { Emitter } from '../../../base/emitter.ts';
import { isStillRunning, ownIdentity } from '../../../base/processIdentity.ts';
import type { ShellProcess } from '../../../base/shellPlace.ts';
import type { Size } from '../geometry.ts';
import { type DesktopMachine, type DesktopSource, DesktopUnavailable } from '../machine.ts';
import { DEFAULT_CONTAINER_LIMITS, DEFAULT_DESKTOP_SIZE } from './defaults.ts';
import {
  type ContainerLimits,
  type ContainerPlan,
  isImageName,
  listArguments,
  type Owner,
  ownerLabel,
  parseListed,
  removeArguments,
  runArguments,
  streamArguments,
} from './dockerArguments.ts';
import { DockerCommand, dockerFailure } from './dockerCommand.ts';
import { ensureOwnImage } from './dockerImage.ts';
import { spawnInContainer } from './dockerShell.ts';
import { lastLines } from './firstLines.ts';
import { commandStream, untilFirstBytes } from './streams.ts';

/** The reference demo's image, as it is published. */
export const REFERENCE_IMAGE = 'ghcr.io/anthropics/anthropic-quickstarts:computer-use-demo-latest';

export type DesktopImage =
  /** Ours, built from the files in `folder`. */
  | { readonly kind: 'own'; readonly folder: string }
  /** One with a VNC server on `port` inside, by default 5900. */
  | { readonly kind: 'named'; readonly name: string; readonly port?: number };

export interface DockerDesktopOptions {
  readonly image: DesktopImage;
  /** Default `docker`, found on the PATH. */
  readonly dockerCommand?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default {@link DEFAULT_DESKTOP_SIZE}. An image of others may have its own. */
  readonly size?: Size;
  readonly limits?: Partial<ContainerLimits>;
  /** Default true. */
  readonly hasNetwork?: boolean;
  /** Told of the lines that a pull or a build prints. */
  readonly onProgress?: (line: string) => void;
  /** How long a command may take that has nothing to download, and a server to speak, in ms. Default 60 s. */
  readonly limitMs?: number;
}

const VNC_PORT = 5900;
const WARM_UP_MS = 5_000;
const LIMIT_MS = 60_000;

/** The reference demo's image is a download of some GB. */
const PULL_LIMIT_MS = 60 * 60_000;

/** A source of containers, each for one session. */
export function dockerDesktopSource(options: DockerDesktopOptions): DesktopSource {
  const docker = new DockerCommand(options.dockerCommand ?? 'docker', options.env ?? process.env);
  return {
    kind: 'docker',
    label: 'Container (Docker)',
    start: (signal) => start(docker, options, signal),
  };
}

async function start(
  docker: DockerCommand,
  options: DockerDesktopOptions,
  signal: AbortSignal,
): Promise<DesktopMachine> {
  const { image, onProgress, limitMs = LIMIT_MS } = options;
  if (image.kind === 'named' && !isImageName(image.name))
    throw new DesktopUnavailable(`"${image.name}" is not the name of an image.`, 'Check it in the settings.');
  await removeOrphans(docker, limitMs, signal);
  const imageName =
    image.kind === 'own' ? await ensureOwnImage(docker, image.folder, onProgress, signal) : image.name;
  const sessionId = randomBytes(8).toString('hex');
  const plan: ContainerPlan = {
    name: `computer-use-chat-${sessionId}`,
    image: imageName,
    pull: image.kind === 'own' ? 'never' : 'missing',
    owner: ownerLabel(owner()),
    sessionId,
    size: options.size ?? DEFAULT_DESKTOP_SIZE,
    limits: { ...DEFAULT_CONTAINER_LIMITS, ...options.limits },
    hasNetwork: options.hasNetwork ?? true,
  };
  const container = new Container(
    docker,
    plan,
    image.kind === 'named' ? (image.port ?? VNC_PORT) : VNC_PORT,
    limitMs,
  );
  try {
    const runOptions = { signal, limitMs: PULL_LIMIT_MS, onProgress };
    await docker.succeed(runArguments(plan), 'The container did not start', runOptions);
  } catch (error) {
    await container.close(); // the engine may have made it all the same
    throw error;
  }
  container.watch();
  return container;
}

function owner(): Owner {
  return { machine: os.hostname(), ...ownIdentity() };
}

/** Removes the containers of hosts of this machine that do not run any more. @throws DesktopUnavailable; the signal's reason */
async function removeOrphans(docker: DockerCommand, limitMs: number, signal: AbortSignal): Promise<void> {
  const options = { signal, limitMs };
  const listed = await docker.succeed(listArguments(), 'Docker cannot be used', options);
  const orphans = listed
    .split('\n')
    .flatMap((line) => parseListed(line) ?? [])
    .filter(({ owner }) => owner.machine === os.hostname() && !isStillRunning(owner))
    .map(({ name }) => name);
  // One that another host removes at this moment makes it fail; nothing hangs on it.
  if (orphans.length > 0) await docker.call(removeArguments(orphans), options);
}

class Container implements DesktopMachine {
  readonly credentials = { password: async () => undefined };
  readonly isolation: DesktopMachine['isolation'];
  readonly isStreamPrivate = true;
  readonly warmUpMs = WARM_UP_MS;
  readonly #docker: DockerCommand;
  readonly #plan: ContainerPlan;
  readonly #port: number;
  readonly #limitMs: number;
  readonly #onEnd = new Emitter<string>();
  readonly onEnd = this.#onEnd.event;
  /** Aborted when it is closed. */
  readonly #life = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(docker: DockerCommand, plan: ContainerPlan, port: number, limitMs: number) {
    this.#docker = docker;
    this.#plan = plan;
    this.#port = port;
    this.#limitMs = limitMs;
    this.isolation = {
      kind: 'container',
      detail: `The desktop is a container of Docker, which has none of your files. ${
        plan.hasNetwork ? "It uses its machine's network." : 'It has no network.'
      }`,
    };
  }

  /** Tells when the container ends by itself. */
  watch(): void {
    // An engine that cannot be asked for it any more tells nothing; the connection's end does.
    this.#waitForEnd().catch(() => undefined);
  }

  async connect(signal: AbortSignal): Promise<Duplex> {
    signal.throwIfAborted();
    const { executable, env } = this.#docker;
    const command = commandStream(executable, streamArguments(this.#plan.name, this.#port), env);
    try {
      return await untilFirstBytes(command.stream, this.#limitMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      const complaint = await command.complaint();
      const log = await this.#lastWords();
      throw dockerFailure(
        `The VNC server in the container does not answer on port ${this.#port}`,
        [complaint, log].filter(Boolean).join('\n') ||
          (error instanceof Error ? error.message : String(error)),
      );
    }
  }

  spawnShell(command: readonly string[], signal: AbortSignal): Promise<ShellProcess> {
    return spawnInContainer(this.#docker, this.#plan.name, command, signal);
  }

  close(): Promise<void> {
    this.#closing ??= this.#remove();
    return this.#closing;
  }

  /** One that could not be removed is the next start's, once this host has ended. */
  async #remove(): Promise<void> {
    this.#onEnd.dispose();
    this.#life.abort(new Error('The container is closed.'));
    const options = { signal: new AbortController().signal, limitMs: this.#limitMs };
    await this.#docker.call(removeArguments([this.#plan.name]), options).catch(() => undefined);
  }

  async #waitForEnd(): Promise<void> {
    const options = { signal: this.#life.signal, limitMs: MAX_TIMER_MS };
    const { status, stdout } = await this.#docker.call(['wait', this.#plan.name], options);
    if (status === 0) this.#onEnd.fire(`The container has ended with status ${lastLines(stdout)}.`);
  }

  /** What the container printed; empty where it cannot be told. */
  async #lastWords(): Promise<string> {
    const options = { signal: this.#life.signal, limitMs: this.#limitMs };
    const printed = await this.#docker
      .call(['logs', '--tail', '5', this.#plan.name], options)
      .catch(() => undefined);
    return printed?.status === 0 ? lastLines(`${printed.stdout}\n${printed.stderr}`) : '';
  }
}

/** Some 24 days: as long as a timer can be. */
const MAX_TIMER_MS = 2 ** 31 - 1;
