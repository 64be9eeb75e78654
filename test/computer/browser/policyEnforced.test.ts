/**
 * The URL policy against pages that try to get around it. A second server listens on all of this machine's addresses:
 * 127.0.0.7 stands for a private network, and whatever reaches the server has got through.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { BrowserComputerOptions } from '../../../src/computer/browser/browserComputer.ts';
import { findBrowser, isProgram } from '../../../src/computer/browser/findBrowser.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { soon } from './browsing.ts';
import { type Harness, startHarness } from './harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Linux answers on all of 127.0.0.0/8. */
const onLinux = describe.runIf(process.platform === 'linux');

interface Network {
  readonly port: number;
  /** What was asked of it since the last `clear`. */
  readonly hits: string[];
  close(): Promise<void>;
}

/** `/redirect?to=`, `/rules?RULES` (speculation rules), `/with?URL` (fetches it), `/worker.js` (fetches what it is told), `/script?SCRIPT`, web sockets, and a page for the rest. */
async function startNetwork(): Promise<Network> {
  const hits: string[] = [];
  const server: Server = createServer((request, response) => {
    hits.push(`${request.headers.host?.split(':')[0]}${request.url}`);
    const url = new URL(request.url ?? '/', 'http://host');
    const cors = { 'access-control-allow-origin': '*' };
    if (url.pathname === '/redirect')
      return response.writeHead(302, { ...cors, location: url.searchParams.get('to') ?? '/' }).end();
    if (url.pathname === '/script') {
      const script = decodeURIComponent(url.search.slice(1));
      return response.writeHead(200, { ...cors, 'content-type': 'text/javascript' }).end(script);
    }
    if (url.pathname === '/worker.js')
      return response.writeHead(200, { ...cors, 'content-type': 'text/javascript' }).end(WORKER);
    response.writeHead(200, { ...cors, 'content-type': 'text/html' });
    if (url.pathname === '/with')
      response.write(
        `<script>fetch("${decodeURIComponent(url.search.slice(1))}", { mode: "no-cors" })</script>`,
      );
    if (url.pathname === '/rules')
      response.write(`<script type=speculationrules>${decodeURIComponent(url.search.slice(1))}</script>`);
    return response.end('<!doctype html><link rel="icon" href="data:,"><title>Reached</title><p>secret');
  });
  server.on('upgrade', (request, socket) => {
    hits.push(`socket ${request.headers.host?.split(':')[0]}`);
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end()).resume();
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hits,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const WORKER = `
const get = (url, answer) => fetch(url, { mode: 'no-cors' }).then(() => answer('reached'), () => answer('failed'));
onmessage = (event) => get(event.data, (text) => (event.source ?? self).postMessage(text));
onconnect = (event) => { const [port] = event.ports; port.onmessage = (e) => get(e.data, (text) => port.postMessage(text)); };
oninstall = () => skipWaiting();
onactivate = (event) => event.waitUntil(clients.claim());
`;

let server: PageServer;
let network: Network;
let folder: string;

beforeAll(async () => {
  [server, network] = await Promise.all([startPageServer(), startNetwork()]);
  folder = await mkdtemp(path.join(os.tmpdir(), 'policy-test-'));
});

afterAll(async () => {
  await Promise.all([server.close(), network.close()]);
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  network.hits.length = 0;
});

/** A browser for which names lead where name servers do not: `MAP name address`, in place of its own such rules. */
async function browserResolving(rules: string, ...more: string[]): Promise<string> {
  const found = findBrowser({ platform: process.platform, env: process.env, exists: isProgram });
  const wrapper = path.join(await mkdtemp(path.join(folder, 'browser-')), 'chromium');
  const script = `#!/bin/bash
args=()
for arg in "$@"; do
  case "$arg" in --host-resolver-rules=*) arg="--host-resolver-rules=${rules}";; esac
  args+=("$arg")
done
exec ${found?.executablePath} "\${args[@]}" ${more.join(' ')}
`;
  await writeFile(wrapper, script);
  await chmod(wrapper, 0o755);
  return wrapper;
}

/** Enabled for the tests themselves, to try things from within a page. */
const SCRIPTED: BrowserComputerOptions = { members: ['javascript_exec'], confirm: async () => true };

function use(options: () => BrowserComputerOptions | Promise<BrowserComputerOptions>) {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ ...SCRIPTED, ...(await options()) });
  });
  afterAll(() => harness.close());
  beforeEach(() => {
    harness.events.length = 0;
  });
  return {
    get events() {
      return harness.events;
    },
    navigate: (url: string) => harness.call('navigate', { url }),
    call: (...call: Parameters<Harness['call']>) => harness.call(...call),
    /** What a script in the page comes to, at the latest after a few seconds. */
    async run(body: string): Promise<string> {
      const limit = `new Promise((resolve) => setTimeout(() => resolve('nothing'), 4000))`;
      const { text } = await harness.call('javascript_exec', {
        text: `Promise.race([(async () => { ${body} })().catch((error) => 'failed'), ${limit}])`,
      });
      return text;
    },
  };
}

