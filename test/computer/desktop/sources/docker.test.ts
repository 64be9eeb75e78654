import { once } from 'node:events';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { DesktopUnavailable } from '../../../../src/computer/desktop/machine.ts';
import {
  type DockerDesktopOptions,
  dockerDesktopSource,
  REFERENCE_IMAGE,
} from '../../../../src/computer/desktop/sources/docker.ts';
import { DockerStandIn } from '../../../support/desktop/docker/standIn.ts';
import { requireDesktopPrograms } from '../../../support/desktop/programs.ts';
import { startXvnc, type VncServer } from '../../../support/desktop/xserver.ts';

const { signal } = new AbortController();
const FOLDER = path.join(import.meta.dirname, '../../../../docker');

let docker: DockerStandIn;
const servers: VncServer[] = [];

// Whole desktops, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

beforeAll(requireDesktopPrograms);

beforeEach(async () => {
  docker = await DockerStandIn.create();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await docker.close();
});

function source(options: Partial<DockerDesktopOptions> = {}, vncPort?: number) {
  const image = { kind: 'named', name: REFERENCE_IMAGE } as const;
  return dockerDesktopSource({ image, env: docker.env(vncPort), limitMs: 10_000, ...options });
}

/** The calls whose first word is this. */
async function callsOf(verb: string): Promise<string[][]> {
  return (await docker.calls()).filter(([first]) => first === verb);
}

test('a container is started, reached through docker exec, and removed', async () => {
  const server = await startXvnc({ onPort: true });
  servers.push(server);
  const port = 'port' in server.address ? server.address.port : 0;
  const machine = await source({ size: { width: 1000, height: 700 } }, port).start(signal);
  expect(await docker.containers()).toHaveLength(1);
  expect((await callsOf('run'))[0]).toEqual(
    expect.arrayContaining(['WIDTH=1000', 'HEIGHT=700', REFERENCE_IMAGE]),
  );
  expect(machine.isolation.kind).toBe('container');

  const stream = await machine.connect(signal);
  expect(String(stream.read(12))).toBe('RFB 003.008\n');
  stream.write('RFB 003.008\n');
  const [types] = await once(stream, 'data');
  expect([...types]).toEqual([1, 1]);
  stream.destroy();

  const other = await machine.connect(signal);
  other.resume().on('error', () => undefined);
  await server.kill();
  await once(other, 'close');

  await machine.close();
  await machine.close();
  expect(await docker.containers()).toEqual([]);
  expect(await callsOf('rm')).toHaveLength(1);
});

test('our own image is built once, from the files that come along', async () => {
  const onProgress = vi.fn();
  const image = { kind: 'own', folder: FOLDER } as const;
  const first = await source({ image, onProgress }).start(signal);
  const second = await source({ image }).start(signal);
  const builds = await callsOf('build');
  expect(builds).toHaveLength(1);
  expect(builds[0]?.at(-1)).toBe(FOLDER);
  expect(onProgress).toHaveBeenCalledWith('#1 building');
  const [run] = await callsOf('run');
  expect(run?.at(-1)).toMatch(/^computer-use-chat-desktop:[0-9a-f]{12}$/);
  expect(run).toContain('--pull=never');
  expect(await docker.containers()).toHaveLength(2);
  await Promise.all([first.close(), second.close()]);
  expect(await docker.containers()).toEqual([]);
});

test('containers of dead hosts of this machine are removed by the next start, others are not', async () => {
  const host = encodeURIComponent(hostname());
  const machine = await source().start(signal);
  // No process has this id (pid_max is below it); process 1 runs, but did not start then; the last are not ours to judge.
  await docker.addContainer('dead', `${host}/99999999/5`);
  await docker.addContainer('reused', `${host}/1/99999999999`);
  await docker.addContainer('living', `${host}/${process.pid}/0`);
  await docker.addContainer('elsewhere', 'another-machine/99999999/5');
  await docker.addContainer('strange', 'x');
  const next = await source().start(signal);
  const left = await docker.containers();
  expect(left).toEqual(expect.arrayContaining(['living', 'elsewhere', 'strange']));
  expect(left).not.toContain('dead');
  expect(left).not.toContain('reused');
  expect(left).toHaveLength(5);
  await Promise.all([machine.close(), next.close()]);
});

test('a container that ends by itself is told of', async () => {
  const machine = await source().start(signal);
  const ended = vi.fn();
  machine.onEnd(ended);
  const [name = ''] = await docker.containers();
  await docker.killContainer(name);
  await vi.waitFor(
    () => expect(ended).toHaveBeenCalledWith('The container has ended with status 137.'),
    5_000,
  );
  await expect(machine.connect(signal)).rejects.toThrow(/No such container/);
  await machine.close();
});

test('a run that fails is told with help, and what it may have made is removed', async () => {
  await docker.answer({ run: { status: 125, stderr: 'docker: pull access denied for x', works: true } });
  await expect(source().start(signal)).rejects.toMatchObject({
    message: expect.stringContaining('The container did not start: docker: pull access denied'),
    help: expect.stringContaining('docker login'),
  });
  expect(await docker.containers()).toEqual([]);
});

test('an engine that does not run, a missing command and a name that is none are told with help', async () => {
  await docker.answer({
    ps: { status: 1, stderr: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' },
  });
  await expect(source().start(signal)).rejects.toMatchObject({
    help: expect.stringMatching(/^Start Docker/),
  });
  await expect(source({ dockerCommand: '/no/docker' }).start(signal)).rejects.toMatchObject({
    message: expect.stringContaining('was not found'),
  });
  const image = { kind: 'named', name: '--privileged' } as const;
  await expect(source({ image }).start(signal)).rejects.toThrow('is not the name of an image');
  expect(await callsOf('run')).toEqual([]);
});

test('a command that hangs is ended by its limit, or by the user, and leaves nothing', async () => {
  await docker.answer({ ps: { hang: true } });
  await expect(source({ limitMs: 500 }).start(signal)).rejects.toBeInstanceOf(DesktopUnavailable);
  await docker.answer({ run: { hang: true, works: true } });
  const stop = new AbortController();
  const starting = source().start(stop.signal);
  await vi.waitFor(async () => expect(await docker.containers()).toHaveLength(1), 5_000);
  stop.abort(new Error('Stopped.'));
  await expect(starting).rejects.toThrow('Stopped.');
  expect(await docker.containers()).toEqual([]);
});

test('a server that does not speak is told, with what the container printed', async () => {
  await docker.answer({
    exec: { status: 1, stderr: 'nothing listens' },
    logs: { stdout: 'Xvfb failed to start' },
  });
  const machine = await source().start(signal);
  await expect(machine.connect(signal)).rejects.toThrow(
    /does not answer on port 5900: nothing listens\s+Xvfb failed/,
  );
  await machine.close();
});
