/** What commands start and leave: it ends with the command, the session, or at the latest at the next start. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownerName } from '../../../src/base/processIdentity.ts';
import { BashTool } from '../../../src/tools/bash/bashTool.ts';
import { thisMachine } from '../../../src/tools/thisMachine.ts';

const SOURCES = path.join(import.meta.dirname, '../../../src');

let folder: string;
let tool: BashTool;
let limitMs: number;
/** Of this test's programs alone. */
let seconds: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'leftovers-test-'));
  limitMs = 20_000;
  seconds = String(100_000_000 + Math.floor(Math.random() * 100_000_000));
  const place = thisMachine({ folder });
  if (!place) throw new Error('These tests need a POSIX shell.');
  tool = new BashTool({ place, limitMs: () => limitMs, tempRoot: folder });
});

afterEach(async () => {
  await tool.close();
  rmSync(folder, { recursive: true, force: true });
});

/** How many programs sleep for {@link seconds}. */
function sleeping(): number {
  return readdirSync('/proc').filter((name) => {
    try {
      return (
        /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').at(-2) === seconds
      );
    } catch {
      return false;
    }
  }).length;
}

const inFolder = (name: string) => existsSync(path.join(folder, name));

/** Ways out of a process group. */
const ESCAPES: readonly (readonly [name: string, command: (sleep: string) => string])[] = [
  ['a session of its own', (sleep) => `setsid ${sleep}`],
  ['without variables', (sleep) => `env -i setsid ${sleep}`],
  ['a daemon', (sleep) => `(setsid sh -c '${sleep} & ${sleep} &' &) ; ${sleep}`],
  ['nohup', (sleep) => `nohup setsid nohup ${sleep} >/dev/null & wait`],
];

test.each(ESCAPES)('what leaves the process group ends with a stop: %s', async (_, command) => {
  const stop = new AbortController();
  const ended = tool
    .call({ command: command(`sleep ${seconds}`) }, stop.signal)
    .catch((error) => error.message);
  await expect.poll(sleeping).toBeGreaterThan(0);
  stop.abort(new Error('stopped'));
  expect(await ended).toBe('stopped');
  await expect.poll(sleeping).toBe(0);
});

test('background jobs go on between commands, and end with a stop of a later one', async () => {
  await tool.call({ command: `sleep ${seconds} & setsid sleep ${seconds} & disown -a` });
  expect(await tool.call({ command: 'echo on' })).toBe('on');
  await expect.poll(sleeping).toBe(2); // a job may still be the shell's copy of itself
  const stop = new AbortController();
  const ended = tool.call({ command: 'touch begun; sleep 300' }, stop.signal).catch(() => undefined);
  await expect.poll(() => inFolder('begun')).toBe(true);
  stop.abort(new Error('stopped'));
  await ended;
  await expect.poll(sleeping).toBe(0);
});

test('they end with a stop while no command runs, which the model reads with the next one', async () => {
  await tool.call({ command: `cd /usr; x=5; setsid sleep ${seconds} & sleep 0.1` });
  await expect.poll(sleeping).toBe(1);
  await tool.stop();
  await expect.poll(sleeping).toBe(0);
  expect(await tool.call({ command: 'pwd; echo "[$x]"' })).toMatch(
    /^\[This is a new shell[^\n]*\]\n\/usr\n\[\]$/,
  );
  expect(await tool.call({ command: 'pwd' })).toBe('/usr');
});

test.each([
  ['the time limit', () => tool.call({ command: 'sleep 300' }).catch(() => undefined)],
  ['a restart', () => tool.call({ restart: true })],
  ['the end of the shell', () => tool.call({ command: 'exit' })],
  ['the end of the session', () => tool.close()],
])('they end with %s', async (_, end) => {
  await tool.call({ command: `setsid sleep ${seconds} &` });
  await expect.poll(sleeping).toBe(1);
  limitMs = 300;
  await end();
  await expect.poll(sleeping).toBe(0);
});

test('what a killed host has left ends at the next start, and its folders go; those of hosts that live stay', async () => {
  const script = `
    import { BashTool } from ${JSON.stringify(`${SOURCES}/tools/bash/bashTool.ts`)};
    import { thisMachine } from ${JSON.stringify(`${SOURCES}/tools/thisMachine.ts`)};
    const place = thisMachine({ folder: process.cwd() });
    const tool = new BashTool({ place, limitMs: () => 1e6, tempRoot: process.cwd() });
    await tool.call({ command: 'seq 1 100000 | wc -l; seq 1 100000' });
    await tool.call({ command: '(setsid sleep ${seconds} &); sleep ${seconds} & touch begun' });
    console.log('ready');
    await tool.call({ command: 'sleep ${seconds}' });`;
  const host = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(host.stdout, 'data');
  await expect.poll(sleeping).toBeGreaterThanOrEqual(3);
  host.kill('SIGKILL');
  await once(host, 'exit');
  expect(sleeping()).toBeGreaterThanOrEqual(2);
  const outputs = () => readdirSync(folder).filter((name) => name.startsWith('computer-use-chat-output-'));
  expect(outputs()).toHaveLength(1);
  const kept = [`computer-use-chat-output-${ownerName()}-abc`, 'computer-use-chat-output-1-999999999-5-abc'];
  for (const name of kept) mkdirSync(path.join(folder, name));
  const next = script.replace(/await tool.call\(\{ command: '\(setsid[\s\S]*/, 'await tool.close();');
  const after = spawn(process.execPath, ['--input-type=module', '-e', next], {
    cwd: folder,
    stdio: 'inherit',
  });
  expect(await once(after, 'exit')).toEqual([0, null]);
  await expect.poll(sleeping).toBe(0);
  expect(outputs().sort()).toEqual(kept.sort());
});