const secret = (file = '') => `http://127.0.0.7:${network.port}/${file}`;
const GET = (url: string) => `await fetch(${JSON.stringify(url)}, { mode: 'no-cors' }); return 'reached'`;

onLinux('private addresses', () => {
  const browser = use(() => ({}));

  beforeEach(async () => {
    // What the test before has begun may still take the tab elsewhere.
    await soon(async () =>
      expect(await browser.navigate(`http://127.0.0.1:${network.port}/`)).toMatchObject({ isError: false }),
    );
    network.hits.length = 0;
  });

  test('are refused before a browser sees them, and the user is told once', async () => {
    for (let count = 0; count < 3; count++) {
      const { isError, text } = await browser.navigate('http://169.254.169.254/latest/meta-data/');
      expect(isError).toBe(true);
      expect(text).toContain(
        'Refused: addresses of private networks are blocked unless the user allows them.',
      );
    }
    expect(browser.events).toEqual([
      {
        type: 'address-refused',
        host: '169.254.169.254',
        reason: expect.stringContaining('private networks'),
      },
    ]);
  });

  test('are not reached by a redirect', async () => {
    const { isError, text } = await browser.navigate(
      `http://127.0.0.1:${network.port}/redirect?to=${encodeURIComponent(secret())}`,
    );
    expect(isError).toBe(true);
    expect(text).toContain('refused by the user’s rules');
    expect(network.hits.filter((hit) => hit.startsWith('127.0.0.7'))).toEqual([]);
  });

  test.each<[string, () => string]>([
    ['fetch', () => GET(secret('fetch'))],
    ['a redirected fetch', () => GET(`/redirect?to=${encodeURIComponent(secret('redirected'))}`)],
    [
      'XMLHttpRequest with credentials',
      () =>
        `const x = new XMLHttpRequest(); x.open('GET', '${secret('x')}', false, 'u', 'p'); x.send(); return 'reached'`,
    ],
    [
      'an image',
      () =>
        `return await new Promise((r) => { const i = new Image(); i.onload = i.onerror = () => r('failed'); i.src = '${secret('image')}' })`,
    ],
    [
      'a beacon',
      () =>
        `navigator.sendBeacon('${secret('beacon')}'); await new Promise((r) => setTimeout(r, 300)); return 'failed'`,
    ],
    [
      'a style sheet',
      () =>
        `document.head.insertAdjacentHTML('beforeend', '<link rel=stylesheet href="${secret('css')}"><link rel=icon href="${secret('icon')}"><link rel=prefetch href="${secret('prefetch')}">'); await new Promise((r) => setTimeout(r, 300)); return 'failed'`,
    ],
    [
      'an event source',
      () =>
        `return await new Promise((r) => { const e = new EventSource('${secret('events')}'); e.onopen = () => r('reached'); e.onerror = () => { e.close(); r('failed') } })`,
    ],
    [
      'a worker',
      () =>
        `const w = new Worker('/worker.js'); return await new Promise((r) => { w.onmessage = (e) => r(e.data); w.postMessage('${secret('worker')}') })`,
    ],
    [
      'a shared worker',
      () =>
        `const w = new SharedWorker('/worker.js'); return await new Promise((r) => { w.port.onmessage = (e) => r(e.data); w.port.postMessage('${secret('shared')}') })`,
    ],
    [
      'a service worker',
      () =>
        `await navigator.serviceWorker.register('/worker.js'); const { active } = await navigator.serviceWorker.ready; return await new Promise((r) => { navigator.serviceWorker.onmessage = (e) => r(e.data); active.postMessage('${secret('service')}') })`,
    ],
    [
      'a web socket',
      () =>
        `return await new Promise((r) => { const s = new WebSocket('ws://127.0.0.7:${network.port}/'); s.onopen = () => r('reached'); s.onerror = () => r('failed') })`,
    ],
    [
      'a web socket in a worker',
      () =>
        `const w = new Worker(URL.createObjectURL(new Blob(["const s = new WebSocket('ws://127.0.0.7:${network.port}/'); s.onopen = () => postMessage('reached'); s.onerror = () => postMessage('failed')"]))); return await new Promise((r) => { w.onmessage = (e) => r(e.data) })`,
    ],
    [
      'a web socket by another spelling',
      () =>
        `return await new Promise((r) => { const s = new WebSocket('ws://[::ffff:127.0.0.7]:${network.port}/'); s.onopen = () => r('reached'); s.onerror = () => r('failed') })`,
    ],
  ])('are not reached by %s', async (_name, script) => {
    expect(await browser.run(script())).toContain('failed');
    expect(network.hits.filter((hit) => /^(?:socket )?(?:127\.0\.0\.7|\[)/.test(hit))).toEqual([]);
  });

  test('are not reached by what a page has the browser load ahead', async () => {
    const urls = [secret('ahead'), '/ahead'];
    const rules = JSON.stringify({ prefetch: [{ source: 'list', urls, eagerness: 'immediate' }] });
    await browser.navigate(`http://127.0.0.1:${network.port}/rules?${encodeURIComponent(rules)}`);
    await browser.run(`await new Promise((r) => setTimeout(r, 1000)); return 'waited'`);
    expect(network.hits.filter((hit) => hit.endsWith('/ahead'))).toEqual([]);
  });

  test('are not reached by frames, popups, forms and links', async () => {
    await browser.run(`
      document.body.insertAdjacentHTML('beforeend', '<iframe src="${secret('frame')}"></iframe>');
      open('${secret('popup')}');
      await new Promise((r) => setTimeout(r, 300));
      return 'tried'`);
    await browser.run(
      `location.href = '${secret('location')}'; await new Promise((r) => setTimeout(r, 300)); return 'x'`,
    );
    await browser.run(
      `document.body.innerHTML = '<form method=post action="${secret('form')}"></form>'; document.forms[0].submit(); await new Promise((r) => setTimeout(r, 300)); return 'x'`,
    );
    const { state } = await browser.call('list_tabs');
    expect(state).toBeDefined();
    expect(network.hits.filter((hit) => hit.startsWith('127.0.0.7'))).toEqual([]);
  });

  test('of this machine are reached on any port, with what pages are made of', async () => {
    expect(await browser.navigate(`localhost:${network.port}`)).toMatchObject({ isError: false });
    expect(await browser.run(GET(`http://127.0.0.1:${network.port}/other`))).toContain('reached');
    expect(await browser.run(`return await (await fetch('data:text/plain,inline')).text()`)).toContain(
      'inline',
    );
    expect(
      await browser.run(`return await (await fetch(URL.createObjectURL(new Blob(['made here'])))).text()`),
    ).toContain('made here');
    // What the test before has tried may be told of only now.
    const refused = browser.events.filter((event) => event.type === 'address-refused');
    expect(refused.filter(({ host }) => !host.startsWith('127.0.0.7'))).toEqual([]);
  });
});

describe('this machine', () => {
  const browser = use(() => ({}));

  test.each(['localhost', 'localhost.', 'app.localhost', '127.0.0.1', '[::1]'])(
    'is reached as %s',
    async (host) => {
      const everywhere = createServer((_request, response) => response.end('<title>Reached</title>'));
      await new Promise<void>((resolve) => everywhere.listen(0, '::', resolve));
      onTestFinished(() => {
        everywhere.close();
        everywhere.closeAllConnections();
      });
      const { port } = everywhere.address() as AddressInfo;
      expect(await browser.navigate(`http://${host}:${port}/`)).toMatchObject({ isError: false });
    },
  );
});

onLinux('other schemes', () => {
  const browser = use(() => ({}));

  test.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'view-source:http://localhost/',
    'chrome://version',
    'data:text/html,x',
    'devtools://x',
    'about:version',
  ])('%s is refused to the model', async (url) => {
    expect(await browser.navigate(url)).toMatchObject({
      isError: true,
      text: expect.stringContaining('Refused: only http:, https: and about:blank'),
    });
  });

  test('pages do not get to them', async () => {
    await browser.navigate(`http://127.0.0.1:${network.port}/`);
    for (const url of [
      'file:///etc/passwd',
      'chrome://version',
      'view-source:http://localhost/',
      'data:text/html,x',
    ]) {
      await browser.run(
        `open('${url}'); location.href = '${url}'; await new Promise((r) => setTimeout(r, 200)); return 'x'`,
      );
    }
    const { text } = await browser.call('get_page_text', { tab_id: 'tab_1' });
    expect(text).toContain('secret');
    const { state } = await browser.call('screenshot');
    for (const { url } of state?.tabs ?? []) expect(url).toMatch(/^(?:http:\/\/127\.0\.0\.1|about:blank|$)/);
  });
});

