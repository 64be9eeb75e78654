/** What pages are kept from in a browser that the user has started, where no flag of ours is set. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { acceptWebSocket } from '../../support/acceptWebSocket.ts';
import { soon } from './browsing.ts';
import { type Harness, startHarness } from './harness.ts';
import { startUserBrowser, type UserBrowser } from './userBrowser.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Of the user's own tabs, but for `/rules`. They ask for what is refused to ours. */
const PAGES: Readonly<Record<string, () => string>> = {
  '/user': () => {
    const script = scriptOf(`return [${get('localhost')}, ${socket('localhost')}].join()`);
    return `<script>new SharedWorker(${script})</script>`;
  },
  '/rules': () => {
    const urls = [`http://127.0.0.7:${port}/ahead`];
    const rules = JSON.stringify({ prefetch: [{ source: 'list', urls, eagerness: 'immediate' }] });
    return `<script type=speculationrules>${rules}</script>`;
  },
  '/register': () => {
    const script = `onmessage = async (event) => event.source.postMessage(${get('localhost')}); oninstall = () => skipWaiting();`;
    const url = `/script?${encodeURIComponent(script)}`;
    return `<script>navigator.serviceWorker.register(${JSON.stringify(url)}, { scope: '/service/' })</script>`;
  },
};

/** What reached the server by another way than 127.0.0.1, and web sockets. */
const hits: string[] = [];

/** `/script?SCRIPT`, those of `PAGES`, web sockets, and a page for the rest; on all of this machine's addresses. */
const server = createServer((request, response) => {
  const { pathname, search } = new URL(request.url ?? '', 'http://host');
  const host = request.headers.host?.split(':')[0];
  if (host !== '127.0.0.1') hits.push(`${host}${pathname}`);
  const type = pathname === '/script' ? 'text/javascript' : 'text/html';
  response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' });
  if (pathname === '/script') response.end(decodeURIComponent(search.slice(1)));
  else response.end(PAGES[pathname]?.() ?? 'A page.');
});
server.on('upgrade', (request, socket) => {
  hits.push(`socket ${request.headers.host?.split(':')[0]}`);
  acceptWebSocket(request, socket);
});

let port: number;
let browser: UserBrowser;
let harness: Harness;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  port = (server.address() as AddressInfo).port;
  browser = await startUserBrowser(
    `http://127.0.0.1:${port}/own`,
    '--host-resolver-rules=MAP public.test 127.0.0.7',
  );
  harness = await startHarness({
    attachTo: browser.address,
    members: ['javascript_exec'],
    confirm: async () => true,
    urls: { allowed: [], blocked: [`localhost:${port}`] },
  });
});
afterAll(async () => {
  await harness.close();
  await browser.close();
  server.close();
  server.closeAllConnections();
});
beforeEach(async () => {
  await harness.call('navigate', { url: `http://127.0.0.1:${port}/` });
  hits.length = 0;
  harness.events.length = 0;
});

async function run(body: string): Promise<string> {
  const limit = `new Promise((resolve) => setTimeout(() => resolve('nothing'), 4000))`;
  const text = `Promise.race([(async () => { ${body} })().catch((error) => 'failed ' + error.name), ${limit}])`;
  return (await harness.call('javascript_exec', { text })).text;
}

const socket = (host: string) =>
  `await new Promise((r) => { const s = new WebSocket('ws://${host}:${port}/'); s.onopen = () => r('reached'); s.onerror = () => r('failed') })`;
const get = (host: string) =>
  `await fetch('http://${host}:${port}/part', { mode: 'no-cors' }).then(() => 'reached', () => 'failed')`;

const scriptOf = (body: string) =>
  `'/script?' + encodeURIComponent(${JSON.stringify(`
const answer = (to) => (async () => { ${body} })().catch(() => 'failed').then((text) => to.postMessage(text));
onconnect = (event) => answer(event.ports[0]);
if (self.postMessage) answer(self);`)})`;

const PLACES: ReadonlyArray<readonly [string, (body: string) => string]> = [
  ['a page', (body) => body],
  [
    'an empty frame',
    (body) =>
      `const f = document.createElement('iframe'); document.body.append(f); return await f.contentWindow.eval(${JSON.stringify(`(async () => { ${body} })()`)})`,
  ],
  [
    'a worker',
    (body) =>
      `const w = new Worker(${scriptOf(body)}); return await new Promise((r) => { w.onmessage = (e) => r(e.data) })`,
  ],
  [
    'a shared worker',
    (body) =>
      `const w = new SharedWorker(${scriptOf(body)}); return await new Promise((r) => { w.port.onmessage = (e) => r(e.data) })`,
  ],
];

