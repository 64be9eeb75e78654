import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Changes } from '../../../src/computer/browser/changes.ts';
import { isProgram } from '../../../src/computer/browser/findBrowser.ts';
import { DEFAULT_LIMITS } from '../../../src/computer/browser/limits.ts';
import { Machines } from '../../../src/computer/browser/machines.ts';
import { createUrlPolicy } from '../../../src/computer/browser/urlPolicy.ts';

vi.setConfig({ testTimeout: 60_000 });

test('whoever needs a browser while one starts gets that one', async () => {
  const tempRoot = await mkdtemp(path.join(os.tmpdir(), 'machines-test-'));
  const machines = new Machines({
    facts: { platform: process.platform, env: process.env, exists: isProgram },
    executablePath: undefined,
    tempRoot,
    profile: undefined,
    isVisible: false,
    attachTo: undefined,
    urls: createUrlPolicy({ allowed: [], blocked: [] }),
    limits: DEFAULT_LIMITS,
    fire: () => undefined,
    onRefused: () => undefined,
    changes: new Changes(),
    recording: { console: false, network: false },
    onCurrent: () => undefined,
  });
  onTestFinished(async () => {
    await machines.close();
    await rm(tempRoot, { recursive: true, force: true });
  });
  const { signal } = new AbortController();
  const acquired = await Promise.all([1, 2, 3].map(() => machines.acquire(true, signal)));
  expect(new Set(acquired).size).toBe(1);
  expect(machines.current).toBe(acquired[0]);
  expect(await readdir(tempRoot)).toHaveLength(1);
});