onLinux('names that lead to private addresses', () => {
  const rules = 'MAP rebind.test 127.0.0.1,MAP opened.test 127.0.0.1,MAP public.test 127.0.0.1';
  const browser = use(async () => ({
    executablePath: await browserResolving(rules),
    urls: { allowed: ['*', '*.opened.test'], blocked: [] },
  }));

  test('show nothing', async () => {
    const { isError, text } = await browser.navigate(`http://rebind.test:${network.port}/`);
    expect({ isError, text }).toMatchObject({ isError: true, text: expect.stringContaining('user’s rules') });
    expect((await browser.call('get_page_text')).text).not.toContain('secret');
    expect(browser.events).toMatchObject([{ type: 'address-refused', host: `rebind.test:${network.port}` }]);
  });

  test('show nothing in a popup or a frame, either', async () => {
    await browser.navigate(`http://127.0.0.1:${network.port}/`);
    const url = `http://rebind.test:${network.port}/popup`;
    await browser.run(`
      window.popup = open('${url}');
      document.body.insertAdjacentHTML('beforeend', '<iframe src="${url}"></iframe>');
      await new Promise((r) => setTimeout(r, 500));
      return 'tried'`);
    const { state } = await browser.call('screenshot');
    for (const { title, url } of state?.tabs ?? [])
      if (url.includes('rebind.test')) expect(title).not.toBe('Reached');
    const { text } = await browser.call('get_page_text');
    expect(text).not.toContain('secret');
  });

  test('end the page that loads parts from them', async () => {
    await browser.navigate(`http://127.0.0.1:${network.port}/`);
    await browser.run(GET(`http://rebind.test:${network.port}/part`));
    await vi.waitFor(
      async () => {
        const { state } = await browser.call('screenshot');
        expect(state?.tabs.find(({ active }) => active)?.url).toBe('about:blank');
      },
      { timeout: 10_000, interval: 100 },
    );
  });

  test('refuse the navigation to a page that loads parts from them', async () => {
    const part = `http://rebind.test:${network.port}/part`;
    const url = `http://127.0.0.1:${network.port}/with?${encodeURIComponent(part)}`;
    expect(await browser.navigate(url)).toMatchObject({
      isError: true,
      text: expect.stringMatching(
        /is refused by the user’s rules. It was left; the tab is empty.\nA navigation was refused./,
      ),
    });
    expect(await browser.navigate(`http://127.0.0.1:${network.port}/`)).toMatchObject({ isError: false });
  });

  test('are opened by an entry for the name', async () => {
    expect(await browser.navigate(`http://www.opened.test:${network.port}/`)).toMatchObject({
      isError: true,
    });
    const opened = await browser.navigate(`http://opened.test:${network.port}/`);
    expect(opened).toMatchObject({ isError: false, text: expect.stringContaining('Reached') });
  });
});

