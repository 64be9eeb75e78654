/** What an action of Claude's browser costs beside Playwright's own calls, and its guard, on the same page in the same run. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { launchHeadless } from '../../scripts/lib/headless.mjs';
import { type Harness, startHarness } from '../computer/browser/harness.ts';
import { atMost, type Figure, reported } from './figure.ts';
import { requestGuard } from './requestGuard.ts';
import { median, progress, quantile } from './transcript/progress.ts';
import { type Comparison, compare } from './turns.ts';

const ROUNDS = 40;
const VIEWPORT = { width: 1280, height: 800 };
/** Where the button is, CSS px. */
const BUTTON = { x: 120, y: 60 };

/** A page with some text and a button that changes a word as soon as it is clicked. */
const PAGE = `<!doctype html><title>Bench</title><style>body{font:16px sans-serif;margin:40px}</style>
<button style="width:160px;height:40px" onclick="count.textContent = 1 + Number(count.textContent)">Count</button>
<p>Clicked <b id=count>0</b> times.</p>${'<p>A line of text that stands on the page and does nothing else.</p>'.repeat(20)}`;

type Action = () => Promise<void>;

export async function browser(): Promise<Figure[]> {
  const figures = [...(await actions()), ...(await requestGuard())];
  return [...figures, reported('browser-load', loadavg()[0] ?? Number.NaN, 'of the machine, 1 min')];
}

async function actions(): Promise<Figure[]> {
  const server = await serve();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const harness = await startHarness();
  const playwright = await launchHeadless();
  try {
    await succeed(harness, 'navigate', { url });
    const page = await playwright.newPage({ viewport: VIEWPORT });
    await page.goto(url);
    progress(`${ROUNDS} clicks and screenshots each way`);
    const ours = oursOn(harness);
    const theirs = theirsOn(page);
    const clickAndLook = async () => {
      await ours.click();
      await ours.screenshot();
    };
    const clicks = await compare(
      clickAndLook,
      async () => {
        await theirs.click();
        await theirs.screenshot();
      },
      ROUNDS,
    );
    const screenshots = await compare(ours.screenshot, theirs.screenshot, ROUNDS);
    // What is asked of a page before each click, to know whether the user has to be asked.
    const targets = await compare(ours.describe, clickAndLook, ROUNDS);
    return [
      atMost('browser-click-ratio', clicks.ratio, 'click to settled picture/Playwright', 1.5),
      ...details('browser-click', clicks),
      atMost('browser-screenshot-ratio', screenshots.ratio, 'screenshot/Playwright', 1.1),
      ...details('browser-screenshot', screenshots),
      atMost(
        'browser-target-ratio',
        targets.ratio,
        'looking at what is clicked/click to settled picture',
        0.2,
      ),
      reported('browser-target-ms', median(targets.ours), 'ms, median'),
    ];
  } finally {
    await harness.close();
    await playwright.close();
    server.close();
  }
}

async function serve(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function oursOn(harness: Harness): { click: Action; screenshot: Action; describe: Action } {
  const input = { target: { type: 'coordinate', ...BUTTON } };
  const { signal } = new AbortController();
  return {
    click: () => succeed(harness, 'left_click', input),
    describe: async () => {
      const targets = await harness.computer.describeTarget?.({ name: 'left_click', input }, signal);
      if (!targets?.some(({ names }) => names.includes('Count'))) throw new Error('The button was not seen.');
    },
    screenshot: () => succeed(harness, 'screenshot', {}),
  };
}

function theirsOn(page: Page): { click: Action; screenshot: Action } {
  return {
    click: () => page.mouse.click(BUTTON.x, BUTTON.y),
    screenshot: async () => {
      await page.screenshot();
    },
  };
}

async function succeed(
  harness: Harness,
  member: Parameters<Harness['call']>[0],
  input: Record<string, unknown>,
): Promise<void> {
  const { isError, text } = await harness.call(member, input);
  if (isError) throw new Error(`${member} failed: ${text}`);
}

function details(id: string, { ours, theirs }: Comparison): Figure[] {
  return [
    reported(`${id}-ms`, median(ours), 'ms, median'),
    reported(`${id}-p95-ms`, quantile(ours, 0.95), 'ms'),
    reported(`${id}-playwright-ms`, median(theirs), 'ms, median'),
    reported(`${id}-playwright-p95-ms`, quantile(theirs, 0.95), 'ms'),
  ];
}
