/** What a long session costs in the real webview of a real VS Code. */
import { availableParallelism, loadavg } from 'node:os';
import type { Frame } from 'playwright-core';
import { idle, send } from '../../e2e/support/chat.ts';
import { atMost, type Figure, missed, reported } from '../figure.ts';
import { measureBeside } from './besideStreaming.ts';
import { countNodes, LongWorkbench, type OpenPanel, readProbe } from './longWorkbench.ts';
import { type PacedApi, startPacedApi } from './pacedApi.ts';
import type { LongTask, Probe } from './probe.ts';
import { median, progress, quantile } from './progress.ts';

const SHORT = 200;
const MEDIUM = 1_000;
const LONG = 20_000;
/** Openings of each length, after one that is not counted. Each opens a session the host has not opened before. */
const OPENINGS = 7;
/** What one turn of the wheel scrolls, px: the fastest a hand gets, some five screens. */
const WHEEL_PX = 3_000;
/** A turn of the wheel for each frame. */
const WHEEL_INTERVAL_MS = 16;
/** Longest time of a scroll from end to end. */
const SCROLL_TIMEOUT_MS = 150_000;
const STREAM_SECONDS = 60;
/** Of a look at nothing but streaming. */
const GLANCE_SECONDS = 15;
const DELTAS_PER_SECOND = 1_000;

/** All figures of the webview, from one VS Code. */
export async function webviewFigures(): Promise<Figure[]> {
  return withWorkbench(STREAM_SECONDS, async (long, api) => {
    const opening = await openingFigures(long);
    const scrolling = await measureScrolling(long);
    const streaming = await measureStreaming(long, api, STREAM_SECONDS);
    return [
      ...opening,
      ...scrolling.figures,
      longTaskFigure([...scrolling.tasks, ...streaming.tasks]),
      ...streaming.figures,
      ...(await besideStreamingFigures(long)),
    ];
  });
}

/** The figures of streaming alone, for less long: to look at while one works on it. */
export async function streamingFigures(): Promise<Figure[]> {
  return withWorkbench(GLANCE_SECONDS, async (long, api) => {
    const { figures } = await measureStreaming(long, api, GLANCE_SECONDS);
    return [...figures, ...(await besideStreamingFigures(long))];
  });
}

/** @param seconds - how long the API's answer streams */
async function withWorkbench(
  seconds: number,
  measure: (long: LongWorkbench, api: PacedApi) => Promise<Figure[]>,
): Promise<Figure[]> {
  const api = await startPacedApi(seconds * DELTAS_PER_SECOND, DELTAS_PER_SECOND);
  try {
    const long = await LongWorkbench.start(api.url);
    try {
      return await measure(long, api);
    } finally {
      await long.close();
    }
  } finally {
    await api.close();
  }
}

async function openingFigures(long: LongWorkbench): Promise<Figure[]> {
  const opened = { [SHORT]: [] as OpenPanel[], [LONG]: [] as OpenPanel[] };
  const nodes = { [SHORT]: 0, [LONG]: 0 };
  progress(`seeding ${OPENINGS + 1} sessions of ${LONG} items`);
  const sessions = Array.from({ length: OPENINGS + 1 }, (_, time) => ({
    [SHORT]: long.seed(`${SHORT} items, ${time}`, SHORT),
    [LONG]: long.seed(`${LONG} items, ${time}`, LONG),
  }));
  for (const [time, pair] of sessions.entries()) {
    for (const items of time % 2 === 0 ? ([SHORT, LONG] as const) : ([LONG, SHORT] as const)) {
      const session = pair[items];
      const panel = await long.open(session);
      nodes[items] = Math.max(nodes[items], await countNodes(panel.frame));
      progress(`opened ${items} items in ${panel.openingMs} ms, ${panel.openingBytes} bytes`);
      // The first opening of each pays for what VS Code loads once.
      if (time > 0) opened[items].push(panel);
      await long.closePanel();
    }
  }
  const times = (items: typeof SHORT | typeof LONG) =>
    median(opened[items].map(({ openingMs }) => openingMs));
  const bytes = Math.max(...opened[LONG].map(({ openingBytes }) => openingBytes));
  return [
    atMost('open-20k-kb', bytes / 1_024, 'KB to first paint', 60),
    atMost('open-20k-over-200', times(LONG) / times(SHORT), 'time to first paint', 1.3),
    reported('open-200-ms', times(SHORT), 'ms from key to paint'),
    reported('open-20k-ms', times(LONG), 'ms from key to paint'),
    reported('dom-nodes-200-open', nodes[SHORT], 'nodes after opening'),
    reported('dom-nodes-20k-open', nodes[LONG], 'nodes after opening'),
  ];
}