onLinux('a public page', () => {
  const browser = use(async () => ({
    executablePath: await browserResolving(
      'MAP public.test 127.0.0.1,MAP rebind.test 127.0.0.1',
      `--ip-address-space-overrides=127.0.0.1:${new URL(server.url).port}=public`,
    ),
  }));

  test('gets nothing of a private network by a name, not by a web socket either', async () => {
    const { port } = new URL(server.url);
    expect(await browser.navigate(`http://public.test:${port}/closing.html`)).toMatchObject({
      isError: false,
    });
    expect(await browser.run(GET(`http://rebind.test:${network.port}/x`))).toContain('failed');
    const socket = `return await new Promise((r) => { const s = new WebSocket('ws://rebind.test:${network.port}/'); s.onopen = () => r('reached'); s.onerror = () => r('failed') })`;
    expect(await browser.run(socket)).toContain('failed');
    expect(network.hits).toEqual([]);
  });
});

onLinux('lists', () => {
  const browser = use(async () => ({
    executablePath: await browserResolving('MAP blocked.test 127.0.0.1,MAP listed.test 127.0.0.1'),
    urls: {
      allowed: [`listed.test:${network.port}`, `127.0.0.7:${network.port}`],
      blocked: ['*.blocked.test', `127.0.0.1:${network.port}/blocked*`, 'not an entry'],
    },
  }));

  test('keep the browser to what is allowed', async () => {
    expect(await browser.navigate(`http://listed.test:${network.port}/`)).toMatchObject({ isError: false });
    expect(browser.events).toContainEqual({ type: 'fallback', cause: 'url-entries', detail: 'not an entry' });
    expect(await browser.navigate('https://example.com/')).toMatchObject({
      isError: true,
      text: expect.stringContaining('not among the addresses'),
    });
    expect(await browser.navigate('http://blocked.test/')).toMatchObject({
      isError: true,
      text: expect.stringContaining('the user has blocked'),
    });
    expect(await browser.navigate(secret())).toMatchObject({ isError: false });
    expect(await browser.navigate(`http://127.0.0.1:${network.port}/x`)).toMatchObject({ isError: false });
    expect(await browser.run(GET('/blocked/x'))).toContain('failed');
    expect(await browser.run(GET('/%62locked/x'))).toContain('failed');
    expect(await browser.run(GET('/open'))).toContain('reached');
    expect(network.hits.filter((hit) => /blocked|%62/.test(hit))).toEqual([]);
    await soon(() =>
      expect(browser.events).toContainEqual(
        expect.objectContaining({ type: 'address-refused', host: `127.0.0.1:${network.port}` }),
      ),
    );
  });
});

