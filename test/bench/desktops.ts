/** Several virtual desktops at once, each with a computer of its own that acts all the time. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { virtualDesktopSource } from '../../src/computer/desktop/sources/virtual.ts';
import { type Caller, connect, createCaller } from '../computer/desktop/driving.ts';
import { atMost, type Figure, reported } from './figure.ts';
import { ownDescendants, residentOf } from './processes.ts';
import { progress } from './transcript/progress.ts';

const DESKTOPS = 8;

/** How long they act, in minutes; `DESKTOPS_MINUTES=10` shows growth that a glance cannot. */
const MINUTES = Number(process.env.DESKTOPS_MINUTES ?? 1);

/** From the middle third of the time to the last, means of each: in all, what stays of a screenshot an action would be more. */
const MAX_GROWTH_MB = 20;

/** For a desktop's processes and folder to be gone once it is closed, ms. */
const GONE_AFTER_MS = 5_000;

const SAMPLE_MS = 2_000;

export async function desktops(): Promise<Figure[]> {
  const tempRoot = mkdtempSync(path.join(tmpdir(), 'bench-desktops-'));
  const before = new Set(ownDescendants());
  const all = Array.from({ length: DESKTOPS }, () =>
    createCaller({ source: virtualDesktopSource({ tempRoot }), connect }),
  );
  try {
    progress(`starting ${DESKTOPS} desktops`);
    const begin = performance.now();
    await Promise.all(all.map((caller) => succeed(caller, 'screenshot', {})));
    const startedMs = performance.now() - begin;
    const own = () => ownDescendants().filter((id) => !before.has(id));
    progress(`acting for ${MINUTES} min`);
    const { actions, failures, desktopMb, hostMb } = await actOnAll(all, own);
    await Promise.all(all.map(({ computer }) => computer.close()));
    const left = await leftOver(tempRoot, own);
    return [
      reported('desktops-actions', actions, `on ${DESKTOPS} desktops, ${MINUTES} min`),
      atMost('desktops-failures', failures.length, failures[0] ?? 'failed actions', 0),
      reported('desktops-start-ms', startedMs, `ms, ${DESKTOPS} at once`),
      reported('desktop-memory-mb', mean(desktopMb) / DESKTOPS, 'MB each (proportional set size)'),
      atMost('desktops-host-growth-mb', growth(hostMb), `MB resident, ${MINUTES} min`, MAX_GROWTH_MB),
      atMost('desktops-growth-mb', growth(desktopMb), `MB of all, ${MINUTES} min`, MAX_GROWTH_MB * 2),
      atMost('desktops-left-over', left.length, left[0] ?? 'processes and folders after close', 0),
    ];
  } finally {
    await Promise.all(all.map(({ computer }) => computer.close()));
    rmSync(tempRoot, { recursive: true, force: true });
  }
}

interface Observed {
  readonly actions: number;
  readonly failures: readonly string[];
  /** Of all desktops together, over time. */
  readonly desktopMb: readonly number[];
  readonly hostMb: readonly number[];
}

async function actOnAll(all: readonly Caller[], own: () => readonly number[]): Promise<Observed> {
  const end = performance.now() + MINUTES * 60_000;
  const failures: string[] = [];
  const desktopMb: number[] = [];
  const hostMb: number[] = [];
  let actions = 0;
  const act = async (caller: Caller, seed: number) => {
    for (let turn = seed; performance.now() < end; turn += 1) {
      const [member, input] = actionOf(turn);
      const { isError, text } = await caller.call(member, input);
      actions += 1;
      if (isError) failures.push(`${member}: ${text}`);
    }
  };
  const sampling = setInterval(() => {
    desktopMb.push(own().reduce((sum, id) => sum + residentOf(id, 'Pss'), 0));
    hostMb.push(residentOf(process.pid, 'Rss'));
  }, SAMPLE_MS);
  await Promise.all(all.map((caller, at) => act(caller, at * 7)));
  clearInterval(sampling);
  return { actions, failures, desktopMb, hostMb };
}

type Action = readonly [Parameters<Caller['call']>[0], Record<string, unknown>];

/** What a model does most: looks, clicks, types, scrolls. Desktops begin at other places of the round. */
function actionOf(turn: number): Action {
  const coordinate = [100 + ((turn * 37) % 1_000), 80 + ((turn * 53) % 600)];
  const round: readonly Action[] = [
    ['screenshot', {}],
    ['left_click', { coordinate: [300, 200] }],
    ['type', { text: `echo ${turn} äöü €\n` }],
    ['screenshot', {}],
    ['mouse_move', { coordinate }],
    ['scroll', { coordinate: [300, 200], scroll_direction: 'down', scroll_amount: 3 }],
    ['zoom', { region: [0, 0, 400, 300] }],
    ['key', { text: 'ctrl+l' }],
  ];
  return round[turn % round.length] ?? ['screenshot', {}];
}

/** What there still is of desktops that are closed, once it had its time to go. */
async function leftOver(tempRoot: string, own: () => readonly number[]): Promise<string[]> {
  const end = performance.now() + GONE_AFTER_MS;
  for (;;) {
    const processes = own().map((id) => `process ${id}`);
    const files = existsSync(tempRoot) ? readdirSync(tempRoot) : [];
    if (processes.length + files.length === 0 || performance.now() > end) return [...processes, ...files];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function growth(values: readonly number[]): number {
  const third = Math.floor(values.length / 3);
  return mean(values.slice(-third)) - mean(values.slice(third, 2 * third));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

async function succeed(caller: Caller, member: Action[0], input: Action[1]): Promise<void> {
  const { isError, text } = await caller.call(member, input);
  if (isError) throw new Error(`${member}: ${text}; ${JSON.stringify(caller.events)}`);
}
