import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { BrowserComputerOptions } from '../../../src/computer/browser/browserComputer.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { at, type Harness, startHarness } from './harness.ts';

// A browser is slow on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const open: Array<{ close(): Promise<void> }> = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function start(options?: BrowserComputerOptions): Promise<Harness> {
  const harness = await startHarness(options);
  open.push(harness);
  return harness;
}

async function serve(): Promise<PageServer> {
  const server = await startPageServer();
  open.push(server);
  return server;
}

/** The browser's processes, by the profile they were started with: the main one first. */
function browserProcesses(profile: string): number[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return processes
    .filter((id) => commandLine(id).includes(profile))
    .sort((a, b) => Number(commandLine(a).includes('--type=')) - Number(commandLine(b).includes('--type=')));
}

function commandLine(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function profileOf(harness: Harness): Promise<string> {
  const [folder] = await harness.folders();
  if (folder === undefined) throw new Error('No browser runs.');
  return folder;
}

const gone = (check: () => void) => vi.waitFor(check, { timeout: 12_000, interval: 100 });
const onLinux = test.runIf(process.platform === 'linux');

test('nothing is started before the first call', async () => {
  const harness = await start();
  expect(JSON.parse(JSON.stringify(harness.computer.toolset))).toMatchObject({
    type: 'browser_toolset_20260801',
  });
  expect(await harness.folders()).toEqual([]);
  expect(harness.computer.isRunning).toBe(false);
});

test('without a browser the model and the user are told', async () => {
  const harness = await start({ platform: 'win32', env: {} });
  const result = await harness.call('screenshot');
  expect(result).toMatchObject({ isError: true });
  expect(result.text).toBe(
    'No browser can be started on this machine. The user has been told what to do about it.',
  );
  expect(harness.events).toMatchObject([
    { type: 'unavailable', help: expect.stringContaining('Install Chrome') },
  ]);
});

test('a browser set by the user that is not there, or is none, is told by its path', async () => {
  const missing = await start({ executablePath: '/nowhere/chrome' });
  expect((await missing.call('screenshot')).isError).toBe(true);
  expect(missing.events).toMatchObject([
    { type: 'unavailable', message: expect.stringContaining('/nowhere/chrome') },
  ]);
  const wrong = await start({ executablePath: process.execPath, limits: { launchMs: 2_000 } });
  expect((await wrong.call('screenshot')).isError).toBe(true);
  expect(wrong.events).toMatchObject([
    { type: 'unavailable', message: expect.stringContaining('did not start') },
  ]);
  expect(await wrong.folders()).toEqual([]);
});

onLinux.each(['/tmp', '/etc/passwd'])('%s, which is no program, is not started', async (executablePath) => {
  const harness = await start({ executablePath });
  expect((await harness.call('screenshot')).isError).toBe(true);
  expect(harness.events).toMatchObject([
    { type: 'unavailable', message: expect.stringContaining(`no browser at ${executablePath},`) },
  ]);
});

onLinux('a program that ends at once is told as such', async () => {
  const harness = await start({ executablePath: '/bin/true' });
  expect((await harness.call('screenshot')).isError).toBe(true);
  expect(harness.events).toMatchObject([
    { type: 'unavailable', message: expect.stringMatching(/did not start: The program ended at once/) },
  ]);
  expect(await harness.folders()).toEqual([]);
});

onLinux('a program that hangs is ended when its time is over', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hanging-'));
  open.push({ close: () => rm(folder, { recursive: true }) });
  const executablePath = path.join(folder, 'browser');
  await writeFile(executablePath, '#!/bin/sh\nsleep 600\n', { mode: 0o755 });
  const harness = await start({ executablePath, limits: { launchMs: 1_500 } });
  const result = harness.call('screenshot');
  await gone(() => expect(browserProcesses(executablePath)).toHaveLength(1));
  expect((await result).isError).toBe(true);
  expect(harness.events).toMatchObject([
    { type: 'unavailable', message: expect.stringContaining('did not answer within 1.5 s.') },
  ]);
  expect(await harness.folders()).toEqual([]);
  await gone(() => expect(browserProcesses(executablePath)).toEqual([]));
});

onLinux('close ends the browser and removes its folder', async () => {
  const harness = await start();
  await harness.call('screenshot');
  const profile = await profileOf(harness);
  expect(browserProcesses(profile).length).toBeGreaterThan(0);
  await harness.computer.close();
  await harness.computer.close();
  expect(await harness.folders()).toEqual([]);
  await gone(() => expect(browserProcesses(profile)).toEqual([]));
});

test('a start may take longer than a page may take to answer', async () => {
  const harness = await start({ limits: { responseMs: 1 } });
  expect(await harness.call('list_tabs')).toMatchObject({ isError: false });
  expect(harness.events).toEqual([]);
});

test('close ends a call under way', async () => {
  const harness = await start();
  await harness.call('screenshot');
  const waiting = harness.call('wait', { duration: 30 });
  await harness.computer.close();
  expect(await waiting).toMatchObject({ isError: true, text: 'The browser is closed.' });
});

test('close while the browser starts leaves nothing', async () => {
  const harness = await start();
  const starting = harness.call('screenshot');
  await gone(async () => expect(await harness.folders()).toHaveLength(1));
  await harness.computer.close();
  expect((await starting).isError).toBe(true);
  expect(await harness.folders()).toEqual([]);
});