describe('web sockets to a blocked host', () => {
  const browser = use(async () => ({ urls: { allowed: [], blocked: ['localhost'] } }));

  test.each(['localhost', 'localhost.'])('are not opened by the name %s', async (host) => {
    await browser.navigate(`http://127.0.0.1:${network.port}/`);
    network.hits.length = 0;
    const opened = `return await new Promise((r) => { const s = new WebSocket('ws://${host}:${network.port}/'); s.onopen = () => r('reached'); s.onerror = () => r('failed') })`;
    expect(await browser.run(opened)).toContain('failed');
    expect(network.hits.filter((hit) => hit.startsWith('socket'))).toEqual([]);
  });
});

/** Answers `reached` or `failed`, in a page or a worker. */
const SOCKET = (url: string) =>
  `await new Promise((r) => { const s = new WebSocket('${url}'); s.onopen = () => r('reached'); s.onerror = () => r('failed') })`;

/** A script of a worker that answers what `body` returns to whoever asks, in whatever kind of worker. */
const IN_WORKER = (body: string) => `
const answer = (to) => (async () => { ${body} })().catch(() => 'failed').then((text) => to.postMessage(text));
onconnect = (event) => answer(event.ports[0]);
if (self.postMessage) answer(self); else onmessage = (event) => answer(event.source);
oninstall = () => skipWaiting();
onactivate = (event) => event.waitUntil(clients.claim());
`;

