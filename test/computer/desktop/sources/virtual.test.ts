import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ownerName } from '../../../../src/base/processIdentity.ts';
import { programFinder } from '../../../../src/base/systemPrograms.ts';
import { DesktopUnavailable } from '../../../../src/computer/desktop/machine.ts';
import {
  type VirtualDesktop,
  type VirtualDesktopOptions,
  virtualDesktopSource,
} from '../../../../src/computer/desktop/sources/virtual.ts';
import { requireDesktopPrograms } from '../../../support/desktop/programs.ts';

/** A signal that nothing aborts. */
const { signal } = new AbortController();
const MARK = 'COMPUTER_USE_CHAT_DESKTOP';

let tempRoot: string;
const opened: VirtualDesktop[] = [];

// Whole desktops, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(requireDesktopPrograms);

beforeEach(async () => {
  tempRoot = await mkdtemp(path.join(tmpdir(), 'virtual-test-'));
  await chmod(tempRoot, 0o755); // as the system's own is for all
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((desktop) => desktop.close()));
  await rm(tempRoot, { recursive: true, force: true });
});

async function start(options: VirtualDesktopOptions = {}): Promise<VirtualDesktop> {
  const desktop = await virtualDesktopSource({ tempRoot, ...options }).start(signal);
  opened.push(desktop);
  return desktop;
}

/** What a script prints on the desktop. */
async function outputOf(desktop: VirtualDesktop, script: string): Promise<string> {
  return (await desktop.spawn('sh', ['-c', script]).ended).output;
}

/** Another X server may have the display by now. */
async function expectNoDeadSocket(display: number): Promise<void> {
  const name = `X${display}`;
  if (!(await readdir('/tmp/.X11-unix')).includes(name)) return;
  expect(await readFile('/proc/net/unix', 'utf8')).toContain(` /tmp/.X11-unix/${name}\n`);
}

/** Processes of desktops below the test's folder. */
async function processesOf(root: string): Promise<string[]> {
  const ids = (await readdir(root)).filter((name) => name.startsWith('computer-use-chat-desktop-'));
  return markedBy(ids);
}

/** Whom they run as, as the machine has it. */
async function usersOf(root: string): Promise<(string | undefined)[]> {
  const ids = await processesOf(root);
  const all = await Promise.all(ids.map((id) => readFile(`/proc/${id}/status`, 'utf8').catch(() => '')));
  return all.filter(Boolean).map((status) => /^Uid:\t(\d+)\t/m.exec(status)?.[1]);
}

async function markedBy(ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    if (ids.some((id) => environment.includes(`${MARK}=${id}`))) found.push(name);
  }
  return found;
}