test('the signal of the call that started the browser does nothing to it later', async () => {
  const server = await serve();
  const harness = await start();
  const abort = new AbortController();
  const first = { url: `${server.url}input.html` };
  expect(await harness.callAborted('navigate', first, abort.signal)).toBeUndefined();
  expect(harness.computer.isRunning).toBe(true);
  const folders = await harness.folders();
  abort.abort();
  const result = await harness.call('screenshot');
  expect(result).toMatchObject({ isError: false, state: { tabs: [{ title: 'Input', url: first.url }] } });
  // Long enough for a browser that was killed to have been noticed.
  await harness.call('wait', { duration: 1 });
  expect(await harness.folders()).toEqual(folders);
  expect(harness.events).toEqual([]);
});

test('a start that is cancelled is no crash, however far it has come', async () => {
  const timed = await start();
  const begun = performance.now();
  await timed.call('screenshot');
  const startMs = performance.now() - begun;
  await timed.close();
  for (const part of [0.2, 0.4, 0.6, 0.7, 0.8, 0.9]) {
    const harness = await start();
    const abort = new AbortController();
    setTimeout(() => abort.abort(), part * startMs);
    await harness.callAborted('screenshot', {}, abort.signal);
    // Were a note owed, this would not be executed.
    const next = await harness.call('left_click', { target: at(200, 130) });
    expect(next).toMatchObject({ isError: false, state: { tabs: [{ url: 'about:blank' }] } });
    expect(harness.events).toEqual([]);
    await harness.close();
  }
});

onLinux('a browser that dies between calls is told once, and the next one works', async () => {
  const server = await serve();
  const harness = await start();
  await harness.call('navigate', { url: `${server.url}input.html` });
  const profile = await profileOf(harness);
  process.kill(browserProcesses(profile)[0] as number, 'SIGKILL');
  await gone(() => expect(harness.events).toEqual([{ type: 'crashed', message: 'signal SIGKILL' }]));
  expect(harness.computer.isRunning).toBe(false);
  const told = await harness.call('left_click', { target: at(200, 130) });
  expect(told).toMatchObject({
    isError: true,
    text: expect.stringMatching(/^Not executed: the browser ended/),
  });
  const after = await harness.call('navigate', { url: `${server.url}input.html` });
  expect(after.text).toContain('Input');
  expect(after.state?.tabs).toHaveLength(1);
  await gone(async () => expect(await harness.folders()).toHaveLength(1));
});

onLinux('a browser that dies during a call ends it with an error', async () => {
  const server = await serve();
  const harness = await start();
  await harness.call('navigate', { url: `${server.url}input.html` });
  const profile = await profileOf(harness);
  const holding = harness.call('hold_key', { text: 'a', duration: 20 });
  await gone(() => expect(server.recorded.some(({ type }) => type === 'keydown')).toBe(true));
  process.kill(browserProcesses(profile)[0] as number, 'SIGKILL');
  expect(await holding).toMatchObject({
    isError: true,
    text: expect.stringMatching(/^The browser ended unexpectedly/),
  });
  expect((await harness.call('screenshot')).isError).toBe(false);
});

onLinux('a page that crashes is told and can be loaded again', async () => {
  const server = await serve();
  const harness = await start();
  await harness.call('navigate', { url: `${server.url}input.html` });
  const profile = await profileOf(harness);
  await harness.call('left_mouse_down', { target: at(700, 500) });
  const renderers = browserProcesses(profile).filter((id) => commandLine(id).includes('--type=renderer'));
  for (const id of renderers) process.kill(id, 'SIGKILL');
  await gone(() => expect(harness.events.map(({ type }) => type)).toContain('page-crashed'));
  const result = await harness.call('screenshot');
  expect(result).toMatchObject({ isError: true, text: expect.stringMatching(/^The page crashed/) });
  expect((await harness.call('navigate', { url: 'reload' })).text).toContain('Input');
  server.clear();
  await harness.call('mouse_move', { target: at(720, 500) });
  await harness.call('left_click', { target: at(200, 130) });
  await gone(() => expect(server.recorded.some(({ type }) => type === 'click')).toBe(true));
  expect(server.recorded.find(({ type }) => type === 'move')).toMatchObject({ x: 720, buttons: 0 });
});

onLinux('the browser does not outlive a killed host, and the next start cleans up', async () => {
  const harness = await start();
  const tempRoot = harness.tempRoot;
  const module = path.resolve('src/computer/browser/browserComputer.ts');
  const script = `
    import { createBrowserComputer } from ${JSON.stringify(module)};
    const computer = createBrowserComputer({ tempRoot: ${JSON.stringify(tempRoot)} });
    await computer.toolset.toolResult({ type: 'tool_use', id: 'a', name: 'screenshot', input: {}, toolset_name: 'browser' });
    console.log('ready');
    setInterval(() => {}, 1_000);`;
  const host = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(host.stdout, 'data');
  const profile = await profileOf(harness);
  expect(browserProcesses(profile).length).toBeGreaterThan(0);
  host.kill('SIGKILL');
  await once(host, 'exit');
  await gone(() => expect(browserProcesses(profile)).toEqual([]));
  await harness.call('screenshot');
  expect(await harness.folders()).not.toContain(profile);
});
