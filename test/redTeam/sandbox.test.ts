/**
 * Commands that try to get out: of the sandbox of this machine, and of that of a virtual desktop. Each is tried without a
 * sandbox first, where it succeeds; so what refuses it is the sandbox, and not a slip in the attack.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { obstacle, run, SECRET, useShells, useStage, type Where } from './sandboxStage.ts';

const stage = useStage();
const shells = useShells(stage, 'none', 'read', 'write', 'desktop');

/** The number of ptrace(2); 16 is PTRACE_ATTACH. */
const PTRACE = process.arch === 'arm64' ? 117 : 101;

const perlConnect = (address: string) =>
  `perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0) or die; connect(S, pack_sockaddr_un(${address})) or die "no way: $!\\n"; print <S>'`;

interface Attack {
  readonly what: string;
  readonly command: () => string;
  /** What the program says where it is refused. */
  readonly told: RegExp;
}

const GONE = /No such file or directory|no way: No such file/;

/** What must not come of any is {@link SECRET}. */
const READING: readonly Attack[] = [
  {
    what: 'the home folder',
    command: () => `cat ${stage.home}/notes.txt`,
    told: GONE,
  },
  { what: 'keys of SSH', command: () => `cat ${stage.home}/.ssh/id_ed25519`, told: GONE },
  { what: 'credentials of clouds', command: () => `cat ${stage.home}/.aws/credentials`, told: GONE },
  {
    what: 'files beside the workspace',
    command: () => `cat ${stage.workspace}/../neighbour.txt`,
    told: GONE,
  },
  {
    what: 'files by a link out of the workspace',
    command: () => `cat ${stage.workspace}/keys/id_ed25519`,
    told: GONE,
  },
  {
    what: 'files by the root of another process',
    command: () => `cat /proc/${process.pid}/root${stage.home}/notes.txt`,
    told: GONE,
  },
  { what: 'the SSH agent', command: () => perlConnect(`"${stage.sockets.agent}"`), told: GONE },
  { what: 'the message bus', command: () => perlConnect(`"${stage.sockets.bus}"`), told: GONE },
  { what: 'a socket of Docker', command: () => perlConnect(`"${stage.sockets.docker}"`), told: GONE },
  {
    what: "a socket of VS Code's in /tmp",
    command: () => perlConnect(`"${stage.sockets.ipcTemp}"`),
    told: GONE,
  },
  {
    what: "a socket of VS Code's in the runtime folder",
    command: () => perlConnect(`"${stage.sockets.ipcRuntime}"`),
    told: GONE,
  },
  {
    what: 'a socket that is bound to no file',
    command: () => perlConnect(`"\\0${stage.abstract}"`),
    told: /no way: Connection refused/,
  },
  {
    what: 'a server on the loopback',
    command: () => `curl -sS --noproxy '*' http://127.0.0.1:${stage.port}/`,
    told: /Failed to connect|Couldn't connect/,
  },
  { what: 'the environment', command: () => 'env; echo done', told: /done/ },
  {
    what: 'the environment of other processes',
    command: () =>
      "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -a TOKEN || echo nothing there",
    told: /nothing there/,
  },
];

