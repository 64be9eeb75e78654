/** X servers and VNC servers of Debian for tests: each on a display of its own, gone with `close`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { selfSigned } from '../selfSigned.ts';

/** A VNC server that runs. */
export interface VncServer {
  /** Where X clients connect: `:7`. */
  readonly display: string;
  /** The process of the VNC server. */
  readonly processId: number;
  /** Where its VNC listens: a unix socket or a port on the loopback interface. */
  readonly address: { readonly path: string } | { readonly port: number; readonly host: string };
  /** A new connection, before the first byte of the protocol. */
  connect(): Promise<Socket>;
  /** Starts an X client (`xev`, `xterm`, ...) on the display; it ends with the server at the latest. */
  run(command: string, args?: readonly string[]): ChildProcess;
  /** Ends the server by force, as in a crash. */
  kill(): Promise<void>;
  /** Ends it and what was run on it. */
  close(): Promise<void>;
}

export interface XvncOptions {
  /** Default `1024x768`. */
  readonly geometry?: string;
  /** Bits per pixel of the screen; default 24. */
  readonly depth?: number;
  /** As in `-SecurityTypes`; default `None`. A certificate is made for those with X509. */
  readonly securityTypes?: string;
  /** Asked for by the types that have `Vnc` in their names. */
  readonly password?: string;
  /** Listen on a port of the loopback interface rather than on a unix socket. */
  readonly onPort?: boolean;
  readonly args?: readonly string[];
}

/** Starts TigerVNC's Xvnc. @throws Error with what it printed, when it does not come up */
export async function startXvnc(options: XvncOptions = {}): Promise<VncServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'xvnc-test-'));
  const address = options.onPort
    ? { host: '127.0.0.1', port: await freePort() }
    : { path: path.join(folder, 'rfb.sock') };
  const securityTypes = options.securityTypes ?? 'None';
  const server = spawn(
    'Xtigervnc',
    [
      ...['-displayfd', '3', '-nolisten', 'tcp', '-ac', '-noreset', '-nopn'],
      ...['-geometry', options.geometry ?? '1024x768', '-depth', String(options.depth ?? 24)],
      ...('path' in address
        ? ['-rfbunixpath', address.path, '-rfbport', '-1']
        : ['-rfbport', String(address.port), '-localhost', '-UseIPv6=0']),
      ...['-SecurityTypes', securityTypes, '-UseBlacklist=0', '-AlwaysShared'],
      ...(options.password === undefined ? [] : ['-rfbauth', await writePassword(folder, options.password)]),
      ...(securityTypes.includes('X509') ? await writeCertificate(folder) : []),
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const display = `:${await firstLine(server, server.stdio[3] as Readable)}`;
  return vncServer({ server, display, address, folder, beneath: undefined });
}

export interface X11vncOptions {
  /** The display to show; without one an Xvnc of 1024x768 is started beneath. */
  readonly on?: Pick<VncServer, 'display'>;
  readonly password?: string;
  readonly args?: readonly string[];
}

/** Starts x11vnc on a port of the loopback interface. @throws Error with what it printed, when it does not come up */
export async function startX11vnc(options: X11vncOptions = {}): Promise<VncServer> {
  const beneath = options.on ? undefined : await startXvnc();
  const display = options.on?.display ?? beneath?.display ?? '';
  const folder = await mkdtemp(path.join(tmpdir(), 'x11vnc-test-'));
  const address = { host: '127.0.0.1', port: await freePort() };
  const server = spawn(
    'x11vnc',
    [
      ...['-display', display, '-rfbport', String(address.port), '-localhost', '-no6', '-noipv6'],
      ...['-forever', '-shared', '-quiet', '-norc', '-noxrecord'],
      ...(options.password === undefined
        ? ['-nopw']
        : ['-rfbauth', await writePassword(folder, options.password)]),
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: folder } },
  );
  // It prints `PORT=5900` once it listens, and its certificate before.
  await firstLine(server, server.stdout, 'PORT=');
  return vncServer({ server, display, address, folder, beneath });
}

interface Parts {
  readonly server: ChildProcess;
  readonly display: string;
  readonly address: VncServer['address'];
  readonly folder: string;
  readonly beneath: VncServer | undefined;
}

function vncServer({ server, display, address, folder, beneath }: Parts): VncServer {
  const clients = new Set<ChildProcess>();
  server.stderr?.resume();
  server.stdout?.resume();
  return {
    display,
    address,
    processId: server.pid ?? 0,
    async connect() {
      const socket = connect(address);
      await once(socket, 'connect');
      return socket;
    },
    run(command, args = []) {
      const client = spawn(command, args, {
        env: { ...process.env, DISPLAY: display },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      clients.add(client);
      client.once('exit', () => clients.delete(client));
      return client;
    },
    kill: () => end(server, 'SIGKILL'),
    async close() {
      await Promise.all([...clients].map((client) => end(client)));
      await end(server);
      await beneath?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ends `child`: asked to, an X server removes its lock and its socket; after 3 s it is not asked any more. */
async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await ended;
  clearTimeout(timer);
}

/** The first line with `mark` in it. @throws Error when `server` ends before it has printed one to `output` */
async function firstLine(server: ChildProcess, output: Readable, mark = ''): Promise<string> {
  let errors = '';
  const keep = (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2000);
  };
  server.stderr?.on('data', keep);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let printed = '';
  const read = (chunk: Buffer) => {
    printed += chunk.toString();
    const line = printed
      .split('\n')
      .slice(0, -1)
      .find((one) => one.includes(mark));
    if (line !== undefined) resolve(line);
  };
  output.on('data', read);
  const failed = (error?: unknown) =>
    reject(new Error(`${server.spawnfile} does not run: ${error instanceof Error ? error.message : errors}`));
  server.once('error', failed);
  server.once('exit', failed);
  try {
    return await promise;
  } finally {
    output.off('data', read);
    output.resume();
    server.stderr?.off('data', keep);
    server.off('error', failed);
    server.off('exit', failed);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function writePassword(folder: string, password: string): Promise<string> {
  const file = path.join(folder, 'passwd');
  const child = spawn('tigervncpasswd', ['-f'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(password);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  await writeFile(file, Buffer.concat(chunks), { mode: 0o600 });
  return file;
}

async function writeCertificate(folder: string): Promise<readonly string[]> {
  const { key, cert } = selfSigned();
  await writeFile(path.join(folder, 'key.pem'), key, { mode: 0o600 });
  await writeFile(path.join(folder, 'cert.pem'), cert);
  return ['-X509Key', path.join(folder, 'key.pem'), '-X509Cert', path.join(folder, 'cert.pem')];
}
