/** What it costs to hold a browser's requests to the user's addresses, on a page of many parts. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import type { CDPSession } from 'puppeteer-core';
import { launchHeadless } from '../../scripts/lib/headless.mjs';
import { RequestGuard } from '../../src/computer/browser/requestGuard.ts';
import { createUrlPolicy } from '../../src/computer/browser/urlPolicy.ts';
import { atMost, type Figure, reported } from './figure.ts';
import { median, progress } from './transcript/progress.ts';
import { compare } from './turns.ts';

const PARTS = 200;
const ROUNDS = 30;

const PAGE = `<!doctype html><title>Parts</title>${Array.from(
  { length: PARTS },
  (_, part) => `<script async src="/part/${part}.js"></script>`,
).join('')}`;

/** Two browsers load the same page in turns; the guard watches one of them. */
export async function requestGuard(): Promise<Figure[]> {
  const server = await serve();
  // By name, as nearly all pages are: parts from a host that is written in numbers are held each.
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  const [watched, free] = await Promise.all([launchHeadless(), launchHeadless()]);
  try {
    const held = await guard(watched);
    const [ours, theirs] = [await watched.newPage(), await free.newPage()];
    progress(`${ROUNDS} loads of ${PARTS} parts each way`);
    const loads = await compare(
      () => ours.goto(url),
      () => theirs.goto(url),
      ROUNDS,
    );
    return [
      atMost('browser-guard-ratio', loads.ratio, `load of ${PARTS} parts, with/without`, 1.3),
      atMost('browser-guard-held', held() / loads.count, 'requests held per load', 2),
      reported('browser-guard-ms', median(loads.ours), 'ms, median'),
      reported('browser-guard-without-ms', median(loads.theirs), 'ms, median'),
    ];
  } finally {
    await Promise.all([watched.close(), free.close()]);
    server.close();
  }
}

/** Guards all pages of `browser`. @returns how many requests have been held */
async function guard(browser: Browser): Promise<() => number> {
  const session = await browser.newBrowserCDPSession();
  let held = 0;
  session.on('Fetch.requestPaused', () => {
    held += 1;
  });
  const requests = new RequestGuard({
    policy: createUrlPolicy({ allowed: [], blocked: [] }),
    isShared: false,
    onRefused: ({ host }) => progress(`refused: ${host}`),
    onAuthCancelled: () => undefined,
    lookUp: undefined,
  });
  // As much of a session as the guard uses is the same in both libraries.
  await requests.enable(session as unknown as CDPSession);
  return () => held;
}

async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const isPage = request.url === '/';
    response
      .writeHead(200, {
        'content-type': isPage ? 'text/html' : 'text/javascript',
        'cache-control': 'no-store',
      })
      .end(isPage ? PAGE : '0;');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
