/** Commands that are stopped: what they run, in the background too, does nothing any more a moment later. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { ShellPlace } from '../../src/base/shellPlace.ts';
import { virtualDesktopSource } from '../../src/computer/desktop/sources/virtual.ts';
import { BashTool } from '../../src/tools/bash/bashTool.ts';
import { thisMachine } from '../../src/tools/thisMachine.ts';
import { requireDesktopPrograms } from '../support/desktop/programs.ts';

const STOPS = 10;

/** In ms. A machine that is busy delays what kills as well as what is killed. */
const QUIET_AFTER_MS = 100;
const LENIENCE_MS = 150;

const cleanUps: (() => Promise<unknown>)[] = [];

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
beforeAll(requireDesktopPrograms);
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stopped-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs loops that print the time to `shown`, in the shell and in the background, and stops them. Answers ms after the stop. */
async function lastSigns(place: ShellPlace, shown: string, read: () => Promise<string>): Promise<number[]> {
  const tool = new BashTool({ place, limitMs: () => 60_000 });
  cleanUps.push(() => tool.close());
  const loop = (name: string) => `while :; do echo ${name} $(date +%s%N) >>${shown}; sleep 0.002; done`;
  const lasts: number[] = [];
  for (let stop = 0; stop < STOPS; stop++) {
    await tool.call({ command: `: >${shown}` });
    const stopping = new AbortController();
    const command = `( ${loop('child')} ) & ${loop('shell')}`;
    const ended = tool.call({ command }, stopping.signal).catch((error: unknown) => error);
    await expect
      .poll(async () => (await read()).includes('child'), { timeout: 10_000, interval: 3 })
      .toBe(true);
    await pause(stop * 3);
    const stopAt = Date.now();
    stopping.abort(new Error('Stopped.'));
    expect(String(await ended)).toContain('Stopped.');
    await pause(QUIET_AFTER_MS + LENIENCE_MS);
    const after = await read();
    const [, last = '0'] = after.trim().split('\n').at(-1)?.split(' ') ?? [];
    lasts.push(Number(last) / 1e6 - stopAt);
    await pause(50);
    expect(await read(), 'something still runs').toBe(after);
  }
  return lasts.sort((a, b) => a - b);
}

const spelled = (lasts: readonly number[]) =>
  `median ${(lasts[Math.floor(lasts.length / 2)] ?? 0).toFixed(1)} ms, max ${Math.max(...lasts).toFixed(1)} ms`;

test('on this machine', async () => {
  const folder = await newFolder();
  const shown = path.join(folder, 'shown');
  const place = thisMachine({ folder });
  if (!place) throw new Error('There is no shell.');
  const lasts = await lastSigns(place, shown, () => readFile(shown, 'utf8'));
  console.log(`Commands on this machine, last sign after ${STOPS} stops: ${spelled(lasts)}`);
  expect(lasts[Math.floor(lasts.length / 2)]).toBeLessThan(QUIET_AFTER_MS);
});

test('in the sandbox of a virtual desktop', async () => {
  const tempRoot = await newFolder();
  const source = virtualDesktopSource({ tempRoot, sandbox: 'required', network: 'none' });
  const machine = await source.start(new AbortController().signal);
  cleanUps.push(() => machine.close());
  const spawn = machine.spawnShell?.bind(machine);
  if (!spawn) throw new Error('The desktop has no shell.');
  const place: ShellPlace = { description: 'a test', isolation: 'sandbox', spawn };
  const reader = new BashTool({ place, limitMs: () => 60_000 });
  cleanUps.push(() => reader.close());
  const shown = '/tmp/shown';
  const lasts = await lastSigns(
    place,
    shown,
    async () => await reader.call({ command: `tail -n 20 ${shown}` }),
  );
  console.log(`Commands in a sandbox, last sign after ${STOPS} stops: ${spelled(lasts)}`);
  expect(lasts[Math.floor(lasts.length / 2)]).toBeLessThan(QUIET_AFTER_MS);
});