describe.each(['required', 'never'] as const)('with a sandbox %s', (sandbox) => {
  test('a VNC server speaks, the window manager runs and an application is open', async () => {
    const desktop = await start({ sandbox, size: { width: 900, height: 700 } });
    const stream = await desktop.connect(signal);
    expect(String(stream.read(12))).toBe('RFB 003.008\n');
    stream.destroy();
    expect(desktop.isolation.kind).toBe(sandbox === 'required' ? 'sandbox' : 'none');
    expect(await outputOf(desktop, 'xdpyinfo | grep dimensions')).toContain('900x700');
    await vi.waitFor(
      async () => {
        expect(await outputOf(desktop, 'xprop -root _NET_CLIENT_LIST')).toMatch(/# 0x/);
        expect(await outputOf(desktop, 'xdotool search --class xterm')).toMatch(/\d/);
      },
      { timeout: 10_000, interval: 200 },
    );
  });

  test('closing leaves no process, socket or folder', async () => {
    const desktop = await start({ sandbox });
    await outputOf(
      desktop,
      '(setsid setsid sleep 1000 >/dev/null 2>&1 &) ; nohup sleep 1001 >/dev/null 2>&1 &',
    );
    const ids = await readdir(tempRoot);
    expect(ids).toHaveLength(1);
    expect((await processesOf(tempRoot)).length).toBeGreaterThan(0);
    await desktop.close();
    await desktop.close();
    expect(await readdir(tempRoot)).toEqual([]);
    // A process that is killed is gone a moment later.
    await vi.waitFor(async () => expect(await markedBy(ids)).toEqual([]), { timeout: 5_000, interval: 50 });
    const sockets = await readFile('/proc/net/unix', 'utf8');
    expect(sockets).not.toContain(`${tempRoot}/`);
    if (sandbox === 'never') await expectNoDeadSocket(desktop.display);
    await expect(desktop.connect(signal)).rejects.toBeInstanceOf(DesktopUnavailable);
    expect(await desktop.spawn('true', []).ended).toEqual({ status: -1, output: '' });
  });

  test('nothing is left of a desktop whose host was killed, once the next one starts', async () => {
    const { host, root } = await startInAnotherProcess(sandbox);
    host.kill('SIGKILL');
    await once(host, 'exit');
    await vi.waitFor(async () => expect(await processesOf(tempRoot)).toEqual([]), {
      timeout: 10_000,
      interval: 100,
    });
    expect(await readdir(tempRoot)).toEqual([root]);
    await start({ sandbox });
    expect(await readdir(tempRoot)).not.toContain(root);
  });

  test('it tells when it ends by itself, with what the server said', async () => {
    const desktop = await start({ sandbox });
    const ended = vi.fn();
    desktop.onEnd(ended);
    await outputOf(desktop, 'kill -TERM $(pgrep -f "Xtigervnc -rfbunixpath rfb.sock.*$HOME/" )');
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce(), { timeout: 10_000 });
    expect(ended.mock.calls[0]?.[0]).toMatch(/^The virtual desktop has ended\./);
  });

  test('programs get their arguments as they are, and their environment is not the host’s', async () => {
    const env = {
      ...process.env,
      ANTHROPIC_API_KEY: 'secret-key',
      SSH_AUTH_SOCK: '/tmp/agent',
      LANG: 'C.UTF-8',
    };
    const desktop = await start({ sandbox, env });
    const strange = ["it's", 'a\nb\n', '$HOME', '', 'ü "x" \\'];
    const { output } = await desktop.spawn('printf', ['[%s]', ...strange]).ended;
    expect(output).toBe(strange.map((text) => `[${text}]`).join(''));
    const { output: variables } = await desktop.spawn('env', [], { env: { MORE: "x'y" } }).ended;
    expect(variables).toContain("MORE=x'y");
    expect(variables).toContain('LANG=C.UTF-8');
    expect(variables).not.toMatch(/secret-key|SSH_AUTH_SOCK|VSCODE|NODE_(?!USE_ENV_PROXY)/);
    expect(variables).not.toContain(`HOME=${homedir()}\n`);
    expect(await desktop.spawn('sh', ['-c', 'exit 7']).ended).toEqual({ status: 7, output: '' });
    const flood = await desktop.spawn('sh', ['-c', 'yes | head -c 3000000'], { maxOutputBytes: 50_000 })
      .ended;
    expect(flood.output).toHaveLength(50_000);
    const sleeper = desktop.spawn('sleep', ['1000']);
    sleeper.kill();
    expect(await sleeper.ended).toMatchObject({ status: 137 });
  });
});

/** A desktop of a host of its own: a process that this test may kill. */
async function startInAnotherProcess(sandbox: string): Promise<{ host: ChildProcess; root: string }> {
  const module = path.join(import.meta.dirname, '../../../../src/computer/desktop/sources/virtual.ts');
  const script = `
    const { virtualDesktopSource } = await import(${JSON.stringify(module)});
    const source = virtualDesktopSource({ tempRoot: ${JSON.stringify(tempRoot)}, sandbox: '${sandbox}' });
    await source.start(new AbortController().signal);
    console.log('started');`;
  const host = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: host.stdout as Readable });
  await once(lines, 'line');
  const [root = ''] = await readdir(tempRoot);
  expect((await processesOf(tempRoot)).length).toBeGreaterThan(0);
  return { host, root };
}

