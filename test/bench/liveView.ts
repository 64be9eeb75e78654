/** The live view in a real VS Code: frames on the webview's canvas, and what they cost. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { buildAndPackage } from '../../scripts/lib/package.mjs';
import { act, idle, say, WAIT_MS } from '../e2e/support/chat.ts';
import { startWorkbench, type Workbench } from '../e2e/support/workbench.ts';
import { startMessagesApi } from '../support/messagesApi/server.ts';
import { type PageServer, startPageServer } from '../support/pageServer.ts';
import { atMost, type Figure, reported } from './figure.ts';
import { findProcesses } from './processes.ts';
import { progress } from './transcript/progress.ts';

const KEY = 'sk-ant-bench';
const WANTED_FPS = 20;

/** How long it is watched, in minutes; `LIVEVIEW_MINUTES=10` shows growth of memory that a glance cannot. */
const MINUTES = Number(process.env.LIVEVIEW_MINUTES ?? 1);

/**
 * What resident memory may grow by from the middle third of the time to the last, means of each, in MB. One frame of some
 * 20 KB in ten kept would be more within ten minutes. The browser has ten processes, and caches to fill.
 */
const MAX_HOST_GROWTH_MB = 10;
const MAX_BROWSER_GROWTH_MB = 20;

/** Wide enough for a picture of 1280x800 beside the transcript. */
const WINDOW = { width: 2_000, height: 1_100 };

/** Between two looks at memory and processor time, in ms. */
const SAMPLE_MS = 2_000;

/** What happens in the first moments is no growth. In ms. */
const WARM_UP_MS = 5_000;

declare global {
  interface Window {
    framesDrawn?: number;
  }
}

export async function liveView(): Promise<Figure[]> {
  progress('packing the extension');
  await buildAndPackage();
  const [api, pages] = await Promise.all([startMessagesApi({ apiKey: KEY }), startPageServer()]);
  const workbench = await startWorkbench({
    settings: { 'computerUseChat.apiBaseUrl': api.url },
    env: { ANTHROPIC_API_KEY: KEY },
  });
  try {
    api.enqueue(
      { blocks: [act('navigate', { url: `${pages.url}live.html?moves&counted` })] },
      { blocks: [say('It moves.')] },
    );
    const chat = await openLiveView(workbench);
    return await watch(workbench, chat, pages);
  } finally {
    await workbench.close();
    await Promise.all([api.close(), pages.close()]);
  }
}

/** Has Claude open the moving page, and shows it as large as it is. */
async function openLiveView(workbench: Workbench): Promise<Frame> {
  await workbench.page.setViewportSize(WINDOW);
  await workbench.runCommand('Open Computer Use Chat');
  const chat = await workbench.chatFrame();
  await chat.click('.live-toggle');
  await chat.locator('.splitter').press('End');
  await chat.locator('.prompt').fill('Open the page that moves');
  await chat.locator('.prompt').press('Enter');
  await idle(chat);
  await chat.waitForFunction(
    () => document.querySelector<HTMLCanvasElement>('.live-canvas')?.width === 1280,
    undefined,
    { timeout: WAIT_MS },
  );
  await chat.evaluate(() => {
    window.framesDrawn = 0;
    const draw = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...args: unknown[]) {
      window.framesDrawn = (window.framesDrawn ?? 0) + 1;
      return Reflect.apply(draw, this, args);
    };
  });
  return chat;
}

async function watch(workbench: Workbench, chat: Frame, pages: PageServer): Promise<Figure[]> {
  const { dataDir } = workbench;
  const host = findProcesses('--type=extensionHost', dataDir);
  const browser = findProcesses('--remote-debugging-pipe', dataDir);
  const frames = () => chat.evaluate(() => window.framesDrawn ?? 0);
  await delay(WARM_UP_MS);
  const heapBefore = await webviewHeap(workbench);
  pages.clear();
  const [framesBefore, cpuBefore, begin] = [await frames(), host.cpuSeconds(), performance.now()];
  const resident = { host: [] as number[], browser: [] as number[] };
  progress(`watching for ${MINUTES} min`);
  while (performance.now() - begin < MINUTES * 60_000) {
    await delay(SAMPLE_MS);
    resident.host.push(host.residentMb('process'));
    resident.browser.push(browser.residentMb('tree'));
  }
  const seconds = (performance.now() - begin) / 1_000;
  const fps = ((await frames()) - framesBefore) / seconds;
  const cpu = (100 * (host.cpuSeconds() - cpuBefore)) / seconds;
  const heapAfter = await webviewHeap(workbench);
  return [
    {
      ...reported('liveview-fps', fps, 'frames/s at 1280x800'),
      target: `>= ${WANTED_FPS}`,
      ok: fps >= WANTED_FPS,
    },
    reported('liveview-page-fps', drawnBy(pages), 'frames/s, drawn by the page itself'),
    reported('liveview-host-cpu', cpu, '% of one core, extension host'),
    atMost(
      'liveview-host-growth-mb',
      growth(resident.host),
      `MB resident, ${MINUTES} min`,
      MAX_HOST_GROWTH_MB,
    ),
    reported('liveview-host-mb', mean(resident.host), 'MB resident'),
    atMost(
      'liveview-browser-growth-mb',
      growth(resident.browser),
      `MB resident, ${MINUTES} min`,
      MAX_BROWSER_GROWTH_MB,
    ),
    reported('liveview-browser-mb', mean(resident.browser), 'MB resident, all processes'),
    reported('liveview-window-growth-mb', heapAfter - heapBefore, `MB of heap over ${MINUTES} min`),
  ];
}

/** How often the page drew: on a busy machine it is slow itself. */
function drawnBy({ recorded }: PageServer): number {
  const counts = recorded.flatMap(({ type, drawn }) => (type === 'drawn' ? [Number(drawn)] : []));
  return ((counts.at(-1) ?? 0) - (counts[0] ?? 0)) / (counts.length - 1);
}

/** The heap of the window, which the webview shares, after a collection; array buffers included. */
async function webviewHeap({ page }: Workbench): Promise<number> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('HeapProfiler.collectGarbage');
    const usage: { usedSize: number; backingStorageSize?: number } =
      await session.send('Runtime.getHeapUsage');
    return (usage.usedSize + (usage.backingStorageSize ?? 0)) / 2 ** 20;
  } finally {
    await session.detach();
  }
}

/** From the middle third of the samples to the last: what happens at first is no growth. */
function growth(samples: readonly number[]): number {
  const third = Math.floor(samples.length / 3);
  return mean(samples.slice(-third)) - mean(samples.slice(-2 * third, -third));
}

function mean(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}
