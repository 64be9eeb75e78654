/** The words of `docker` commands. Pure: nothing is run. */
import type { Size } from '../geometry.ts';

/** What a container may use of its machine. */
export interface ContainerLimits {
  readonly memoryMb: number;
  readonly cpus: number;
  readonly processes: number;
}

export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  /** `never` for one that was built here, as nobody else has it. */
  readonly pull: 'missing' | 'never';
  /** See {@link ownerLabel}. */
  readonly owner: string;
  readonly sessionId: string;
  readonly size: Size;
  readonly limits: ContainerLimits;
  readonly hasNetwork: boolean;
}

/** On containers and on images built here. */
export const OWNER_LABEL = 'computer-use-chat.owner';
const SESSION_LABEL = 'computer-use-chat.session';

/** Browsers keep pictures in it; Docker's default of 64 MB makes them crash. */
const SHARED_MEMORY_MB = 512;

/**
 * `docker run` of a desktop. No port is published and nothing of the host is mounted; what the image needs no privilege for,
 * it has none for. The size is told in the variables that the reference demo's image has for it.
 */
export function runArguments(plan: ContainerPlan): string[] {
  const { limits, size } = plan;
  return [
    ...['run', '--detach', '--rm', '--name', plan.name, '--hostname', 'desktop', `--pull=${plan.pull}`],
    ...['--label', `${OWNER_LABEL}=${plan.owner}`, '--label', `${SESSION_LABEL}=${plan.sessionId}`],
    // As much swap as memory in all, which is none: a desktop that grows is ended, not the machine slowed down.
    ...['--memory', `${limits.memoryMb}m`, '--memory-swap', `${limits.memoryMb}m`],
    ...['--cpus', String(limits.cpus), '--pids-limit', String(limits.processes)],
    ...['--shm-size', `${Math.min(SHARED_MEMORY_MB, limits.memoryMb)}m`],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...(plan.hasNetwork ? [] : ['--network', 'none']),
    ...['--env', `WIDTH=${size.width}`, '--env', `HEIGHT=${size.height}`],
    plan.image,
  ];
}

/** Lists containers of this extension, one a line: name, a tab, owner. */
export function listArguments(): string[] {
  const format = `{{.Names}}\t{{.Label "${OWNER_LABEL}"}}`;
  return ['ps', '--all', '--no-trunc', '--filter', `label=${OWNER_LABEL}`, '--format', format];
}

/** Ends and removes, with the volumes that have no name. */
export function removeArguments(names: readonly string[]): string[] {
  return ['rm', '--force', '--volumes', ...names];
}

export function buildArguments(image: string, folder: string): string[] {
  return ['build', '--progress=plain', '--label', `${OWNER_LABEL}=`, '--tag', image, folder];
}

/**
 * A stream to a port inside of the container, over standard input and output of `docker exec`: there is no port that others
 * on the engine's machine could connect to, which matters as the reference demo's VNC server asks for no password; and it
 * works where the engine is another machine, whose loopback interface is not ours.
 */
export function streamArguments(name: string, port: number): string[] {
  return ['exec', '--interactive', name, 'sh', '-c', STREAM_SCRIPT, 'sh', String(port)];
}

/** Tenths of a second that the VNC server may take to come up. */
const STREAM_TRIES = 450;

/**
 * Waits until the port takes a connection, then passes bytes both ways; either end's hanging up ends both. With what the
 * image has: bash (Debian's and Ubuntu's), socat or netcat.
 */
const STREAM_SCRIPT = `
if command -v bash >/dev/null; then exec bash -c '
tries=0
until exec 3<>"/dev/tcp/127.0.0.1/$1"; do
  tries=$((tries + 1)); [ $tries -lt ${STREAM_TRIES} ] || exit 1
  sleep 0.1
done 2>/dev/null
{ cat <&3; kill -KILL 0; } &
cat >&3
kill -KILL 0' bash "$1"; fi
if command -v socat >/dev/null; then exec socat - "TCP:127.0.0.1:$1,retry=${STREAM_TRIES},interval=0.1"; fi
exec nc 127.0.0.1 "$1"
`;

/** `machine/process/start`: whose container it is. All three may be looked up later. */
export interface Owner {
  readonly machine: string;
  readonly processId: number;
  readonly startTicks: number;
}

export function ownerLabel({ machine, processId, startTicks }: Owner): string {
  return `${encodeURIComponent(machine)}/${processId}/${startTicks}`;
}

/** A line of {@link listArguments}; undefined for one that is not ours to judge. */
export function parseListed(line: string): { readonly name: string; readonly owner: Owner } | undefined {
  const match = /^([A-Za-z0-9][\w.-]*)\t([^/\s]+)\/(\d+)\/(\d+)$/.exec(line.trim());
  if (match === null) return undefined;
  const [, name = '', machine = '', processId, startTicks] = match;
  try {
    return {
      name,
      owner: {
        machine: decodeURIComponent(machine),
        processId: Number(processId),
        startTicks: Number(startTicks),
      },
    };
  } catch {
    return undefined; // not percent-encoded as ours are
  }
}

/** Whether `image` can be the name of one: nothing that `docker run` would take for an option. */
export function isImageName(image: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}$/.test(image);
}
