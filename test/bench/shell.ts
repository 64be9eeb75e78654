/**
 * What a command in a session's shell costs beside a process of its own, and what much output costs the host, with the
 * transcript that shows it.
 */
import { exec } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { Transcript } from '../../src/agent/transcript.ts';
import { TurnActions } from '../../src/agent/turnActions.ts';
import { type OutputSink, withOutput } from '../../src/base/callOutput.ts';
import { dockerDesktopSource } from '../../src/computer/desktop/sources/docker.ts';
import { History } from '../../src/history/history.ts';
import { BashTool } from '../../src/tools/bash/bashTool.ts';
import { thisMachine } from '../../src/tools/thisMachine.ts';
import { DockerStandIn } from '../support/desktop/docker/standIn.ts';
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
  const shown = new Shown(folder);
  try {
    return [
      ...(await streaming(tool, shown)),
      ...(await roundTrips(tool, shown)),
      ...(await throughDocker(folder, shown)),
    ];
  } finally {
    await tool.close();
    shown.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A transcript in a database, in which commands are actions. */
class Shown {
  readonly #history: History;
  readonly #transcript: Transcript;
  #calls = 0;
  /** Times it was told what a command prints. */
  tellings = 0;

  constructor(folder: string) {
    this.#history = History.open(folder);
    const made = { title: '', now: Date.now(), provider: 'anthropic', computer: 'browser' } as const;
    this.#transcript = new Transcript(this.#history, this.#history.createSession(made).id, (error) => {
      throw error;
    });
  }

  async run(tool: BashTool, command: string): Promise<void> {
    const actions = new TurnActions(this.#transcript, null);
    this.#calls += 1;
    const id = `call-${this.#calls}`;
    const call = { type: 'tool_use', id, name: 'bash', input: { command } };
    actions.announce(call as unknown as BetaToolUseBlock);
    actions.show(id, { status: 'running' });
    const sink: OutputSink = (news) => {
      this.tellings += 1;
      actions.showOutput(id, news);
    };
    const result = await withOutput(sink, () => tool.call({ command }));
    actions.settle(id, { status: 'done', durationMs: 0, result });
  }

  close(): void {
    this.#transcript.dispose();
    this.#history.dispose();
  }
}

/** By turns, so that both have the same machine. */
async function roundTrips(tool: BashTool, shown: Shown): Promise<Figure[]> {
  progress(`${ROUNDS} commands, each twice`);
  const ours: number[] = [];
  const theirs: number[] = [];
  await shown.run(tool, 'true');
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await timed(() => shown.run(tool, `echo ${round}`)));
    theirs.push(await timed(() => run(`echo ${round}`)));
  }
  return [
    atMost('shell-roundtrip-ratio', median(ours) / median(theirs), 'of child_process.exec', 1.2),
    reported('shell-roundtrip-ms', median(ours), 'ms'),
    reported('shell-exec-ms', median(theirs), 'ms, child_process.exec'),
  ];
}

/** Growth of this process while it runs, and not only after: what is held for a moment counts. */
async function streaming(tool: BashTool, shown: Shown): Promise<Figure[]> {
  const { growth, ms } = await streamed(tool, shown);
  return [
    atMost('shell-stream-growth-mb', growth, `MB, for ${STREAMED_MB} MB of output`, 50),
    reported('shell-stream-mb-per-s', (STREAMED_MB / ms) * 1_000, 'MB/s, written to disk'),
    reported('shell-stream-tellings', shown.tellings, 'times the transcript was told, for all of that'),
  ];
}

/** By `docker exec`, which brings output through a pipe of Node's. The engine is a stand-in; our side is the real one. */
async function throughDocker(folder: string, shown: Shown): Promise<Figure[]> {
  const docker = await DockerStandIn.create();
  const source = dockerDesktopSource({ image: { kind: 'named', name: 'an/image' }, env: docker.env() });
  const machine = await source.start(new AbortController().signal);
  const spawn = machine.spawnShell?.bind(machine);
  if (!spawn) throw new Error('A container has a shell.');
  const place = { isolation: 'sandbox', description: 'a container', spawn } as const;
  const tool = new BashTool({ place, limitMs: () => 120_000, tempRoot: folder });
  try {
    const { growth } = await streamed(tool, shown);
    return [atMost('shell-docker-stream-growth-mb', growth, `MB, for ${STREAMED_MB} MB of output`, 50)];
  } finally {
    await tool.close();
    await machine.close();
    await docker.close();
  }
}

interface Streamed {
  /** MB that this process grew by at most. */
  readonly growth: number;
  readonly ms: number;
}

async function streamed(tool: BashTool, shown: Shown): Promise<Streamed> {
  progress(`${STREAMED_MB} MB of output`);
  // What the first use loads is not growth.
  await shown.run(tool, 'seq 1 200000; sleep 0.3');
  const before = residentOf(process.pid, 'Rss');
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, residentOf(process.pid, 'Rss'));
  }, SAMPLE_MS);
  const bytes = STREAMED_MB * 1_000_000;
  const ms = await timed(() => shown.run(tool, `yes 'a line of output' | head -c ${bytes}`));
  clearInterval(sampling);
  most = Math.max(most, residentOf(process.pid, 'Rss'));
  return { growth: most - before, ms };
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