describe('the sandbox', () => {
  test('shows nothing of the user: home, temporary files, sockets, keys of the machine', async () => {
    const secrets = await mkdtemp(path.join(homedir(), '.virtual-test-'));
    const agent = path.join(tempRoot, 'agent.sock');
    const ipc = path.join(tmpdir(), `vscode-ipc-${path.basename(tempRoot)}.sock`);
    const servers = [agent, ipc].map((file) => createServer().listen(file));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    try {
      await writeFile(path.join(secrets, 'secret'), 'hush');
      const desktop = await start({ sandbox: 'required' });
      const tried = [
        path.join(secrets, 'secret'),
        homedir(),
        agent,
        ipc,
        '/etc/shadow',
        '/etc/ssh',
        '/run/dbus',
        '/root',
      ];
      for (const file of tried)
        expect((await desktop.spawn('test', ['-e', file]).ended).status, file).toBe(1);
      expect(await outputOf(desktop, 'ls /home /tmp /run/user')).not.toContain('vscode');
      expect(await outputOf(desktop, 'cat /proc/mounts')).not.toContain(
        homedir() === '/root' ? ' /root' : homedir(),
      );
      expect(await outputOf(desktop, 'touch /usr/x /etc/x /opt/x /bin/x /x 2>&1 | grep -c .')).not.toBe(
        '0\n',
      );
      expect((await desktop.spawn('touch', ['/usr/x']).ended).status).toBe(1);
      expect(await outputOf(desktop, 'id -un; id -u; hostname')).toBe('desktop\n1000\ndesktop\n');
      expect(await outputOf(desktop, 'cd /proc && set -- [0-9]* && echo $#')).toMatch(/^\d{1,2}\n$/);
      expect(await outputOf(desktop, `kill -0 ${process.pid} 2>&1 || echo unseen`)).toContain('unseen');
    } finally {
      for (const server of servers) server.close();
      await rm(secrets, { recursive: true, force: true });
    }
  });

  test('lets programs write to nothing but home, temporary files and shared memory, whoever the host is', async () => {
    const desktop = await start({ sandbox: 'required' });
    // What belongs to a process is its own; what the kernel lets that process write there is no file.
    const found = await outputOf(
      desktop,
      `
      for file in $(find / \\( -path /home/desktop -o -path /tmp -o -path /var/tmp -o -path /dev/shm -o -path /dev/pts \\
        -o -path /run/desktop -o -path /run/user/1000 -o -path '/proc/[0-9]*' -o -path /proc/self \\
        -o -path /proc/thread-self -o -path /usr -o -type l \\) -prune -o -print 2>/dev/null)
      do [ -w "$file" ] && [ ! -c "$file" ] && [ ! -S "$file" ] && echo "$file"; done; echo done`,
    );
    expect(found).toBe('done\n');
    expect(await outputOf(desktop, '[ -w /usr ] || [ -w /usr/bin ] || echo kept')).toBe('kept\n');
    const own =
      'for place in $HOME $TMPDIR $XDG_RUNTIME_DIR /dev/shm /var/tmp; do touch $place/x || echo not; done';
    expect(await outputOf(desktop, own)).toBe('');
    // Nor by a view of the kernel that a program makes for itself.
    const again =
      'unshare --user --map-root-user --pid --fork --mount --mount-proc true 2>&1 && echo mounted';
    expect(await outputOf(desktop, again)).not.toContain('mounted');
  });

  test.runIf(process.getuid?.() === 0)('runs as nobody of the machine where the host is root', async () => {
    await start({ sandbox: 'required' });
    expect(new Set(await usersOf(tempRoot))).toEqual(new Set(['65530']));
    // Where root cannot become another, the sandbox holds all the same.
    const bwrap = await script('bwrap', '[ "$(id -u)" = 0 ] && exec /usr/bin/bwrap "$@"; exit 1');
    const find = programFinder();
    const rootOnly = (...names: readonly string[]) => (names.includes('bwrap') ? bwrap : find(...names));
    const asRoot = await start({ sandbox: 'required', find: rootOnly });
    expect(asRoot.isolation.kind).toBe('sandbox');
    expect(new Set(await usersOf(tempRoot))).toEqual(new Set(['65530', '0']));
    const writable =
      'for file in $(find /proc/sys /proc/irq /proc/bus /proc/fs /proc/pressure -type f 2>/dev/null); do [ -w $file ] && echo $file; done; echo done';
    expect(await outputOf(asRoot, writable)).toBe('done\n');
    expect(await outputOf(asRoot, 'touch $HOME/x && echo own')).toBe('own\n');
  });

  test('limits processes, files and memory images, and is the first to go when memory is short', async () => {
    const desktop = await start({ sandbox: 'required' });
    const limits = await outputOf(desktop, 'cat /proc/self/limits /proc/self/oom_score_adj');
    expect(limits).toMatch(/^Max core file size +0 +0 /m);
    expect(limits).toMatch(/^Max processes +4096 +4096 /m);
    expect(limits).toMatch(/^Max file size +17179869184 +17179869184 /m);
    expect(limits).toMatch(/^500$/m);
    expect(
      await outputOf(desktop, 'ulimit -u unlimited 2>&1 || ulimit -p unlimited 2>&1 && echo raised'),
    ).not.toContain('raised');
  });

  test('keeps desktops apart: none can connect to the display of another', async () => {
    // With the machine's network, where both could be seen; elsewhere each may have the same number.
    const options = { sandbox: 'required', network: 'all' } as const;
    const [one, other] = await Promise.all([start(options), start(options)]);
    expect(one.display).not.toBe(other.display);
    const { status, output } = await one.spawn('xdpyinfo', ['-display', `:${other.display}`]).ended;
    expect(output).toMatch(/unable to open display|authori/i);
    expect(status).not.toBe(0);
    expect((await other.spawn('xdpyinfo', ['-display', `:${other.display}`]).ended).status).toBe(0);
  });

  test('may have no network', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    try {
      const script = `exec 3<>/dev/tcp/127.0.0.1/${port} && echo reached`;
      const apart = await start({ sandbox: 'required', network: 'none' });
      expect((await apart.spawn('bash', ['-c', script]).ended).output).not.toContain('reached');
      expect(apart.isolation.detail).toContain('no network');
      const shared = await start({ sandbox: 'required', network: 'all' });
      expect((await shared.spawn('bash', ['-c', script]).ended).output).toContain('reached');
    } finally {
      server.close();
    }
  });

  test('cannot lead the host to another socket', async () => {
    const desktop = await start({ sandbox: 'required' });
    const other = path.join(tempRoot, 'other.sock');
    const accepted = vi.fn();
    const server = createServer(accepted).listen(other);
    await once(server, 'listening');
    await desktop.spawn('sh', ['-c', `rm /run/desktop/rfb.sock && ln -s ${other} /run/desktop/rfb.sock`])
      .ended;
    await expect(desktop.connect(signal)).rejects.toBeInstanceOf(DesktopUnavailable);
    expect(accepted).not.toHaveBeenCalled();
    server.close();
  });

  test('lets Chromium start, with a sandbox of its own', async () => {
    const desktop = await start({ sandbox: 'required', firstApplication: 'browser' });
    await vi.waitFor(
      async () =>
        expect(await outputOf(desktop, 'xdotool search --onlyvisible --class chromium')).toMatch(/\d/),
      { timeout: 40_000, interval: 500 },
    );
    const running = await outputOf(desktop, 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    expect(running).toContain('--type=zygote');
    expect(running).not.toContain('--no-sandbox');
  }, 60_000);
});

