import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BrowserComputerOptions } from '../../../src/computer/browser/browserComputer.ts';
import { preloadNothing } from '../../../src/computer/browser/preferences.ts';
import { holdProfile, isProfileName } from '../../../src/computer/browser/profile.ts';
import { startPageServer } from '../../support/pageServer.ts';
import { type Harness, startHarness } from './harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let root: string;
const open: Array<{ close(): Promise<void> }> = [];

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'profile-test-'));
});

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
  await rm(root, { recursive: true, force: true });
});

async function start(options: BrowserComputerOptions): Promise<Harness> {
  const harness = await startHarness({
    members: ['javascript_exec'],
    confirm: async () => true,
    ...options,
  });
  open.push(harness);
  return harness;
}

const script = async (harness: Harness, text: string) =>
  (await harness.call('javascript_exec', { text })).text;
const REMEMBER = `document.cookie = 'login=me; max-age=9999'; localStorage.setItem('login', 'me'); 'done'`;
const RECALL = `document.cookie + ' ' + localStorage.getItem('login')`;

test('what a session leaves in its browser is gone at its end', async () => {
  const server = await startPageServer();
  open.push(server);
  for (let session = 0; session < 2; session++) {
    const harness = await start({});
    await harness.call('navigate', { url: `${server.url}closing.html` });
    expect(await script(harness, RECALL)).toContain('null');
    await script(harness, REMEMBER);
    expect(await script(harness, RECALL)).toContain('login=me me');
    await harness.computer.close();
    expect(await harness.folders()).toEqual([]);
  }
});

test('a named profile keeps it, for one session at a time', async () => {
  const server = await startPageServer();
  open.push(server);
  const profile = { name: 'My shop', root };
  const first = await start({ profile });
  await first.call('navigate', { url: `${server.url}closing.html` });
  await script(first, REMEMBER);

  const second = await start({ profile });
  await second.call('navigate', { url: `${server.url}closing.html` });
  expect(await script(second, RECALL)).toContain('null');
  expect(second.events).toContainEqual({ type: 'fallback', cause: 'profile-in-use', detail: 'My shop' });
  expect(first.events).toEqual([]);
  await second.computer.close();
  await first.computer.close();
  expect(await first.folders()).toEqual([]);

  const later = await start({ profile });
  await later.call('navigate', { url: `${server.url}closing.html` });
  expect(await script(later, RECALL)).toContain('login=me me');
  expect(later.events).toEqual([]);
});

test('the settings of a profile stay, but for the one that has pages loaded ahead', async () => {
  const file = path.join(root, 'Default', 'Preferences');
  const settings = async () => JSON.parse(await readFile(file, 'utf8'));
  await preloadNothing(root);
  expect(await settings()).toEqual({ net: { network_prediction_options: 2 } });
  await writeFile(file, '{"net":{"network_prediction_options":0,"a":1},"homepage":"https://example.com"}');
  await preloadNothing(root);
  expect(await settings()).toEqual({
    net: { network_prediction_options: 2, a: 1 },
    homepage: 'https://example.com',
  });
  for (const broken of ['', '{"net":', '[1]', 'null', '{"net":7}']) {
    await writeFile(file, broken);
    await preloadNothing(root);
    expect(await settings()).toMatchObject({ net: { network_prediction_options: 2 } });
  }
});

test('a name that is none gets a temporary profile, and nothing is made elsewhere', async () => {
  const harness = await start({ profile: { name: '../outside', root: path.join(root, 'inner') } });
  expect(await harness.call('list_tabs')).toMatchObject({ isError: false });
  expect(harness.events).toEqual([{ type: 'fallback', cause: 'profile-name', detail: '../outside' }]);
  expect(await readdir(root)).toEqual([]);
});

test('no name leads out of the folder of profiles', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'B', '1', ' ', '.', '/', '\\', '-', '\0', ':') }),
      (name) => {
        if (isProfileName(name)) expect(path.dirname(path.join(root, `profile-${name}`))).toBe(root);
        else expect(name).not.toMatch(/^[a-zA-Z0-9]+$/);
      },
    ),
  );
  for (const name of ['', '.', '..', 'a/b', 'a\\b', '/etc', ' a', 'a ', 'a\0b', '-x', 'a'.repeat(51)])
    expect(isProfileName(name), name).toBe(false);
});

test('a profile is held by one, whatever the case of its name, until it is let go', async () => {
  const held = await holdProfile({ name: 'Work', root }, 'Chromium');
  expect(held?.folder).toBe(path.join(root, 'profile-work', 'chromium'));
  expect(await holdProfile({ name: 'work', root }, 'Edge')).toBeUndefined();
  expect(await holdProfile({ name: 'other', root }, 'Chromium')).toBeDefined();
  await held?.release();
  expect(await holdProfile({ name: 'WORK', root }, 'Chromium')).toBeDefined();
});

test('a lock is free once its process is gone, or has not renewed it', async () => {
  const folder = path.join(root, 'profile-work');
  const lock = path.join(folder, 'lock');
  await mkdir(folder);
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  const ended = new Promise((resolve) => other.once('exit', resolve));
  const take = () => holdProfile({ name: 'work', root }, 'Chromium');

  await writeFile(lock, String(other.pid));
  expect(await take()).toBeUndefined();
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  const stale = await take();
  expect(await readFile(lock, 'utf8')).toBe(String(process.pid));
  await stale?.release();

  await writeFile(lock, String(other.pid));
  other.kill();
  await ended;
  const orphaned = await take();
  expect(orphaned).toBeDefined();
  await orphaned?.release();

  // Left by a process that had our id before a restart.
  await writeFile(lock, String(process.pid));
  expect(await take()).toBeDefined();
});