interface Measured {
  readonly figures: readonly Figure[];
  readonly tasks: readonly LongTask[];
}

/** Scrolls sessions of three lengths from their end to their start; the longest counts for long tasks. */
async function measureScrolling(long: LongWorkbench): Promise<Measured> {
  const short = await scrollSession(long, SHORT);
  const medium = await scrollSession(long, MEDIUM);
  const longest = await scrollSession(long, LONG);
  const figures = [
    atMost('dom-nodes-200', short.nodes, 'nodes, most while scrolling', 1_500),
    atMost('dom-nodes-20k', longest.nodes, 'nodes, most while scrolling', 1_500),
    longest.reachedStart
      ? atMost('webview-heap-ratio', longest.heap / medium.heap, 'heap at 20,000 / at 1,000', 1.3)
      : missed('webview-heap-ratio', 'heap at 20,000 / at 1,000', 1.3, 'The scroll did not reach the start.'),
    reported('webview-heap-1k-mb', medium.heap / 2 ** 20, 'MiB freed by closing the panel'),
    reported('webview-heap-20k-mb', longest.heap / 2 ** 20, 'MiB freed by closing the panel'),
    reported('scroll-20k-seconds', longest.ms / 1_000, 's from end to start'),
    reported('scroll-long-tasks', own(longest.probe.tasks).length, 'tasks over 50 ms'),
    ...longTaskDetails('scroll', longest.probe.tasks, longest.busy),
  ];
  return { figures, tasks: own(longest.probe.tasks) };
}

/**
 * Opens a session of so many items, scrolls it from end to start with the wheel, and closes it.
 *
 * `heap` is what closing the panel gives back: the webview shares its heap with the workbench here, which stays, so
 * that the difference is the webview's alone.
 */
async function scrollSession(long: LongWorkbench, items: number) {
  progress(`scrolling ${items} items end to end`);
  const { frame } = await long.open(long.seed(`${items} items to scroll`, items));
  const start = Date.now();
  const { result, busy } = await long.countBusyTasks(() => scrollToStart(long, frame));
  const { nodes, reachedStart } = result;
  const ms = Date.now() - start;
  await frame.waitForTimeout(1_000);
  const probe = await readProbe(frame);
  const with_ = await long.heapInUse();
  await long.closePanel();
  const without = await long.heapInUse();
  const heap = with_ - without;
  progress(`${items} items: ${Math.round(ms / 1_000)} s, ${nodes} nodes, ${(heap / 2 ** 20).toFixed(2)} MiB`);
  return { nodes, reachedStart, heap, ms, probe, busy };
}

async function scrollToStart(long: LongWorkbench, frame: Frame) {
  const { page } = long.workbench;
  const box = await frame.locator('.scroller').boundingBox();
  if (!box) throw new Error('The transcript is not on screen.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  let nodes = await countNodes(frame);
  let reachedStart = false;
  const deadline = Date.now() + SCROLL_TIMEOUT_MS;
  for (let turn = 1; !reachedStart && Date.now() < deadline; turn += 1) {
    const next = Date.now() + WHEEL_INTERVAL_MS;
    await page.mouse.wheel(0, -WHEEL_PX);
    if (turn % 30 === 0) {
      nodes = Math.max(nodes, await countNodes(frame));
      reachedStart = await frame.evaluate(() => document.querySelector('.scroller')?.scrollTop === 0);
    }
    const wait = next - Date.now();
    if (wait > 0) await page.waitForTimeout(wait);
  }
  await frame.waitForSelector('.row[data-ordinal="0"][aria-busy="false"]', { timeout: 10_000 }).catch(() => {
    reachedStart = false;
  });
  return { nodes: Math.max(nodes, await countNodes(frame)), reachedStart };
}

/** What streaming costs while the user does something else: looks for a word, or reads in the middle. */
async function besideStreamingFigures(long: LongWorkbench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const pastime of ['find', 'reading'] as const) {
    const { frame } = await long.open(long.seed(`To stream into, ${pastime}`, LONG));
    const measured = await measureBeside(frame, pastime);
    const tasks = own(measured.tasks);
    const name = `stream-with-${pastime}`;
    figures.push(
      reported(`${name}-long-tasks`, tasks.length, 'tasks over 50 ms'),
      reported(`${name}-longest-task-ms`, Math.max(0, ...tasks.map(({ duration }) => duration)), 'ms'),
      reported(`${name}-search-bytes`, measured.searchBytesPerSecond, 'bytes/s of what was found'),
      reported(`${name}-bytes`, measured.bytesPerSecond, 'bytes/s in all'),
    );
    await long.closePanel();
  }
  return figures;
}

