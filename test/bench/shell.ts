/** What a command in a session's shell costs beside a process of its own, and what much output costs the host. */
import { exec } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { BashTool } from '../../src/tools/bash/bashTool.ts';
import { thisMachine } from '../../src/tools/shellPlace.ts';
import { atMost, type Figure, reported } from './figure.ts';
import { residentOf } from './processes.ts';
import { median, progress } from './transcript/progress.ts';

const run = promisify(exec);

const ROUNDS = 200;
const STREAMED_MB = 100;
const SAMPLE_MS = 20;

export async function shell(): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-shell-'));
  const place = thisMachine({ folder });
  if (!place) throw new Error('There is no POSIX shell.');
  const tool = new BashTool({ place, limitMs: () => 120_000, tempRoot: folder });
  try {
    return [...(await streaming(tool)), ...(await roundTrips(tool))];
  } finally {
    await tool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** By turns, so that both have the same machine. */
async function roundTrips(tool: BashTool): Promise<Figure[]> {
  progress(`${ROUNDS} commands, each twice`);
  const ours: number[] = [];
  const theirs: number[] = [];
  await tool.call({ command: 'true' });
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await timed(() => tool.call({ command: `echo ${round}` })));
    theirs.push(await timed(() => run(`echo ${round}`)));
  }
  return [
    atMost('shell-roundtrip-ratio', median(ours) / median(theirs), 'of child_process.exec', 1.2),
    reported('shell-roundtrip-ms', median(ours), 'ms'),
    reported('shell-exec-ms', median(theirs), 'ms, child_process.exec'),
  ];
}

/** Growth of this process while it runs, and not only after: what is held for a moment counts. */
async function streaming(tool: BashTool): Promise<Figure[]> {
  progress(`${STREAMED_MB} MB of output`);
  // What the first use loads is not growth.
  await tool.call({ command: 'seq 1 200000' });
  const before = residentOf(process.pid, 'Rss');
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, residentOf(process.pid, 'Rss'));
  }, SAMPLE_MS);
  const bytes = STREAMED_MB * 1_000_000;
  const ms = await timed(() => tool.call({ command: `yes 'a line of output' | head -c ${bytes}` }));
  clearInterval(sampling);
  most = Math.max(most, residentOf(process.pid, 'Rss'));
  return [
    atMost('shell-stream-growth-mb', most - before, 'MB, for 100 MB of output', 50),
    reported('shell-stream-mb-per-s', (STREAMED_MB / ms) * 1_000, 'MB/s, written to disk'),
  ];
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
