/** What the host alone costs: bytes to the webview and to the disk, time an item, memory. */
import { startMessagesApi } from '../../support/messagesApi/server.ts';
import { stream } from '../bridge.ts';
import { atMost, type Figure, missed, reported } from '../figure.ts';
import { actingScript, type HostRunResult, ITEMS_PER_PROMPT, runHost, TURNS_PER_PROMPT } from './hostRun.ts';
import { median, progress } from './progress.ts';

const MIB = 2 ** 20;
/** Items of one turn of the bridge's session. */
const BRIDGE_ITEMS_PER_TURN = 4;
/** Noise that makes a screenshot of about 100 KB, as browsers of real pages give. */
const REAL_NOISE = 32_000;

/** Streams through transcript and outbox at 1,000 deltas a second, in simulated time. */
export function bridgeFigures(): Figure[] {
  progress('bridge: 200 and 5,000 items');
  const small = stream(200 / BRIDGE_ITEMS_PER_TURN, 1_000);
  const large = stream(5_000 / BRIDGE_ITEMS_PER_TURN, 1_000);
  const ratio = large.postedBytes / large.contentBytes;
  return [
    atMost('transcript-bridge-ratio', ratio, 'posted/items as JSON', 1.5),
    atMost(
      'transcript-bridge-growth',
      ratio / (small.postedBytes / small.contentBytes),
      'ratio at 5,000 / at 200',
      1.05,
    ),
    reported('transcript-bridge-text-ratio', large.postedBytes / large.textBytes, 'posted/text alone'),
  ];
}

/**
 * What a session of 5,000 items with 1,000 screenshots gives to write calls (database, its log, checkpoints, files),
 * over its content: items as JSON and screenshots. The API is in the process, so nothing else is written.
 */
export async function diskFigures(): Promise<Figure[]> {
  progress('disk: 5,000 items with 1,000 screenshots');
  const run = await runHost({
    apiUrl: null,
    warmUpPrompts: 0,
    sameSession: true,
    prompts: Math.ceil(5_000 / ITEMS_PER_PROMPT),
    noise: REAL_NOISE,
  });
  const content = run.itemBytes + run.imageBytes;
  const withoutImages = run.written - run.imageBytes;
  // The same target without the screenshots, which are most of the bytes and would hide whatever else is written.
  const ratio = (id: string, written: number, unit: string) =>
    run.written < 0
      ? missed(id, unit, 2, 'This system does not tell what a process writes.')
      : atMost(id, written, unit, 2);
  return [
    ratio('disk-bytes-ratio', run.written / content, 'written/content'),
    ratio('disk-written-text-ratio', withoutImages / run.itemBytes, 'both without screenshots'),
    reported('disk-database-ratio', run.databaseBytes / run.itemBytes, 'database at end/items'),
    reported('disk-written-mb', run.written / MIB, `MiB, content ${(content / MIB).toFixed(0)} MiB`),
  ];
}

/** CPU time of the host per item around the 200th and up to the 20,000th, of one session that really got so long. */
export async function itemCostFigures(): Promise<Figure[]> {
  const prompts = Math.ceil(20_000 / ITEMS_PER_PROMPT);
  progress(`item cost: ${prompts} prompts of ${ITEMS_PER_PROMPT} items`);
  const api = await startMessagesApi({ script: actingScript, validate: false });
  try {
    const { cpuPerPrompt } = await runHost({
      apiUrl: api.url,
      warmUpPrompts: 10,
      sameSession: false,
      prompts,
      noise: 0,
    });
    // A dozen prompts each, the first of which reach around item 200; their median leaves out what disturbs one.
    const early = median(cpuPerPrompt.slice(1, 13)) / ITEMS_PER_PROMPT;
    const late = median(cpuPerPrompt.slice(-12)) / ITEMS_PER_PROMPT;
    return [
      atMost('item-cost-ratio', late / early, 'CPU of item 20,000 / 200', 1.2),
      reported('item-cost-200-us', early, 'µs of CPU an item'),
      reported('item-cost-20k-us', late, 'µs of CPU an item'),
    ];
  } finally {
    await api.close();
  }
}

/** Prompts that give 1,000 screenshots. */
const PROMPTS_FOR_1000 = 1_000 / TURNS_PER_PROMPT;

/**
 * How much resident memory 1,000 screenshots of about 100 KB leave behind in a host that has warmed up, and how much the
 * next 1,000: what V8 and the allocator keep for themselves is reached once, what is held on to grows on.
 */
export async function memoryFigures(): Promise<Figure[]> {
  progress('host memory: 1,000 screenshots');
  const first = await afterScreenshots(5);
  progress('host memory: the next 1,000 screenshots');
  const second = await afterScreenshots(5 + PROMPTS_FOR_1000);
  const { before, after, peakRss, imageBytes } = first;
  return [
    atMost('host-rss-growth-mb', (after.rss - before.rss) / MIB, 'MiB over 1,000 screenshots', 100),
    reported('host-rss-next-growth-mb', (second.after.rss - second.before.rss) / MIB, 'MiB over 1,000 more'),
    reported('host-rss-peak-growth-mb', (peakRss - before.rss) / MIB, 'MiB, largest in between'),
    reported('host-heap-growth-mb', (after.heapUsed - before.heapUsed) / MIB, 'MiB of JavaScript'),
    reported('host-external-growth-mb', (after.external - before.external) / MIB, 'MiB outside of it'),
    reported('host-screenshots-mb', imageBytes / MIB, 'MiB of screenshots stored'),
  ];
}

async function afterScreenshots(warmUpPrompts: number): Promise<HostRunResult> {
  const api = await startMessagesApi({ script: actingScript, validate: false });
  try {
    const result = await runHost({
      apiUrl: api.url,
      warmUpPrompts,
      sameSession: true,
      prompts: PROMPTS_FOR_1000,
      noise: REAL_NOISE,
    });
    if (result.screenshots !== 1_000) {
      throw new Error(`There were ${result.screenshots} screenshots instead of 1,000.`);
    }
    return result;
  } finally {
    await api.close();
  }
}
