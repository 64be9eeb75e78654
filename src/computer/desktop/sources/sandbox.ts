/**
 * The sandbox of a virtual desktop, by bubblewrap (bwrap(1)).
 *
 * The X server is inside, with the programs that it serves: a program that gets hold of the server through a flaw in it
 * has gained nothing, the display's socket and lock are in a folder of the sandbox's own, shared memory between the two
 * works, and all of it ends with one process namespace.
 *
 * What can be read is listed, not what cannot: a file that nobody thought of is not there. Where that is a folder it is
 * read-only, apart from the desktop's own home and temporary folder.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { firstLines } from './firstLines.ts';
import type { SandboxUser } from './sandboxUser.ts';

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
}

/** Where these are inside. */
export const INSIDE = {
  home: '/home/desktop',
  temp: '/tmp',
  shared: '/run/desktop',
  runtime: '/run/user/1000',
  script: '/run/supervisor.sh',
} as const;

/** The user inside. Not root, whoever the host runs as: Chromium builds its own sandbox only for such. */
export const INSIDE_USER_ID = 1000;

/**
 * - `shared`: the machine's network; with it come its local ports, and sockets in the abstract namespace, which are bound
 *   to no file. An X server of the user's own may have one of those; it asks for a cookie, which is not readable inside.
 * - `none`: no network at all
 */
export type SandboxNetwork = 'shared' | 'none';

/** The system, without /etc. NixOS and Guix keep theirs in a store. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/opt',
  '/nix/store',
  '/gnu/store',
  '/run/current-system/sw',
  '/run/opengl-driver',
  '/var/cache/fontconfig',
];

/** Of /etc, what programs need to run, show text, look up names and check certificates. No keys, no passwords. */
const CONFIGURATION = [
  ...['alternatives', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'static', 'nix/path'],
  ...['fonts', 'X11', 'xdg', 'gtk-2.0', 'gtk-3.0', 'gtk-4.0', 'mime.types', 'mailcap', 'terminfo', 'dconf'],
  ...['chromium', 'chromium.d', 'firefox', 'firefox-esr', 'libreoffice', 'opt/chrome', 'opt/edge'],
  ...['ssl/certs', 'ssl/openssl.cnf', 'ca-certificates', 'pki/tls/certs', 'pki/ca-trust', 'crypto-policies'],
  ...['resolv.conf', 'hosts', 'host.conf', 'nsswitch.conf', 'gai.conf', 'protocols', 'services'],
  ...['localtime', 'timezone', 'locale.conf', 'os-release', 'debian_version', 'login.defs'],
  ...[
    'bash.bashrc',
    'profile',
    'inputrc',
    'shells',
    'vim',
    'python3',
    'perl',
    'magic',
    'dbus-1/session.conf',
  ],
].map((name) => `/etc/${name}`);

/**
 * What /proc has besides processes and can be written to, by somebody or other: the machine's own settings. Another name in
 * the namespace does not make root another user there, so each is read-only; a process inside cannot mount a /proc without
 * these either (mount_namespaces(7), restrictions).
 */
const KERNEL = [
  ...[
    'sys',
    'sysrq-trigger',
    'irq',
    'bus',
    'fs',
    'acpi',
    'scsi',
    'asound',
    'driver',
    'tty',
    'mtrr',
    'pressure',
  ],
  ...['kcore', 'kmsg', 'dynamic_debug', 'slabinfo', 'latency_stats', 'timer_stats', 'sched_debug'],
].map((name) => `/proc/${name}`);

const ACCOUNT_FILES = ['passwd', 'group', 'machine-id'] as const;

/** What is in {@link SandboxFolders.accounts} (passwd(5), group(5), machine-id(5)). */
export function accountFiles(): ReadonlyMap<string, string> {
  const id = INSIDE_USER_ID;
  return new Map<(typeof ACCOUNT_FILES)[number], string>([
    ['passwd', `desktop:x:${id}:${id}::${INSIDE.home}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n`],
    ['group', `desktop:x:${id}:\nnogroup:x:65534:\n`],
    ['machine-id', `${randomBytes(16).toString('hex')}\n`],
  ]);
}

