/** What a measurement of the host asks of its own process, and what that answers. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Script } from '../../../src/agent/demo/script.ts';

/** Acting turns after one prompt; each ends in one screenshot. */
export const TURNS_PER_PROMPT = 20;
/** Items of one prompt with its turns: the prompt, five items a turn, and the last answer. */
export const ITEMS_PER_PROMPT = 2 + 5 * TURNS_PER_PROMPT;

export interface HostRunRequest {
  /** Holds the history; empty at first. */
  readonly folder: string;
  /** The Messages API, or null for one inside the process, which opens no socket. */
  readonly apiUrl: string | null;
  /** Prompts before anything is measured: code gets compiled, buffers get their size. */
  readonly warmUpPrompts: number;
  /** Whether the session measured is the one warmed up on. */
  readonly sameSession: boolean;
  readonly prompts: number;
  /** Pixels of noise in each screenshot; see `pictureMaker`. */
  readonly noise: number;
}

/** A process's figures after a forced collection of garbage, in bytes. */
export interface MemorySample {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

export interface HostRunResult {
  readonly items: number;
  readonly screenshots: number;
  /** CPU time of the process, µs, for each prompt with its turns. */
  readonly cpuPerPrompt: readonly number[];
  readonly before: MemorySample;
  readonly after: MemorySample;
  /** The largest resident memory seen after a prompt, bytes. */
  readonly peakRss: number;
  /** Bytes given to write calls meanwhile, -1 where the system does not tell. Sockets count. */
  readonly written: number;
  /** UTF-8 bytes of the items as JSON. */
  readonly itemBytes: number;
  /** Bytes of the screenshots' files. */
  readonly imageBytes: number;
  /** Bytes of the database with its log, at the end. */
  readonly databaseBytes: number;
}

/** Acts for {@link TURNS_PER_PROMPT} turns, then says it is done. */
export const actingScript: Script = ({ actingRepliesSincePrompt: step }) => {
  if (step >= TURNS_PER_PROMPT) return { blocks: [{ type: 'text', text: 'All of it is done now.' }] };
  const target = { type: 'coordinate', x: 100 + step, y: 200 };
  return {
    blocks: [
      {
        type: 'thinking',
        text: `Step ${step}: the button moved a little, so I look where it is now. `.repeat(2),
      },
      {
        type: 'text',
        text: `I click for the ${step + 1}. time and look at what changed on the page. `.repeat(4),
      },
      { type: 'action', toolset: 'browser', member: 'left_click', input: { target } },
      { type: 'action', toolset: 'browser', member: 'screenshot', input: {} },
    ],
    pace: { charactersPerDelta: 4, msBetweenDeltas: 0 },
  };
};

/** Runs sessions in a process of their own, so that its memory, time and writes are theirs alone. */
export async function runHost(request: Omit<HostRunRequest, 'folder'>): Promise<HostRunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'cuc-bench-'));
  try {
    const child = fork(join(import.meta.dirname, 'hostChild.ts'), { execArgv: ['--expose-gc'] });
    return await new Promise<HostRunResult>((resolve, reject) => {
      child.once('message', (message) => resolve(message as HostRunResult));
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`The measured process ended with ${code}.`)));
      child.send({ ...request, folder } satisfies HostRunRequest);
    }).finally(() => child.kill('SIGKILL'));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
