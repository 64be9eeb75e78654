import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort, startService, waitUntilServing } from '../../scripts/lib/process.mjs';

let folder: string;
let logFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-'));
  logFile = join(folder, 'log');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A service of Node source text. */
const start = (source: string) => startService(process.execPath, ['-e', source], { logFile });

/** Whether somebody listens on the port. A process that ended may keep its id for a while, but not its port. */
const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(() => resolve(true)));
    socket.on('error', () => resolve(false));
  });

test.skipIf(process.platform === 'win32')('stopping a service ends its children too', async () => {
  const child =
    'const s = require("net").createServer().listen(0, "127.0.0.1", () => console.log(s.address().port))';
  const service = start(`
    require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
    setInterval(() => {}, 1000);
  `);
  const port = await vi.waitFor(
    () => {
      const printed = Number(readFileSync(logFile, 'utf8'));
      expect(printed).toBeGreaterThan(0);
      return printed;
    },
    { timeout: 10_000 },
  );
  expect([service.isRunning(), await answers(port)]).toEqual([true, true]);
  await service.stop();
  expect([service.isRunning(), await answers(port)]).toEqual([false, false]);
  await service.stop();
});

test('a service that ends by itself is known to have ended, with its output in the log', async () => {
  const service = start('console.log("out"); console.error("err");');
  await service.ended;
  expect(service.isRunning()).toBe(false);
  expect(readFileSync(logFile, 'utf8').split('\n').sort().join(' ').trim()).toBe('err out');
});

test('a service that cannot be started ends at once and says why in its log', async () => {
  const service = startService(join(folder, 'missing'), [], { logFile });
  await service.ended;
  expect(service.isRunning()).toBe(false);
  expect(readFileSync(logFile, 'utf8')).toContain('ENOENT');
});

test('no signal handler is left behind', async () => {
  const before = process.listenerCount('SIGTERM');
  const services = [start('setInterval(() => {}, 1000)'), start('setInterval(() => {}, 1000)')];
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
  await Promise.all(services.map((service) => service.stop()));
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

test('waiting for a service that ends says where its log is', async () => {
  const service = start('');
  const waiting = waitUntilServing('http://127.0.0.1:9/', { service, logFile, timeoutMs: 10_000 });
  await expect(waiting).rejects.toThrow(logFile);
});

test('a taken port is passed over', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    expect(await freePort(port)).toBeGreaterThan(port);
  } finally {
    taken.close();
  }
});