/** The arguments of `bwrap` in front of the command to run in the sandbox. */
export function sandboxArguments(folders: SandboxFolders, network: SandboxNetwork): string[] {
  return [
    '--die-with-parent',
    '--new-session', // no terminal of the host's to put keys into
    ...['--unshare-user', '--uid', String(INSIDE_USER_ID), '--gid', String(INSIDE_USER_ID)],
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--hostname', 'desktop'],
    ...(network === 'none' ? ['--unshare-net'] : []),
    ...[...SYSTEM, ...CONFIGURATION].flatMap((file) => ['--ro-bind-try', file, file]),
    ...ACCOUNT_FILES.flatMap((name) => ['--ro-bind', `${folders.accounts}/${name}`, `/etc/${name}`]),
    '--proc',
    '/proc',
    ...KERNEL.flatMap((file) => ['--ro-bind-try', file, file]),
    ...['--dev', '/dev', '--tmpfs', '/dev/shm', '--remount-ro', '/dev', '--tmpfs', '/var/tmp'],
    ...['--bind', folders.temp, INSIDE.temp, '--bind', folders.home, INSIDE.home],
    ...['--bind', folders.shared, INSIDE.shared, '--bind', folders.runtime, INSIDE.runtime],
    ...['--symlink', '/run', '/var/run', '--ro-bind', folders.script, INSIDE.script],
    ...['--remount-ro', '/', '--chdir', INSIDE.shared],
    '--',
  ];
}

/** Threads count as processes. On Linux before 5.14 all of the user's do, inside and outside. */
const MAX_PROCESSES = 4_096;

/** 16 GiB, in blocks of 512 bytes: one file that never stops growing does not fill the disk. */
const MAX_FILE_BLOCKS = 33_554_432;

/**
 * Goes in front of a command in the sandbox: what can be limited without root. No memory images of crashed programs; and
 * when the machine is out of memory, the kernel ends programs of the desktop before others. `ulimit` has `-u` in bash and
 * `-p` in dash for the same.
 */
export const WITHIN_LIMITS: readonly string[] = [
  '/bin/sh',
  '-c',
  `{ ulimit -c 0; ulimit -f ${MAX_FILE_BLOCKS}; ulimit -u ${MAX_PROCESSES} || ulimit -p ${MAX_PROCESSES}
echo 500 >/proc/self/oom_score_adj; } 2>/dev/null
exec "$@"`,
  'sh',
];

/** What a try of the sandbox has shown. */
export type SandboxProbe =
  /** `canNest`: a program inside can make user namespaces of its own, as browsers do for their sandboxes. */
  { readonly works: true; readonly canNest: boolean } | { readonly works: false; readonly reason: string };

/** How long building an empty sandbox may take; it takes some ms. */
const PROBE_LIMIT_MS = 10_000;

/**
 * Runs an empty sandbox: whether user namespaces can be had depends on the kernel, its settings, AppArmor and the container
 * around, and only trying tells.
 * @throws the signal's reason
 */
export async function probeSandbox(
  executable: string,
  args: readonly string[],
  user: SandboxUser | undefined,
  signal: AbortSignal,
): Promise<SandboxProbe> {
  const command = [
    '/bin/sh',
    '-c',
    'unshare --user --map-root-user true 2>/dev/null && echo nests; echo works',
  ];
  const { promise, resolve } = Promise.withResolvers<SandboxProbe>();
  const options = { timeout: PROBE_LIMIT_MS, killSignal: 'SIGKILL', env: {}, signal, ...user } as const;
  execFile(executable, [...args, ...command], options, (error, stdout, stderr) => {
    const lines = stdout.split('\n');
    if (lines.includes('works')) resolve({ works: true, canNest: lines.includes('nests') });
    else resolve({ works: false, reason: firstLines(stderr) || error?.message || 'It did not answer.' });
  });
  const probe = await promise;
  signal.throwIfAborted();
  return probe;
}