test('a right click on the background opens a menu that starts applications', async () => {
  const desktop = await start();
  const terminals = async () =>
    (await outputOf(desktop, 'xdotool search --class xterm')).split('\n').length - 1;
  await vi.waitFor(async () => expect(await terminals()).toBe(1), { timeout: 20_000, interval: 200 });
  await vi.waitFor(
    async () => {
      await outputOf(
        desktop,
        'xdotool mousemove 5 5 click 3; sleep 0.5; xdotool mousemove 30 12 click 1; sleep 1',
      );
      expect(await terminals()).toBeGreaterThan(1);
    },
    { timeout: 20_000, interval: 500 },
  );
});

test('three desktops at once share nothing', async () => {
  const desktops = await Promise.all([start(), start(), start({ sandbox: 'never' })]);
  await Promise.all(
    desktops.map(async (desktop, index) => {
      await outputOf(
        desktop,
        `echo ${index} >$HOME/own; echo ${index} >$TMPDIR/own; xdotool mousemove ${index} 5`,
      );
      const stream = await desktop.connect(signal);
      expect(String(stream.read(12))).toBe('RFB 003.008\n');
      stream.destroy();
    }),
  );
  for (const [index, desktop] of desktops.entries())
    expect(
      await outputOf(desktop, 'cat $HOME/own $TMPDIR/own; xdotool getmouselocation | cut -d" " -f1'),
    ).toBe(`${index}\n${index}\nx:${index}\n`);
  await desktops[0]?.close();
  expect(await outputOf(desktops[1] as VirtualDesktop, 'echo alive')).toBe('alive\n');
});

