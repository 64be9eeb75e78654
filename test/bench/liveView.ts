/** The live view in a real VS Code: frames on the webview's canvas, and what they cost. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { buildAndPackage } from '../../scripts/lib/package.mjs';
import { act, idle, say, WAIT_MS } from '../e2e/support/chat.ts';
import { startWorkbench, type Workbench } from '../e2e/support/workbench.ts';
import { startMessagesApi } from '../support/messagesApi/server.ts';
import { type PageServer, startPageServer } from '../support/pageServer.ts';
import { type Figure, reported } from './figure.ts';
import { progress } from './transcript/progress.ts';

const KEY = 'sk-ant-bench';
const WANTED_FPS = 20;

/** How long it is watched, in minutes; `LIVEVIEW_MINUTES=10` shows growth of memory that a glance cannot. */
const MINUTES = Number(process.env.LIVEVIEW_MINUTES ?? 0.5);

/** Wide enough for a picture of 1280x800 beside the transcript. */
const WINDOW = { width: 2_000, height: 1_100 };

/** Between two looks at memory and processor time, in ms. */
const SAMPLE_MS = 2_000;

/** What happens in the first moments is no growth. In ms. */
const WARM_UP_MS = 5_000;

/** Of `/proc/PID/stat`; the same on all Linux systems (sysconf, _SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;

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
  const host = extensionHost(workbench.dataDir);
  const frames = () => chat.evaluate(() => window.framesDrawn ?? 0);
  await delay(WARM_UP_MS);
  const heapBefore = await webviewHeap(workbench);
  pages.clear();
  const [framesBefore, cpuBefore, begin] = [await frames(), cpuSeconds(host), performance.now()];
  const resident: number[] = [];
  progress(`watching for ${MINUTES} min`);
  while (performance.now() - begin < MINUTES * 60_000) {
    await delay(SAMPLE_MS);
    resident.push(residentMb(host));
  }
  const seconds = (performance.now() - begin) / 1_000;
  const fps = ((await frames()) - framesBefore) / seconds;
  const cpu = (100 * (cpuSeconds(host) - cpuBefore)) / seconds;
  const heapAfter = await webviewHeap(workbench);
  // The least of each half: what is there after collections, not what waits for the next.
  const half = Math.ceil(resident.length / 2);
  const growth = Math.min(...resident.slice(half)) - Math.min(...resident.slice(0, half));
  return [
    {
      ...reported('liveview-fps', fps, 'frames/s at 1280x800'),
      target: `>= ${WANTED_FPS}`,
      ok: fps >= WANTED_FPS,
    },
    reported('liveview-page-fps', drawnBy(pages), 'frames/s, drawn by the page itself'),
    reported('liveview-host-cpu', cpu, '% of one core, extension host'),
    reported('liveview-host-growth-mb', growth, `MB resident over ${MINUTES} min`),
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

/** The process id of the extension host whose temporary files are in `dataDir`. */
function extensionHost(dataDir: string): number {
  const id = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find(
      (name) =>
        read(`/proc/${name}/cmdline`).includes('--type=extensionHost') &&
        read(`/proc/${name}/environ`).includes(dataDir),
    );
  if (id === undefined) throw new Error('The extension host is not among the processes.');
  return Number(id);
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** User and system time (proc(5), fields 14 and 15). */
function cpuSeconds(id: number): number {
  const fields = read(`/proc/${id}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function residentMb(id: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${id}/status`))?.[1] ?? Number.NaN) / 1_024;
}
