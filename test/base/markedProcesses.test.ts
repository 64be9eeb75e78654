import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { END_MARKED, endMarked } from '../../src/base/markedProcesses.ts';
import { isOrphaned, ownerName } from '../../src/base/processIdentity.ts';

const children: ChildProcess[] = [];
let mark: string;

beforeEach(() => {
  mark = `CUC_TEST_MARK=${crypto.randomUUID()}`;
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function sleeper(variable: string): Promise<ChildProcess> {
  const [name = '', value = ''] = variable.split('=');
  const child = spawn('sleep', ['300'], { env: { ...process.env, [name]: value }, stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  return child;
}

const hasEnded = (child: ChildProcess) => child.signalCode !== null;

test('what has the mark ends, what has another one does not', async () => {
  const [marked, other] = [await sleeper(mark), await sleeper(`${mark}x`)];
  await endMarked((variable) => variable === mark);
  await expect.poll(() => hasEnded(marked)).toBe(true);
  expect(hasEnded(other)).toBe(false);
});

test('what comes after they were listed ends as well', async () => {
  const [name = '', value = ''] = mark.split('=');
  let late: ChildProcess | undefined;
  await endMarked((variable) => {
    // The first look has its list by now. That one is not on it.
    late ??= spawn('sleep', ['300'], { env: { ...process.env, [name]: value }, stdio: 'ignore' });
    return variable === mark;
  });
  if (!late) throw new Error('Nothing was looked at.');
  children.push(late);
  await expect.poll(() => late?.signalCode).toBe('SIGKILL');
});

test('the same by a shell', async () => {
  const [marked, other] = [await sleeper(mark), await sleeper('CUC_TEST_MARK=another')];
  await once(spawn('sh', ['-c', END_MARKED, 'sh', mark], { stdio: 'ignore' }), 'exit');
  await expect.poll(() => hasEnded(marked)).toBe(true);
  expect(hasEnded(other)).toBe(false);
});

test('on macOS they are found by what ps tells', async () => {
  const [marked, other] = [await sleeper(mark), await sleeper(mark)];
  const folder = mkdtempSync(path.join(tmpdir(), 'ps-test-'));
  const before = process.env.PATH;
  try {
    const line = `  ${marked.pid} sleep 300 HOME=/Users/x y ${mark} LANG=C\n${other.pid} sleep 300 ${mark}x\n`;
    // Once it is ended it is not told any more.
    const script = `#!/bin/sh\n[ "$*" = "-A -E -ww -o pid=,command=" ] && kill -0 ${marked.pid} && printf '%s' '${line}'\n`;
    writeFileSync(path.join(folder, 'ps'), script, { mode: 0o755 });
    process.env.PATH = `${folder}:${before}`;
    await endMarked((variable) => variable === mark, 'darwin');
    await expect.poll(() => hasEnded(marked)).toBe(true);
    expect(hasEnded(other)).toBe(false);
  } finally {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  }
});

test('a name tells whether its process is gone, where that can be known', () => {
  const own = ownerName();
  expect(isOrphaned(`${own}-abc`)).toBe(false);
  const [namespace, id, ticks] = own.split('-').map(Number);
  expect(isOrphaned(`${namespace}-${id}-${(ticks ?? 0) + 1}-abc`)).toBe(true);
  expect(isOrphaned(`${namespace}-999999999-${ticks}-abc`)).toBe(true);
  // In another process namespace, or of no such form.
  expect(isOrphaned(`${(namespace ?? 0) + 1}-999999999-${ticks}-abc`)).toBe(false);
  expect(isOrphaned('abc')).toBe(false);
});
