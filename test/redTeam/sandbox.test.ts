/**
 * Commands that try to get out: of the sandbox of this machine, and of that of a virtual desktop. Each is tried without a
 * sandbox first, where it succeeds; so what refuses it is the sandbox, and not a slip in the attack.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { virtualDesktopSource } from '../../src/computer/desktop/sources/virtual.ts';
import { BashTool } from '../../src/tools/bash/bashTool.ts';
import { sandboxedMachine } from '../../src/tools/sandbox/sandboxedPlace.ts';
import { thisMachine } from '../../src/tools/thisMachine.ts';

/** In all that must not be seen. Attacks are written so that the command itself does not show it. */
const SECRET = `secret-${Math.random().toString(36).slice(2)}`;

/** Why nothing can be tried here; undefined where it can. */
const obstacle = ((): string | undefined => {
  if (process.platform !== 'linux') return 'bubblewrap needs Linux';
  try {
    execFileSync('bwrap', ['--unshare-user', '--unshare-net', '--ro-bind', '/', '/', 'true'], {
      stdio: 'pipe',
    });
    return undefined;
  } catch (error) {
    return `bubblewrap does not work here: ${error instanceof Error ? error.message : String(error)}`;
  }
})();

interface Stage {
  /** All that is the user's is below. */
  readonly root: string;
  readonly home: string;
  readonly workspace: string;
  readonly sockets: Readonly<Record<'agent' | 'bus' | 'ipcTemp' | 'ipcRuntime' | 'docker', string>>;
  readonly abstract: string;
  readonly port: number;
  readonly other: ChildProcess;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The sandbox of this machine with a workspace that is read or written to, and that of a virtual desktop. Where tests are run
 * by root, the second is still root outside, as the workspace is.
 */
type Where = 'read' | 'write' | 'desktop';

let stage: Stage;
const servers: Array<{ close(): void }> = [];
const tools: Partial<Record<'none' | Where, BashTool>> = {};
let closeDesktop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  if (obstacle !== undefined) return;
  stage = await setUp();
  const limitMs = () => 30_000;
  const none = thisMachine({ folder: stage.workspace, env: stage.env });
  if (!none) throw new Error('There is no shell.');
  tools.none = new BashTool({ place: none, limitMs });
  tools.read = new BashTool({ place: sandboxed('read'), limitMs });
  tools.write = new BashTool({ place: sandboxed('write'), limitMs });
  // With the network that it has by default. Only where names lead is made up.
  const lookUp = async () => ['127.0.0.1', '169.254.169.254'];
  const source = virtualDesktopSource({ sandbox: 'required', env: stage.env, lookUp });
  const desktop = await source.start(new AbortController().signal);
  closeDesktop = () => desktop.close();
  const place = {
    isolation: 'sandbox',
    description: 'the sandbox of the virtual desktop',
    spawn: (command: readonly string[], signal: AbortSignal) => {
      if (!desktop.spawnShell) throw new Error('The desktop has no shell.');
      return desktop.spawnShell(command, signal);
    },
    takeRefusals: () => desktop.takeRefusals?.() ?? [],
  } as const;
  tools.desktop = new BashTool({ place, limitMs });
}, 60_000);

afterAll(async () => {
  if (obstacle !== undefined) return;
  for (const tool of Object.values(tools)) await tool.close();
  await closeDesktop?.();
  for (const server of servers) server.close();
  stage.other.kill('SIGKILL');
  rmSync(stage.root, { recursive: true, force: true });
});

function sandboxed(
  access: 'read' | 'write',
  more: Partial<Parameters<typeof sandboxedMachine>[0]> = {},
  hosts: readonly string[] = [],
) {
  return sandboxedMachine({
    wish: { folders: [stage.workspace], access, readable: [], hosts, memoryMb: 512 },
    env: stage.env,
    ...more,
  });
}