/** For both sandboxes; a word that the command prints only where it succeeded, and what it says where it is refused. */
const DOING: readonly (Attack & { readonly success: RegExp })[] = [
  {
    what: 'writing to the system',
    command: () => 'for f in /usr/x /etc/x /bin/x /opt/x /x /dev/x /lib/x; do touch $f && echo done; done',
    success: /^done/m,
    told: /Read-only file system/,
  },
  {
    what: 'seeing processes of others',
    command: () =>
      `kill -0 ${stage.other.pid} 2>&1 && echo done; ls /proc | grep -cx '[0-9]*'; cat /proc/${stage.other.pid}/status`,
    success: /^done/m,
    told: /No such process[\s\S]*No such file/,
  },
  {
    what: 'tracing processes of others',
    command: () =>
      `perl -e 'my $r = syscall(${PTRACE}, 16, ${stage.other.pid}, 0, 0); print $r == 0 ? "done\\n" : "no way: $!\\n"'`,
    success: /^done/m,
    told: /no way: (No such process|Operation not permitted)/,
  },
  {
    what: 'settings of the kernel',
    command: () =>
      'for f in /proc/sys/kernel/core_pattern /proc/sys/vm/drop_caches /proc/sysrq-trigger; do [ -w $f ] && echo done; done; ' +
      'find /proc/sys -type f -writable 2>/dev/null | head -3 | sed "s/^/done /"; ls /sys/kernel 2>&1',
    success: /^done/m,
    told: /No such file or directory/,
  },
  {
    what: 'gaining rights by programs that have them',
    command: () =>
      'grep -E "NoNewPrivs|CapEff" /proc/self/status; cp /bin/sh ~/sh && chmod u+s ~/sh; ~/sh -p -c "id -u" ; su -c "echo done" </dev/null',
    success: /^done|^0$/m,
    told: /CapEff:\s+0{16}[\s\S]*NoNewPrivs:\s+1/,
  },
  {
    what: 'mounting',
    command: () =>
      'mkdir -p /tmp/m; mount -t tmpfs none /tmp/m && echo done; mount -o remount,rw / && echo done; umount /usr && echo done',
    success: /^done/m,
    told: /permission denied|must be superuser|not permitted/i,
  },
  {
    what: 'devices of the machine',
    command: () =>
      'ls -d /dev/mem /dev/kvm /dev/sd* /dev/vd* /dev/nvme* /dev/fuse /dev/net 2>/dev/null | sed "s/^/done /"; mknod /tmp/d c 1 1 && echo done',
    success: /^done/m,
    told: /Operation not permitted/,
  },
  {
    what: 'asking name servers',
    command: () =>
      'timeout 5 getent hosts stolen.example.com && echo done; ' +
      `perl -MSocket -e 'socket(S, PF_INET, SOCK_DGRAM, 0); print send(S, "x", 0, pack_sockaddr_in(53, inet_aton("192.0.2.53"))) ? "done\\n" : "no way: $!\\n"'`,
    success: /^done/m,
    told: /no way: Network is unreachable/,
  },
  {
    what: 'the metadata service of a cloud',
    command: () => "curl -sS -m 5 --noproxy '*' http://169.254.169.254/latest/meta-data/ && echo done",
    success: /^done/m,
    told: /Failed to connect|Couldn't connect|unreachable/,
  },
  {
    what: 'a file without an end',
    command: () => 'dd if=/dev/zero of=/tmp/big bs=1 count=1 seek=17G 2>&1 && echo done; rm -f /tmp/big',
    success: /^done/m,
    told: /File too large|size limit/i,
  },
];

describe.skipIf(obstacle !== undefined).each(['read', 'write', 'desktop'] as const)('%s', (where) => {
  test.each(READING)('cannot read $what', async ({ command, told }) => {
    const { outside, inside } = await both(where, command());
    expect(outside).toContain(SECRET);
    expect(inside).not.toContain(SECRET);
    expect(inside).toMatch(told);
  });

  test.each(DOING)('is kept from $what', async ({ command, success, told }) => {
    const inside = await run(shells[where], command());
    expect(inside).not.toMatch(success);
    expect(inside).toMatch(told);
  });
});

describe.skipIf(obstacle !== undefined)('files outside', () => {
  test.each(['read', 'desktop'] as const)('stay as they are: %s', async (where) => {
    // What has the same name inside is the sandbox's own.
    const beside = path.join(stage.root, 'neighbour.txt');
    const home = path.join(stage.home, 'made.txt');
    await run(
      shells[where],
      `mkdir -p ${stage.home}; echo x >${beside}; echo x >${home}; echo x >${stage.workspace}/../made`,
    );
    expect(readFileSync(beside, 'utf8')).toBe(`${SECRET}\n`);
    expect([existsSync(home), existsSync(path.join(stage.root, 'made'))]).toEqual([false, false]);
  });
});

if (obstacle !== undefined) test(`nothing of this was tried: ${obstacle}`, ({ skip }) => skip(obstacle));

async function both(where: Where, command: string): Promise<{ outside: string; inside: string }> {
  return { outside: await run(shells.none, command), inside: await run(shells[where], command) };
}