describe.runIf(process.platform === 'linux')('in a browser of the user’s', () => {
  test.each(PLACES)('%s gets no web socket and no answer from what is refused', async (_name, within) => {
    for (let visit = 0; visit < 2; visit++) await meets(within);
  });

  async function meets(within: (body: string) => string): Promise<void> {
    await harness.call('navigate', { url: `http://127.0.0.1:${port}/` });
    hits.length = 0;
    const tried = [socket('127.0.0.7'), socket('localhost'), get('127.0.0.7'), get('localhost')];
    expect(await run(within(`return [${tried.join(', ')}].join()`))).toContain('failed,failed,failed,failed');
    expect(hits).toEqual([]);
    expect(await run(within(`return [${socket('127.0.0.1')}, ${get('127.0.0.1')}].join()`))).toContain(
      'reached,reached',
    );
  }

  test('the user is told what a socket was kept from', async () => {
    await run(`return ${socket('127.0.0.8')}`);
    await soon(() =>
      expect(harness.events).toContainEqual(
        expect.objectContaining({ type: 'address-refused', host: `127.0.0.8:${port}` }),
      ),
    );
  });

  test.each([
    ['blob', (script: string) => `URL.createObjectURL(new Blob([${script}]))`],
    ['data', (script: string) => `'data:text/javascript,' + encodeURIComponent(${script})`],
  ])('a page starts no shared worker from a %s address, on a second visit either', async (_scheme, of) => {
    const script = JSON.stringify(`fetch('http://127.0.0.7:${port}/made', { mode: 'no-cors' })`);
    for (let visit = 0; visit < 2; visit++) {
      await harness.call('navigate', { url: `http://127.0.0.1:${port}/` });
      expect(await run(`new SharedWorker(${of(script)}); return 'started'`)).toContain(
        'failed SecurityError',
      );
    }
    // One by the word of an object that says another address each time.
    const turning = `{ n: 0, toString() { return this.n++ ? ${of(script)} : '/script?' } }`;
    const trusted = `trustedTypes.createPolicy('any', { createScriptURL: (url) => url }).createScriptURL(${of(script)})`;
    expect(await run(`new SharedWorker(${trusted}); return 'started'`)).toContain('failed SecurityError');
    await run(`new SharedWorker(${turning}); await new Promise((r) => setTimeout(r, 500)); return 'started'`);
    expect(hits).toEqual([]);
  });

  test('a page registers no service worker', async () => {
    expect(await run(`await navigator.serviceWorker.register('/script?'); return 'registered'`)).toContain(
      'failed SecurityError',
    );
  });

  test('tabs and shared workers of the user’s are none of our business', async () => {
    await browser.openTab(`http://127.0.0.1:${port}/user`);
    await soon(() => expect(hits).toEqual(expect.arrayContaining(['localhost/part', 'socket localhost'])));
    expect(harness.events).toEqual([]);
  });

  // What the README and the warning say is not held. Should one of these fail, they say too much.
  describe('nothing of ours holds', () => {
    test('a web socket by a public name that leads to a private address', async () => {
      expect(await run(`return ${socket('public.test')}`)).toContain('reached');
    });

    test('what a page has the browser load ahead', async () => {
      // Not in one that the user's other tabs hide.
      await harness.call('new_tab');
      await harness.call('navigate', { url: `http://127.0.0.1:${port}/rules` });
      await soon(() => expect(hits).toContain('127.0.0.7/ahead'));
    });

    test('what a service worker does that the user’s own tab has registered', async () => {
      await browser.openTab(`http://127.0.0.1:${port}/register`);
      const registration = `let found; while (!found?.active) { await new Promise((r) => setTimeout(r, 50)); found = await navigator.serviceWorker.getRegistration('/service/'); }`;
      const answer = `await new Promise((r) => { navigator.serviceWorker.onmessage = (e) => r(e.data); navigator.serviceWorker.startMessages(); found.active.postMessage('') })`;
      expect(await run(`${registration} return ${answer}`)).toContain('reached');
    });
  });
});