describe('what cannot be had', () => {
  test('without bubblewrap a desktop runs all the same and says so', async () => {
    const find = programFinder();
    const without = (...names: readonly string[]) => (names.includes('bwrap') ? undefined : find(...names));
    const desktop = await start({ find: without });
    expect(desktop.isolation).toMatchObject({
      kind: 'none',
      detail: expect.stringContaining('not installed'),
    });
    const source = virtualDesktopSource({ tempRoot, find: without });
    expect((await source.isolation(signal)).kind).toBe('none');
    const required = virtualDesktopSource({ tempRoot, find: without, sandbox: 'required' });
    await expect(required.start(signal)).rejects.toThrow(/without a sandbox is not wanted/);
    for (const wish of [{ find: without }, { sandbox: 'never' } as const]) {
      const apart = virtualDesktopSource({ tempRoot, network: 'none', ...wish });
      await expect(apart.start(signal)).rejects.toThrow(/Nothing but a sandbox keeps .* from the network/);
    }
    expect(await readdir(tempRoot)).toHaveLength(1);
  });

  test('a bubblewrap that may not make namespaces counts as none, and its reason is told', async () => {
    const bwrap = await script('bwrap', 'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1');
    const find = programFinder();
    const broken = (...names: readonly string[]) => (names.includes('bwrap') ? bwrap : find(...names));
    const { kind, detail } = await virtualDesktopSource({ tempRoot, find: broken }).isolation(signal);
    expect(kind).toBe('none');
    expect(detail).toContain('setting up uid map: Permission denied');
    expect(detail).toContain('AppArmor');
  });

  test('a missing X server, another system and a server that fails are told with help', async () => {
    const none = virtualDesktopSource({ tempRoot, find: () => undefined });
    await expect(none.start(signal)).rejects.toMatchObject({
      name: 'DesktopUnavailable',
      help: expect.stringContaining('apt-get install tigervnc-standalone-server'),
    });
    await expect(virtualDesktopSource({ tempRoot, platform: 'darwin' }).start(signal)).rejects.toThrow(
      'needs Linux',
    );
    const xvnc = await script('Xvnc', 'echo "Unrecognized option: -rfbunixpath" >&2; exit 1');
    const find = programFinder();
    const failing = (...names: readonly string[]) => (names.includes('Xvnc') ? xvnc : find(...names));
    const source = virtualDesktopSource({ tempRoot, find: failing, sandbox: 'never' });
    await expect(source.start(signal)).rejects.toThrow(/Unrecognized option/);
    const hanging = await script('Xhang', 'exec sleep 1000');
    const slow = (...names: readonly string[]) => (names.includes('Xvnc') ? hanging : find(...names));
    const bounded = virtualDesktopSource({ tempRoot, find: slow, sandbox: 'never', limitMs: 300 });
    await expect(bounded.start(signal)).rejects.toBeInstanceOf(DesktopUnavailable);
    const stopped = virtualDesktopSource({ tempRoot, find: slow, sandbox: 'never' });
    await expect(stopped.start(AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await readdir(tempRoot)).filter((name) => name.startsWith('computer-use-chat'))).toEqual([]);
  });

  test('folders of living hosts, links and other people’s files are left alone', async () => {
    const [namespace] = ownerName().split('-');
    const living = `computer-use-chat-desktop-${namespace}-${process.pid}-0-abcdef`;
    await mkdir(path.join(tempRoot, living));
    await mkdir(path.join(tempRoot, 'computer-use-chat-desktop-x'));
    await symlink(homedir(), path.join(tempRoot, `computer-use-chat-desktop-${namespace}-1-99-abcdef`));
    await mkdir(path.join(tempRoot, `computer-use-chat-desktop-${namespace}-1-99-zzzzzz`));
    await start();
    const left = await readdir(tempRoot);
    expect(left).toContain(living);
    expect(left).toContain('computer-use-chat-desktop-x');
    expect(left).toContain(`computer-use-chat-desktop-${namespace}-1-99-abcdef`);
    // Process 1 runs, but did not start at that time.
    expect(left).not.toContain(`computer-use-chat-desktop-${namespace}-1-99-zzzzzz`);
  });
});

async function script(name: string, body: string): Promise<string> {
  const file = path.join(tempRoot, name);
  await writeFile(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return file;
}
