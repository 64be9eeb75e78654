import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DesktopMachine } from '../../../../src/computer/desktop/machine.ts';
import {
  type RemoteDesktopOptions,
  remoteDesktopSource,
} from '../../../../src/computer/desktop/sources/remote.ts';

const { signal } = new AbortController();
const BANNER = 'RFB 003.008\n';

let folder: string;
const servers: Server[] = [];
const sockets: Socket[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'remote-test-'));
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A server that says `text` to each who connects. */
async function listen(target: string | number, text: string): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    socket.write(text);
  });
  servers.push(server);
  if (typeof target === 'number') server.listen(target, '127.0.0.1');
  else server.listen(target);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function machineAt(address: string, options: Partial<RemoteDesktopOptions> = {}): Promise<DesktopMachine> {
  return remoteDesktopSource({ address, password: async () => 'secret', ...options }).start(signal);
}

/** An `ssh` that does what the script says. */
async function ssh(script: string): Promise<string> {
  const file = path.join(folder, 'ssh');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

describe('an address', () => {
  test.each(['vnc+ssh://ann@gate/bob@inner', 'vnc+unix://bob@/run/rfb.sock'])(
    '%s has a user name for the VNC server',
    async (address) => expect((await machineAt(address)).credentials.username).toBe('bob'),
  );

  test('of this machine gives a private stream, user and password are handed on', async () => {
    const port = await listen(0, BANNER);
    const machine = await machineAt(`vnc://ann@127.0.0.1:${port}`);
    expect(machine.isStreamPrivate).toBe(true);
    expect(machine.credentials.username).toBe('ann');
    expect(await machine.credentials.password()).toBe('secret');
    const stream = await machine.connect(signal);
    expect(String(stream.read())).toBe(BANNER);
    stream.destroy();
    await machine.close();
  });

  test('of another machine is known not to be private, unless SSH leads there', async () => {
    expect((await machineAt('vnc://example.com')).isStreamPrivate).toBe(false);
    expect((await machineAt('vnc+ssh://example.com')).isStreamPrivate).toBe(true);
    expect((await machineAt('vnc+unix:///x')).isStreamPrivate).toBe(true);
  });

  test('of a unix socket is connected to', async () => {
    const file = path.join(folder, 'rfb.sock');
    await listen(file, BANNER);
    const stream = await (await machineAt(`vnc+unix://${file}`)).connect(signal);
    expect(String(stream.read())).toBe(BANNER);
    stream.destroy();
  });

  test('that is none is refused', async () => {
    await expect(machineAt('vnc://-x')).rejects.toMatchObject({ name: 'DesktopUnavailable' });
  });
});

describe('what goes wrong is told with help', () => {
  test('when nothing listens', async () => {
    const port = await listen(0, '');
    servers.splice(0).forEach((server) => {
      server.close();
    });
    await expect((await machineAt(`127.0.0.1:${port}`)).connect(signal)).rejects.toMatchObject({
      message: `No VNC server listens at 127.0.0.1:${port}.`,
      help: expect.stringContaining('display 1 is port 5901'),
    });
    const nowhere = await machineAt(`vnc+unix://${folder}/none.sock`);
    await expect(nowhere.connect(signal)).rejects.toThrow('There is no socket at');
  });

  test('when the host is not known', async () => {
    await expect((await machineAt('vnc://nowhere.invalid')).connect(signal)).rejects.toThrow(
      'The host of nowhere.invalid:5900 is not known.',
    );
  });

  test('when the server says nothing, and when the user stops waiting', async () => {
    const port = await listen(0, '');
    const machine = await machineAt(`127.0.0.1:${port}`, { limitMs: 200 });
    await expect(machine.connect(signal)).rejects.toThrow('does not speak as a VNC server does');
    const hangingUp = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    servers.push(hangingUp);
    await once(hangingUp, 'listening');
    const { port: other } = hangingUp.address() as AddressInfo;
    await expect((await machineAt(`127.0.0.1:${other}`)).connect(signal)).rejects.toThrow(
      'hung up without a word',
    );
    const patient = await machineAt(`127.0.0.1:${port}`);
    const stop = new AbortController();
    const connecting = patient.connect(stop.signal);
    stop.abort(new Error('Stopped.'));
    await expect(connecting).rejects.toThrow('Stopped.');
    await vi.waitFor(() =>
      expect(sockets.every((socket) => socket.closed || socket.readableEnded)).toBe(true),
    );
  });
});

describe('SSH', () => {
  test('carries the stream, with the user’s words in the right places', async () => {
    const words = path.join(folder, 'words');
    const sshCommand = await ssh(`printf '%s\\n' "$@" >'${words}'; printf 'RFB 003.008\\n'; exec cat`);
    const machine = await machineAt('vnc+ssh://ann@gate:2222/inner:1', { sshCommand });
    const stream = await machine.connect(signal);
    expect(String(stream.read())).toBe(BANNER);
    const given = (await readFile(words, 'utf8')).split('\n').slice(0, -1);
    expect(given.slice(given.indexOf('-p'))).toEqual([
      '-p',
      '2222',
      '-l',
      'ann',
      '-W',
      'inner:5901',
      '--',
      'gate',
    ]);
    stream.write('echoed');
    const [echo] = await once(stream, 'data');
    expect(String(echo)).toBe('echoed');
    stream.end();
    await once(stream, 'close');
  });

  test.each([
    ['Host key verification failed.', /is not one that you have accepted/, /in a terminal once/],
    ['ann@gate: Permission denied (publickey).', /did not accept the login/, /without a question/],
    ['ssh: Could not resolve hostname gate: Name or service not known', /no host with the name gate/, /VPN/],
    [
      'channel 0: open failed: connect failed: Connection refused',
      /nothing answers at localhost:5900/,
      /forwarding/,
    ],
    ['ssh: connect to host gate port 22: Connection timed out', /cannot be reached by SSH/, /"ssh ann@gate"/],
    ['something new', /something new/, /"ssh ann@gate"/],
  ])('that says %j is explained', async (complaint, message, help) => {
    const sshCommand = await ssh(`echo '${complaint}' >&2; exit 255`);
    const machine = await machineAt('vnc+ssh://ann@gate', { sshCommand });
    await expect(machine.connect(signal)).rejects.toMatchObject({
      name: 'DesktopUnavailable',
      message: expect.stringMatching(message),
      help: expect.stringMatching(help),
    });
  });

  test('that is missing or hangs is told, and ended', async () => {
    const missing = await machineAt('vnc+ssh://gate', { sshCommand: path.join(folder, 'no-ssh') });
    await expect(missing.connect(signal)).rejects.toThrow('was not found');
    const sshCommand = await ssh('exec sleep 1000');
    const hanging = await machineAt('vnc+ssh://gate', { sshCommand, limitMs: 200 });
    await expect(hanging.connect(signal)).rejects.toThrow('did not answer through SSH');
  });
});
