/** The URL policy against web sockets, which a page opens from wherever it can run a script. */
import { describe, expect, test, vi } from 'vitest';
import { soon } from './browsing.ts';
import { SOCKET, useBrowser, useNetwork } from './policyNetwork.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const network = useNetwork();

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

describe('web sockets to a blocked host', () => {
  const browser = useBrowser(async () => ({ urls: { allowed: [], blocked: ['localhost'] } }));

  test.each(['localhost', 'localhost.'])('are not opened by the name %s', async (host) => {
    await browser.navigate(`http://127.0.0.1:${network.port}/`);
    network.hits.length = 0;
    const opened = `return ${SOCKET(`ws://${host}:${network.port}/`)}`;
    expect(await browser.run(opened)).toContain('failed');
    expect(network.hits.filter((hit) => hit.startsWith('socket'))).toEqual([]);
  });
});

describe('web sockets to a blocked port', () => {
  const browser = useBrowser(async () => ({ urls: { allowed: [], blocked: [`localhost:${network.port}`] } }));

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
  const browser = useBrowser(async () => ({
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