/** Streams an answer (240 KB in a minute) into a session of 20,000 items. */
async function measureStreaming(long: LongWorkbench, api: PacedApi, seconds: number): Promise<Measured> {
  progress(`streaming ${DELTAS_PER_SECOND} deltas a second for ${seconds} s`);
  const { frame } = await long.open(long.seed('To stream into', LONG));
  const before = await readProbe(frame);
  await frame.evaluate(() => window.probe?.watch());
  const { busy } = await long.countBusyTasks(async () => {
    await send(frame, 'Please write a long answer.');
    await frame.waitForSelector('.run-state:not([data-state="idle"])');
    await frame.waitForTimeout(seconds * 1_000);
    await idle(frame);
  });
  await frame.evaluate(() => window.probe?.stopWatching());
  const after = await readProbe(frame);
  const nodes = await countNodes(frame);
  const latencies = latenciesOf(api.sent, after.marks);
  const tasks = own(after.tasks).slice(own(before.tasks).length);
  await long.closePanel();
  const unit = 'ms from server to frame';
  const missing = api.sent.length - latencies.length;
  const figures = [
    missing > 0
      ? missed('delta-to-pixels-p95-ms', unit, 50, `${missing} of ${api.sent.length} marks never showed.`)
      : atMost('delta-to-pixels-p95-ms', quantile(latencies, 0.95), unit, 50),
    reported('delta-to-pixels-p50-ms', latencies.length > 0 ? median(latencies) : 'none', unit),
    reported('stream-rate', api.rate, 'deltas/s, really sent'),
    reported(
      'stream-bridge-ratio',
      (after.bytes - before.bytes) / (api.sent.length * 80),
      'received/text alone',
    ),
    reported('stream-posts-per-second', (after.messages - before.messages) / seconds, 'posts/s'),
    reported('stream-dom-nodes', nodes, 'nodes with the answer'),
    reported('stream-long-tasks', tasks.length, 'tasks over 50 ms'),
    ...longTaskDetails('stream', after.tasks.slice(before.tasks.length), busy),
  ];
  return { figures, tasks };
}

/** For each mark that was seen, how long after it was sent, ms. A later mark in a frame shows the earlier ones too. */
function latenciesOf(sent: readonly number[], marks: Probe['marks']): number[] {
  const latencies: number[] = [];
  for (const [mark, at] of marks) {
    while (latencies.length <= mark) latencies.push(at - (sent[latencies.length] ?? Number.NaN));
  }
  return latencies;
}

/** The webview's own: with it in the page run the workbench's, which are not what is measured. */
function own(tasks: readonly LongTask[]): readonly LongTask[] {
  return tasks.filter(({ name }) => name === 'self');
}

function longTaskFigure(tasks: readonly LongTask[]): Figure {
  return atMost('long-tasks', tasks.length, 'tasks over 50 ms, both ways', 0);
}

/** How long they were and whose, to know where to look. */
function longTaskDetails(what: string, tasks: readonly LongTask[], busy: number): Figure[] {
  const owners = Object.entries(Object.groupBy(tasks, ({ name }) => name));
  const longest = Math.max(0, ...own(tasks).map(({ duration }) => duration));
  return [
    reported(`${what}-longest-task-ms`, longest, 'ms'),
    reported(
      `${what}-tasks-by-owner`,
      owners.map(([name, all]) => `${name} ${all?.length}`).join(', ') || '-',
      '',
    ),
    reported(`${what}-tasks-by-processor-time`, busy, 'over 50 ms of it, workbench included'),
    // Tasks are timed by the wall clock: with more to do than there are processors, all of them get longer.
    reported(
      `${what}-machine-load`,
      loadavg()[0] ?? Number.NaN,
      `processes, ${availableParallelism()} processors`,
    ),
  ];
}