async function setUp(): Promise<Stage> {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'red-team-')));
  chmodSync(root, 0o755); // what keeps commands from it is the sandbox, not the mode of this folder
  const below = (...names: string[]) => path.join(root, ...names);
  for (const folder of ['home/.ssh', 'home/.aws', 'runtime', 'work/.git/hooks', 'work/src'])
    mkdirSync(below(...folder.split('/')), { recursive: true });
  const files = ['home/.ssh/id_ed25519', 'home/.aws/credentials', 'home/notes.txt', 'neighbour.txt'];
  for (const file of files) writeFileSync(below(...file.split('/')), `${SECRET}\n`);
  writeFileSync(below('work', 'src', 'main.txt'), 'plain work\n');
  writeFileSync(below('work', '.git', 'config'), '[core]\n\tbare = false\n');
  symlinkSync(below('home', '.ssh'), below('work', 'keys'));
  const sockets = {
    agent: below('home', '.ssh', 'agent.sock'),
    bus: below('runtime', 'bus'),
    docker: below('runtime', 'docker.sock'),
    ipcRuntime: below('runtime', 'vscode-ipc-1.sock'),
    ipcTemp: path.join('/tmp', `vscode-ipc-${process.pid}-${path.basename(root)}.sock`),
  };
  const abstract = `red-team-${process.pid}-${path.basename(root)}`;
  for (const socket of [...Object.values(sockets), `\0${abstract}`]) {
    const server = net.createServer((client) => client.end(`${SECRET}\n`));
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    servers.push(server);
  }
  const web = http.createServer((_request, response) => response.end(`${SECRET}\n`));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  servers.push(web);
  const other = spawn('sh', ['-c', `exec -a ${SECRET} sleep 600 2>/dev/null || sleep 600`], {
    env: { ...process.env, OTHER_TOKEN: SECRET },
    stdio: 'ignore',
  });
  return {
    ...{ root, sockets, abstract, other, home: below('home'), workspace: below('work') },
    port: (web.address() as net.AddressInfo).port,
    env: {
      PATH: process.env.PATH,
      HOME: below('home'),
      XDG_RUNTIME_DIR: below('runtime'),
      SSH_AUTH_SOCK: sockets.agent,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${sockets.bus}`,
      VSCODE_IPC_HOOK_CLI: sockets.ipcTemp,
      GITHUB_TOKEN: SECRET,
      AWS_SECRET_ACCESS_KEY: SECRET,
      KUBECONFIG: `/${SECRET}`,
    },
  };
}

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
  if (where === 'write') afterAll(() => tools.write?.close());

  test.each(READING)('cannot read $what', async ({ command, told }) => {
    const { outside, inside } = await both(where, command());
    expect(outside).toContain(SECRET);
    expect(inside).not.toContain(SECRET);
    expect(inside).toMatch(told);
  });

  test.each(DOING)('is kept from $what', async ({ command, success, told }) => {
    const inside = await run(tools[where], command());
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
      tools[where],
      `mkdir -p ${stage.home}; echo x >${beside}; echo x >${home}; echo x >${stage.workspace}/../made`,
    );
    expect(readFileSync(beside, 'utf8')).toBe(`${SECRET}\n`);
    expect([existsSync(home), existsSync(path.join(stage.root, 'made'))]).toEqual([false, false]);
  });
});

if (obstacle !== undefined) test(`nothing of this was tried: ${obstacle}`, ({ skip }) => skip(obstacle));

describe.skipIf(obstacle !== undefined)('the sandbox of this machine', () => {
  test('has the workspace, a home and a temporary folder of its own', async () => {
    const text = await run(
      tools.read,
      'cat src/main.txt; echo a >~/a; echo b >/tmp/b; cat ~/a /tmp/b; touch src/x',
    );
    expect(text).toMatch(/plain work\na\nb\n.*Read-only file system/);
  });

  test('makes no namespaces of its own', async () => {
    const text = await run(tools.read, 'unshare --user --map-root-user echo done');
    expect(text).toMatch(/No space left|not permitted/i);
  });

  test('has no more processes and no more memory than it is given', async () => {
    // Given to a user that the kernel counts: root's processes are not.
    const tool = new BashTool({ place: sandboxed('read', { processes: 60 }), limitMs: () => 30_000 });
    const bomb =
      'my @p; for (1 .. 150) { my $p = fork; last unless defined $p; if (!$p) { sleep 60; exit } push @p, $p } ' +
      'print scalar(@p) < 60 ? "kept\\n" : "done\\n"; kill 9, @p';
    try {
      if ((await run(tool, 'ulimit -u')) !== '60') throw new Error('There is no limit.');
      expect(await run(tool, `perl -e '${bomb}'`)).toBe('kept');
      expect(await run(tool, `perl -e 'my $x = "a" x (700 << 20); print "done\\n"'`)).toMatch(
        /Out of memory/i,
      );
    } finally {
      await tool.close();
    }
  });

  test.each(['', '/..', '/home'])('does not show the home folder as a workspace: %j', async (name) => {
    const folder = name === '' ? stage.home : path.join(stage.home, name === '/..' ? '..' : '../home');
    const place = sandboxed('read', { wish: { ...WISH, folders: [folder] }, env: stage.env });
    await withHome(async () => {
      await expect(place.spawn(['true'], new AbortController().signal)).rejects.toThrow(/cannot be shown/);
    });
  });
});

describe.skipIf(obstacle !== undefined)('a workspace that may be written to', () => {
  let tool: BashTool;

  beforeAll(() => {
    writeFileSync(path.join(stage.workspace, '.npmrc'), 'fund=false\n');
    tool = new BashTool({ place: sandboxed('write'), limitMs: () => 30_000 });
  });
  afterAll(async () => {
    await tool.close();
    expect(readdirSync(stage.workspace).sort()).toEqual(['.git', '.npmrc', 'keys', 'out', 'src']);
  });

  test('is written to', async () => {
    await run(tool, 'echo new >src/new.txt');
    expect(readFileSync(path.join(stage.workspace, 'src', 'new.txt'), 'utf8')).toBe('new\n');
  });

  test('does not lead out by links', async () => {
    const text = await run(
      tool,
      `ln -s ${stage.home} out; echo x >out/x; cat out/notes.txt; ln ${stage.home}/notes.txt hard`,
    );
    expect(text).not.toContain(SECRET);
    expect(text).toMatch(/No such file/);
    expect(existsSync(path.join(stage.home, 'x'))).toBe(false);
  });

  test.each([
    ['hooks of git', 'echo evil >.git/hooks/pre-commit'],
    ['the configuration of git', 'echo evil >>.git/config'],
    ['another place for it', 'echo ../evil >.git/commondir'],
    ['the repository in another place', 'mv .git .git2 && mkdir .git'],
    ['the repository gone', 'rm -rf .git/HEAD .git/config .git/hooks'],
    ['settings of the editor', 'mkdir -p .vscode && echo "{}" >.vscode/settings.json'],
    ['settings of the editor under another name', 'mkdir v && echo "{}" >v/tasks.json && mv -T v .vscode'],
    ['settings of the editor by a link', 'ln -sfn src .vscode/x || ln -sfnT src .vscode'],
    ['a container for the editor', 'mkdir -p .devcontainer && echo "{}" >.devcontainer/devcontainer.json'],
    ['what a package manager runs', 'echo script-shell=./evil >.npmrc'],
    ['that file replaced', 'echo evil >n && mv -f n .npmrc'],
    ['that file gone', 'rm -f .npmrc'],
  ])('is kept from having %s', async (_what, command) => {
    const before = snapshot();
    const text = await run(tool, `${command} && echo succeeded`);
    expect(text).not.toMatch(/^succeeded/m);
    expect(text).toMatch(/Read-only file system|Device or resource busy|Permission denied|cannot overwrite/i);
    expect(snapshot()).toEqual(before);
    await run(tool, 'rm -rf v n');
  });

  test('is only read where a link stands for what is to be kept', async () => {
    const folder = path.join(stage.root, 'linked');
    mkdirSync(folder);
    symlinkSync(path.join(stage.workspace, 'src'), path.join(folder, '.vscode'));
    const place = sandboxed('write', { wish: { ...WISH, access: 'write', folders: [folder] } });
    await expect(place.spawn(['true'], new AbortController().signal)).rejects.toThrow(/is a link/);
  });

  /** Of what is kept. */
  function snapshot(): unknown {
    const { workspace } = stage;
    const git = path.join(workspace, '.git');
    return [
      readdirSync(git, { recursive: true }),
      readFileSync(path.join(git, 'config'), 'utf8'),
      readFileSync(path.join(workspace, '.npmrc'), 'utf8'),
      ...['.vscode', '.devcontainer'].map((name) => readdirSync(path.join(workspace, name))),
    ];
  }
});

describe.skipIf(obstacle !== undefined)('a network with a list', () => {
  const asked: string[] = [];
  let tool: BashTool;

  beforeAll(() => {
    const lookUp = async (name: string) => {
      asked.push(name);
      if (name === 'localhost') return ['127.0.0.1'];
      if (name === 'rebound.test') return ['127.0.0.1', '169.254.169.254'];
      throw new Error('No such name.');
    };
    const hosts = [`localhost:${stage.port}`, `rebound.test:${stage.port}`, '*.allowed.test', '*'];
    tool = new BashTool({ place: sandboxed('read', { lookUp }, hosts), limitMs: () => 30_000 });
  });
  afterAll(() => tool.close());

  const curl = (url: string, more = '') => `curl -sS -m 10 --noproxy '' ${more} ${url}`;

  test('reaches what is listed, also through a tunnel', async () => {
    expect(await run(tool, `curl -sS http://localhost:${stage.port}/`)).toContain(SECRET);
    expect(await run(tool, curl(`http://localhost:${stage.port}/`))).toContain(SECRET);
    expect(await run(tool, curl(`http://localhost:${stage.port}/`, '--proxytunnel'))).toContain(SECRET);
  });

  test.each([
    [
      'the metadata service of clouds',
      'http://169.254.169.254/latest/',
      /refused 169\.254\.169\.254: hosts of private/,
    ],
    ['it written otherwise', 'http://0xa9fea9fe/', /refused .*: hosts of private/],
    ['the loopback by its address', () => `http://127.0.0.1:${stage.port}/`, /refused 127\.0\.0\.1/],
    [
      'other ports of a listed host',
      'http://localhost:1/',
      /refused localhost:1: (this port|hosts of private)/,
    ],
    ['private networks', 'http://10.0.0.1/', /refused 10\.0\.0\.1: hosts of private/],
    [
      'a public name that leads to the loopback',
      () => `http://rebound.test:${stage.port}/`,
      /leads to a private address/,
    ],
    [
      'a port that is not of the web',
      'http://any.allowed.test:22/',
      /refused any\.allowed\.test:22: this port/,
    ],
  ])('refuses %s, and says so to the program and the model', async (_what, url, told) => {
    const address = typeof url === 'string' ? url : url();
    const text = await run(tool, curl(address));
    expect(text).not.toContain(SECRET);
    expect(text.split('\n[')[0]).toMatch(told);
    expect(text).toMatch(/\n\[The network of the sandbox refused /);
    expect(await run(tool, curl(address, '--proxytunnel'))).toMatch(
      /response 403[\s\S]*\n\[The network of the sandbox refused /,
    );
  });

  test('goes by the address, whatever host the request names besides', async () => {
    await run(tool, curl('http://unknown.allowed.test/', `-H 'Host: localhost:${stage.port}'`));
    expect(asked.at(-1)).toBe('unknown.allowed.test');
  });

  test('does not even look up what is not listed', async () => {
    const strict = new BashTool({
      place: sandboxed(
        'read',
        {
          lookUp: async (name) => {
            asked.push(name);
            return [];
          },
        },
        ['allowed.test'],
      ),
      limitMs: () => 30_000,
    });
    const text = await run(
      strict,
      `${curl('http://stolen.evil.test/')}; getent hosts stolen.evil.test || echo no name`,
    );
    expect(text).toMatch(/refused stolen\.evil\.test[\s\S]*no name/);
    expect(asked.filter((name) => name.includes('evil'))).toEqual([]);
    await strict.close();
  });

  test('has no other way than the proxy', async () => {
    const text = await run(
      tool,
      `curl -sS -m 5 --noproxy '*' http://127.0.0.1:${stage.port}/; curl -sS -m 5 --noproxy '*' http://192.0.2.1/`,
    );
    expect(text).not.toContain(SECRET);
    expect(text).toMatch(/Failed to connect|Couldn't connect/);
  });
});

describe.skipIf(obstacle !== undefined)("a desktop's web", () => {
  const ATTACKS: readonly (readonly [string, string | (() => string), RegExp])[] = [
    ['the metadata service of clouds', 'http://169.254.169.254/latest/meta-data/', /hosts of private/],
    ['it written otherwise', 'http://0xa9fea9fe/', /hosts of private/],
    ['it as an address of IPv6', 'http://[::ffff:169.254.169.254]/', /hosts of private/],
    ['it by the name of a cloud', 'http://metadata.google.internal/', /hosts of private/],
    ['a server on the loopback', () => `http://127.0.0.1:${stage.port}/`, /refused 127\.0\.0\.1/],
    ['a server on the loopback by a name', () => `http://localhost:${stage.port}/`, /refused localhost/],
    ['the loopback at a port of the web', 'http://127.0.0.1/', /hosts of private/],
    ['the loopback of IPv6', 'http://[::1]/', /hosts of private/],
    ['private networks', 'http://10.0.0.1/', /hosts of private/],
    ['the network at home', 'http://192.168.1.1/', /hosts of private/],
    ['a public name that leads to the loopback', 'http://rebound.example.com/', /leads to a private address/],
    ['other ports of public hosts', 'http://www.example.com:25/', /this port/],
  ];

  test.each(ATTACKS)('refuses %s, and says so to the program and the model', async (_what, url, told) => {
    const address = typeof url === 'string' ? url : url();
    const text = await run(tools.desktop, `curl -gsS -m 10 --noproxy '' '${address}'`);
    expect(text).not.toContain(SECRET);
    expect(text.split('\n[')[0]).toMatch(told);
    expect(text).toMatch(/\n\[The network of the sandbox refused /);
    expect(await run(tools.desktop, `curl -gsS -m 10 --noproxy '' --proxytunnel '${address}'`)).toMatch(
      /response 403[\s\S]*\n\[The network of the sandbox refused /,
    );
  });

  test('has no other way, past the proxy or for names', async () => {
    const text = await run(
      tools.desktop,
      `curl -sS -m 5 --noproxy '*' http://127.0.0.1:${stage.port}/; curl -sS -m 5 --noproxy '*' http://192.0.2.1/;
       getent hosts stolen.example.com || echo no name; ls /sys/class/net 2>/dev/null; grep -v lo: /proc/net/dev | wc -l`,
    );
    expect(text).not.toContain(SECRET);
    expect(text).toMatch(/(Failed|Couldn't) [\s\S]*(Failed|Couldn't) [\s\S]*no name\n2$/);
  });

  test.each([
    ['the metadata service', 'http://169.254.169.254/', /The network of the sandbox refused/],
    ['a public name that leads there', 'http://rebound.example.com/', /The network of the sandbox refused/],
    // Browsers take no proxy for it: it is the desktop's own.
    ['a server on the loopback', () => `http://127.0.0.1:${stage.port}/`, /nothing came/],
  ])(
    'refuses its browser %s',
    async (_what, url, told) => {
      const address = typeof url === 'string' ? url : url();
      const inside = await run(
        tools.desktop,
        `timeout 40 chromium --headless --no-sandbox --dump-dom '${address}' 2>&1 | grep -v ERROR: || echo nothing came`,
      );
      expect(inside).not.toContain(SECRET);
      expect(inside).toMatch(told);
    },
    60_000,
  );
});

const WISH = { access: 'read', readable: [], hosts: [], memoryMb: 512 } as const;

/** With the stage's home folder as the user's, as a host knows it. */
async function withHome(does: () => Promise<void>): Promise<void> {
  const before = process.env.HOME;
  process.env.HOME = stage.home;
  try {
    await does();
  } finally {
    process.env.HOME = before;
  }
}

async function both(where: Where, command: string): Promise<{ outside: string; inside: string }> {
  return { outside: await run(tools.none, command), inside: await run(tools[where], command) };
}

async function run(tool: BashTool | undefined, command: string): Promise<string> {
  if (!tool) throw new Error('There is no shell.');
  return tool
    .call({ command })
    .catch((error: Error & { content?: unknown }) => String(error.content ?? error.message));
}
