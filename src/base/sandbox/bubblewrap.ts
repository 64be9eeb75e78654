/**
 * What sandboxes by bubblewrap (bwrap(1)) have in common, whatever runs in them.
 *
 * What can be read is listed, not what cannot: a file that nobody thought of is not there.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { SandboxUser } from './sandboxUser.ts';

/** The user inside. Not root, whoever the host runs as: Chromium builds its own sandbox only for such. */
export const INSIDE_USER_ID = 1000;

/** The system, without /etc. NixOS and Guix keep theirs in a store. */
export const SYSTEM = [
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

/**
 * Files for /etc in place of the machine's own, which tell who the user is (passwd(5), group(5), machine-id(5)).
 * @param name - of the user inside
 * @param home - the user's home folder inside
 */
export function accountFiles(name: string, home: string): ReadonlyMap<string, string> {
  const id = INSIDE_USER_ID;
  return new Map<(typeof ACCOUNT_FILES)[number], string>([
    ['passwd', `${name}:x:${id}:${id}::${home}:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n`],
    ['group', `${name}:x:${id}:\nnogroup:x:65534:\n`],
    ['machine-id', `${randomBytes(16).toString('hex')}\n`],
  ]);
}

/**
 * Arguments of `bwrap` for namespaces of the sandbox's own. The network's is not among them.
 * @param hostname - of the machine, as programs inside see it
 */
export function namespaceArguments(hostname: string): string[] {
  return [
    '--die-with-parent',
    '--new-session', // no terminal of the host's to put keys into
    ...['--unshare-user', '--uid', String(INSIDE_USER_ID), '--gid', String(INSIDE_USER_ID)],
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--hostname', hostname],
  ];
}

/**
 * Arguments of `bwrap` that make the system visible, read-only.
 * @param accounts - the folder that holds {@link accountFiles}
 */
export function systemArguments(accounts: string): string[] {
  return [
    ...[...SYSTEM, ...CONFIGURATION].flatMap((file) => ['--ro-bind-try', file, file]),
    ...ACCOUNT_FILES.flatMap((name) => ['--ro-bind', `${accounts}/${name}`, `/etc/${name}`]),
    '--proc',
    '/proc',
    ...KERNEL.flatMap((file) => ['--ro-bind-try', file, file]),
    ...['--dev', '/dev', '--tmpfs', '/dev/shm', '--remount-ro', '/dev', '--tmpfs', '/var/tmp'],
  ];
}

/** What a sandbox's programs may use; each holds for what it says, not for all of them together. */
export interface ProgramLimits {
  /** Threads count as processes. On Linux before 5.14 all of the user's do, inside and outside. */
  readonly processes: number;
  /** Of one file, in GiB: one that never stops growing does not fill the disk. */
  readonly fileGb: number;
  /** Of the data of one process, in MiB; undefined for any. */
  readonly dataMb?: number;
}

/**
 * Goes in front of a command in the sandbox: what can be limited without root. No memory images of crashed programs; and
 * when the machine is out of memory, the kernel ends programs of the sandbox before others. `ulimit` has `-u` in bash and
 * `-p` in dash for the same; its blocks are of 512 bytes.
 */
export function withinLimits({ processes, fileGb, dataMb }: ProgramLimits): readonly string[] {
  const data = dataMb === undefined ? '' : `ulimit -d ${dataMb * 1_024}`;
  return [
    '/bin/sh',
    '-c',
    `{ ulimit -c 0; ulimit -f ${fileGb * 2_097_152}; ulimit -u ${processes} || ulimit -p ${processes}
${data}
echo 500 >/proc/self/oom_score_adj; } 2>/dev/null
exec "$@"`,
    'sh',
  ];
}

/** What a program has printed that was tried out in a sandbox, or why it could not be. */
export type Trial =
  | { readonly hasRun: true; readonly lines: readonly string[] }
  | { readonly hasRun: false; readonly reason: string };

/** How long a trial may take; an empty sandbox takes some ms. */
const TRIAL_LIMIT_MS = 10_000;

/**
 * Runs a script in a sandbox: whether user namespaces can be had depends on the kernel, its settings, AppArmor and the
 * container around, and only trying tells.
 * @param command - `bwrap` with its arguments, or the like
 * @param script - for sh; to have run, it must print the line `works`
 * @throws the signal's reason
 */
export async function tryInSandbox(
  [executable = '', ...args]: readonly string[],
  script: string,
  user: SandboxUser | undefined,
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<Trial> {
  const { promise, resolve } = Promise.withResolvers<Trial>();
  const options = { timeout: TRIAL_LIMIT_MS, killSignal: 'SIGKILL', env, signal, ...user } as const;
  execFile(executable, [...args, '/bin/sh', '-c', script], options, (error, stdout, stderr) => {
    const lines = stdout.split('\n');
    if (lines.includes('works')) resolve({ hasRun: true, lines });
    else resolve({ hasRun: false, reason: stderr.trim() || error?.message || 'It did not answer.' });
  });
  const trial = await promise;
  signal.throwIfAborted();
  return trial;
}

/** User namespaces that are switched off are the usual reason why one does not work. Empty for others. */
export function namespaceHint(reason: string): string {
  if (!/uid map|permission denied|not permitted|no permissions|namespace/i.test(reason)) return '';
  return (
    '\nThe system or the container around does not let programs make user namespaces. On Ubuntu 24.04 and later AppArmor has ' +
    'to allow it for bwrap.'
  );
}