const WORKERS: ReadonlyArray<readonly [string, (body: string) => string]> = [
  ['a page', (body) => body],
  [
    'an empty frame',
    (body) =>
      `const f = document.createElement('iframe'); document.body.append(f); return await f.contentWindow.eval(${JSON.stringify(`(async () => { ${body} })()`)})`,
  ],
  [
    'an empty popup',
    (body) => `return await open('about:blank').eval(${JSON.stringify(`(async () => { ${body} })()`)})`,
  ],
  [
    'a worker',
    (body) =>
      `const w = new Worker('/script?' + encodeURIComponent(${JSON.stringify(IN_WORKER(body))})); return await new Promise((r) => { w.onmessage = (e) => r(e.data) })`,
  ],
  [
    'a worker of a worker',
    (body) => {
      const outer = `const w = new Worker(${JSON.stringify(`/script?${encodeURIComponent(IN_WORKER(body))}`)}); w.onmessage = (e) => postMessage(e.data)`;
      return `const w = new Worker('/script?' + encodeURIComponent(${JSON.stringify(outer)})); return await new Promise((r) => { w.onmessage = (e) => r(e.data) })`;
    },
  ],
  [
    'a shared worker',
    (body) =>
      `const w = new SharedWorker('/script?' + encodeURIComponent(${JSON.stringify(IN_WORKER(body))})); return await new Promise((r) => { w.port.onmessage = (e) => r(e.data) })`,
  ],
  [
    'a service worker',
    (body) =>
      `const registration = await navigator.serviceWorker.register('/script?' + encodeURIComponent(${JSON.stringify(IN_WORKER(body))}), { scope: '/' + crypto.randomUUID() }); while (!registration.active) await new Promise((r) => setTimeout(r, 20)); const { active } = registration; return await new Promise((r) => { navigator.serviceWorker.onmessage = (e) => r(e.data); active.postMessage('') })`,
  ],
];

describe('web sockets to a blocked port', () => {
  const browser = use(async () => ({ urls: { allowed: [], blocked: [`localhost:${network.port}`] } }));

  test('are not opened, and told', async () => {
    await browser.navigate(`http://127.0.0.1:${network.port}/`);
    network.hits.length = 0;
    for (const host of ['localhost', 'localhost.'])
      expect(await browser.run(`return ${SOCKET(`ws://${host}:${network.port}/`)}`)).toContain('failed');
    expect(network.hits).toEqual([]);
    expect(await browser.run(`return ${SOCKET(`ws://127.0.0.1:${network.port}/`)}`)).toContain('reached');
    await soon(() =>
      expect(browser.events).toContainEqual(
        expect.objectContaining({ type: 'address-refused', host: `localhost:${network.port}` }),
      ),
    );
  });
});

describe('web sockets that an entry with a scheme or a path stands for', () => {
  const browser = use(async () => ({
    urls: {
      allowed: [],
      blocked: [`ws://localhost:${network.port}`, `127.0.0.1:${network.port}/private*`],
    },
  }));

  test.each(WORKERS)('are not opened in %s', async (_name, within) => {
    await browser.navigate(`http://127.0.0.1:${network.port}/`);
    network.hits.length = 0;
    const sockets = [`ws://localhost:${network.port}/`, `ws://127.0.0.1:${network.port}/private/x`];
    const tried = `return [${sockets.map(SOCKET).join(', ')}].join()`;
    expect(await browser.run(within(tried))).toContain('failed,failed');
    expect(network.hits.filter((hit) => hit.startsWith('socket'))).toEqual([]);
    const open = `return ${SOCKET(`ws://127.0.0.1:${network.port}/open`)}`;
    expect(await browser.run(within(open))).toContain('reached');
  });
});
