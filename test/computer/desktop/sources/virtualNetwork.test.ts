/** The web on a virtual desktop: real programs there, a server here that stands for a public one. */
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  type VirtualDesktop,
  type VirtualDesktopOptions,
  virtualDesktopSource,
} from '../../../../src/computer/desktop/sources/virtual.ts';
import { requireDesktopPrograms } from '../../../support/desktop/programs.ts';

const { signal } = new AbortController();

/** Names of the public web, all of which lead to the server here. */
const SITE = 'www.example.com';
const HIDDEN = 'hidden.example.com';

let tempRoot: string;
let server: http.Server;
let port: number;
let seen: string[];
let asked: string[];
const opened: VirtualDesktop[] = [];

// Whole desktops, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(requireDesktopPrograms);

beforeEach(async () => {
  tempRoot = await mkdtemp(path.join(tmpdir(), 'virtual-network-test-'));
  await chmod(tempRoot, 0o755); // as the system's own is for all
  [seen, asked] = [[], []];
  server = http.createServer((request, response) => {
    seen.push(`${request.headers.host}${request.url}`);
    response.end('<title>hello</title><p>hello from the web');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((desktop) => desktop.close()));
  server.closeAllConnections();
  server.close();
  await rm(tempRoot, { recursive: true, force: true });
});

/** Its network is as it is by default, but that the server can stand for a public host: it has to have a public address. */
async function start(options: VirtualDesktopOptions = {}): Promise<VirtualDesktop> {
  const desktop = await virtualDesktopSource({
    tempRoot,
    sandbox: 'required',
    allowedHosts: [`${SITE}:${port}`, `127.0.0.1:${port}`],
    lookUp: async (name) => {
      asked.push(name);
      return ['127.0.0.1'];
    },
    ...options,
  }).start(signal);
  opened.push(desktop);
  return desktop;
}

/** Until what leads to the network is there, which is a moment later than the desktop: commands of a shell wait for it. */
const READY =
  'for i in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/3128) 2>/dev/null && break; sleep 0.1; done';

async function startWithWeb(options: VirtualDesktopOptions = {}): Promise<VirtualDesktop> {
  const desktop = await start(options);
  await desktop.spawn('bash', ['-c', READY]).ended;
  return desktop;
}

async function outputOf(desktop: VirtualDesktop, script: string): Promise<string> {
  return (await desktop.spawn('sh', ['-c', script]).ended).output;
}

test('programs find the proxy and reach the web, and that is told', async () => {
  const desktop = await startWithWeb();
  expect(desktop.isolation.detail).toMatch(/reach the public web by a proxy, and neither/);
  expect(await outputOf(desktop, `curl -sS http://${SITE}:${port}/a`)).toContain('hello');
  expect(await outputOf(desktop, `curl -sS --proxytunnel http://${SITE}:${port}/b`)).toContain('hello');
  expect(seen).toEqual([`${SITE}:${port}/a`, `${SITE}:${port}/b`]);
  // Repositories as git, apt and others ask for them: by the same variables.
  const git = await outputOf(desktop, `git ls-remote http://${SITE}:${port}/repository.git 2>&1`);
  expect(git).not.toMatch(/Could not resolve|Failed to connect/);
  expect(seen.join(' ')).toMatch(/repository\.git\/info\/refs/);
  expect(asked).not.toContain('localhost');
});

test('what is refused is said to the program and told once', async () => {
  const desktop = await startWithWeb();
  const refused = await outputOf(desktop, `curl -sS http://${HIDDEN}/; curl -sS http://10.1.2.3/`);
  expect(refused).toMatch(/hidden\.example\.com: its name leads to a private address/);
  expect(refused).toMatch(/10\.1\.2\.3: hosts of private networks .*virtual\.allowedHosts/);
  expect(desktop.takeRefusals?.()).toHaveLength(2);
  expect(desktop.takeRefusals?.()).toEqual([]);
});

test("a desktop's own servers are reached past the proxy", async () => {
  const desktop = await startWithWeb();
  const script = `perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0); bind(S, sockaddr_in(8123, INADDR_LOOPBACK)) or die; listen(S, 5);
    print "listening\\n"; while (accept(C, S)) { sysread(C, my $x, 999); syswrite(C, "HTTP/1.0 200 OK\\r\\n\\r\\nown"); close(C) }' &
    for i in 1 2 3 4 5 6 7 8 9; do curl -sS http://localhost:8123/ && break; sleep 0.3; done; kill $!`;
  expect(await outputOf(desktop, script)).toContain('own');
});

test('Chromium reaches the web, and nothing that is private', async () => {
  const desktop = await startWithWeb();
  const dump = (url: string) =>
    outputOf(desktop, `timeout 40 chromium --headless --no-sandbox --dump-dom '${url}' 2>/dev/null`);
  expect(await dump(`http://${SITE}:${port}/page`)).toContain('hello from the web');
  expect(await dump(`http://${HIDDEN}/`)).toContain('leads to a private address');
  expect(seen.filter((url) => url.startsWith(HIDDEN))).toEqual([]);
});

test('the browser of the menu does so as well', async () => {
  const desktop = await startWithWeb();
  const [file = '', ...args] = desktop.applications.find(({ kind }) => kind === 'browser')?.command ?? [];
  const browser = desktop.spawn(file, [...args, `http://${SITE}:${port}/opened`], { maxOutputBytes: 0 });
  await vi.waitFor(() => expect(seen).toContain(`${SITE}:${port}/opened`), {
    timeout: 40_000,
    interval: 200,
  });
  browser.kill();
});

test.each(['web', 'all', 'none'] as const)(
  'with the network %s programs are told of a proxy only where there is one',
  async (network) => {
    const desktop = await start({ network });
    const text = await outputOf(desktop, 'env | grep -ci "_proxy=.*127.0.0.1:3128"');
    expect(text.startsWith('0')).toBe(network !== 'web');
  },
);

test('where Node cannot be had in the sandbox there is no network, and that is told', async () => {
  const desktop = await start({ executable: path.join(tempRoot, 'gone', 'node') });
  expect(desktop.isolation).toMatchObject({ kind: 'sandbox' });
  expect(desktop.isolation.detail).toMatch(/They have no network\. The way to the web .*cannot be had/);
  expect(await outputOf(desktop, `curl -sS http://127.0.0.1:${port}/ 2>&1`)).toMatch(/connect/);
  expect(seen).toEqual([]);
});

test('where it does not run there is none either', async () => {
  const executable = path.join(tempRoot, 'node');
  await writeFile(executable, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const desktop = await start({ executable });
  await vi.waitFor(() =>
    expect(desktop.isolation.detail).toMatch(/They have no network\. .*does not run there/),
  );
});

test('without a sandbox the network is the machine’s, and nothing is said to be isolated', async () => {
  const desktop = await start({ sandbox: 'never' });
  expect(desktop.isolation.kind).toBe('none');
  expect(await outputOf(desktop, `curl -sS http://127.0.0.1:${port}/own`)).toContain('hello');
  expect(await outputOf(desktop, 'env | grep -ci 127.0.0.1:3128')).toBe('0\n');
});

test('a folder with a long name does not keep it from the web', async () => {
  const long = path.join(tempRoot, 'long'.repeat(30));
  const desktop = await startWithWeb({ tempRoot: long });
  expect(await outputOf(desktop, `curl -sS http://${SITE}:${port}/`)).toContain('hello');
});
