/** A VS Code whose history holds long sessions, and a probe in each chat panel it opens. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Frame } from 'playwright-core';
import { History } from '../../../src/history/history.ts';
import type { ScreenshotRef, SessionId } from '../../../src/protocol/transcript.ts';
import { pollUntil } from '../../e2e/support/poll.ts';
import { startWorkbench, type Workbench } from '../../e2e/support/workbench.ts';
import { pictureMaker } from './pictures.ts';
import { installProbe, type Probe } from './probe.ts';
import { progress } from './progress.ts';
import { seedSession } from './sample.ts';

const EXTENSION_ID = 'computer-use-chat.computer-use-chat';
const SCREENSHOTS = 5_000;
/** Noise that makes a file of a few KB. */
const SMALL_NOISE = 500;
const WAIT_MS = 60_000;
/** Pause after a panel was closed, ms: VS Code saves and tidies up. */
const SETTLE_MS = 1_500;

/** What a task is long from; as in the Long Tasks API. Microseconds. */
const LONG_TASK_US = 50_000;

/** Of Chromium's trace event format: what is read here. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time, µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: unknown };
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;

/** A panel that has been opened. */
export interface OpenPanel {
  readonly frame: Frame;
  /** From the key that opens it to the frame in which its last page was on screen, ms. */
  readonly openingMs: number;
  /** Bytes that had come from the host by then. */
  readonly openingBytes: number;
}

/** One VS Code with a history of its own. Close it. */
export class LongWorkbench {
  readonly workbench: Workbench;
  readonly #history: History;
  readonly #images: readonly ScreenshotRef[];
  readonly #devTools: CDPSession;
  #latest = Date.now() + 60_000;

  private constructor(
    workbench: Workbench,
    history: History,
    images: readonly ScreenshotRef[],
    devTools: CDPSession,
  ) {
    this.workbench = workbench;
    this.#history = history;
    this.#images = images;
    this.#devTools = devTools;
  }

  /** @param apiUrl - the Messages API its sessions speak to */
  static async start(apiUrl: string): Promise<LongWorkbench> {
    progress('starting VS Code');
    const workbench = await startWorkbench({
      settings: { 'computerUseChat.apiBaseUrl': apiUrl },
      env: { ANTHROPIC_API_KEY: 'sk-ant-bench' },
    });
    try {
      await workbench.page.context().addInitScript(installProbe);
      // The first panel makes the history's folder.
      await workbench.runCommand('Open Computer Use Chat');
      await workbench.chatFrame();
      const folder = await pollUntil('the history', WAIT_MS, async () => historyFolder(workbench.dataDir));
      const history = History.open(folder);
      progress(`${SCREENSHOTS} screenshots`);
      const picture = pictureMaker(SMALL_NOISE);
      const images = Array.from({ length: SCREENSHOTS }, (_, number) =>
        history.screenshots.put(picture(number), 'image/png'),
      );
      const devTools = await workbench.page.context().newCDPSession(workbench.page);
      const long = new LongWorkbench(workbench, history, images, devTools);
      await long.closePanel();
      return long;
    } catch (error) {
      await workbench.close();
      throw error;
    }
  }

  /** Adds a session of so many items with its own screenshots among 5,000. */
  seed(title: string, items: number): SessionId {
    return seedSession(this.#history, title, items, this.#images);
  }

  /** Opens the session as a user does who comes back to it: the command opens the one with the latest activity. */
  async open(session: SessionId): Promise<OpenPanel> {
    const { page } = this.workbench;
    this.#latest += 60_000;
    this.#history.updateSession(session, { updatedAt: this.#latest });
    await page.locator('.part.statusbar').click({ position: { x: 700, y: 10 } });
    const start = Date.now();
    await page.keyboard.press('Control+Alt+U');
    const frame = await this.workbench.chatFrame();
    await frame.waitForFunction(() => typeof window.probe?.paintedAt === 'number', undefined, {
      timeout: WAIT_MS,
    });
    const { paintedAt, paintedBytes } = await readProbe(frame);
    return { frame, openingMs: (paintedAt ?? Number.NaN) - start, openingBytes: paintedBytes };
  }

  async closePanel(): Promise<void> {
    const { page } = this.workbench;
    await this.workbench.runCommand('Close All Editors');
    await pollUntil('the panel to be closed', WAIT_MS, async () =>
      page.frames().some((frame) => frame.url().includes(`extensionId=${EXTENSION_ID}`)) ? undefined : true,
    );
    await page.waitForTimeout(SETTLE_MS);
  }

  /** Bytes of JavaScript heap in use once all garbage has been collected: of the workbench and its webviews together. */
  async heapInUse(): Promise<number> {
    for (let time = 0; time < 3; time += 1) await this.#devTools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.#devTools.send('Runtime.getHeapUsage');
    return usedSize;
  }

  /**
   * Runs `action` and counts the tasks of page threads that took over 50 ms of processor time meanwhile. The workbench's
   * are among them: a trace does not tell whose they are, so this is what the webview had at most.
   */
  async countBusyTasks<T>(action: () => Promise<T>): Promise<{ readonly result: T; readonly busy: number }> {
    const { page } = this.workbench;
    const browser = page.context().browser();
    if (!browser) throw new Error('The page has no browser of its own.');
    await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
    let trace: Buffer | undefined;
    const result = await action().finally(async () => {
      trace = await browser.stopTracing();
    });
    const { traceEvents } = JSON.parse(trace?.toString() ?? '{"traceEvents":[]}') as {
      readonly traceEvents: readonly TraceEvent[];
    };
    const pageThreads = new Set(
      traceEvents.flatMap((event) => (event.args?.name === 'CrRendererMain' ? [threadOf(event)] : [])),
    );
    const busy = traceEvents.filter(
      (event) =>
        (event.tdur ?? 0) > LONG_TASK_US &&
        event.name.endsWith('RunTask') &&
        pageThreads.has(threadOf(event)),
    );
    return { result, busy: busy.length };
  }

  async close(): Promise<void> {
    this.#history.dispose();
    await this.workbench.close();
  }
}

/** What the probe in the panel has seen so far. */
export async function readProbe(frame: Frame): Promise<Omit<Probe, 'watch' | 'stopWatching'>> {
  return frame.evaluate(() => {
    if (!window.probe) throw new Error('The webview has no probe.');
    const { watch: _watch, stopWatching: _stop, ...seen } = window.probe;
    return seen;
  });
}

/** DOM nodes of the panel's page: elements, texts and comments. */
export async function countNodes(frame: Frame): Promise<number> {
  return frame.evaluate(() => {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
    let count = 1;
    while (walker.nextNode()) count += 1;
    return count;
  });
}

function historyFolder(dataDir: string): string | undefined {
  const storage = join(dataDir, 'data', 'User', 'workspaceStorage');
  if (!existsSync(storage)) return undefined;
  return readdirSync(storage)
    .map((workspace) => join(storage, workspace, EXTENSION_ID))
    .find((folder) => existsSync(join(folder, 'history.db')));
}
