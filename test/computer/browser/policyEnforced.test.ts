/**
 * The URL policy against pages that try to get around it. 127.0.0.7 stands for a private network, and whatever reaches the
 * server has got through.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { soon } from './browsing.ts';
import { GET, SOCKET, useBrowser, useNetwork } from './policyNetwork.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Linux answers on all of 127.0.0.0/8. */
const onLinux = describe.runIf(process.platform === 'linux');

const network = useNetwork();
const secret = (file = '') => `http://127.0.0.7:${network.port}/${file}`;

onLinux('private addresses', () => {
  const browser = useBrowser(() => ({}));

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
    ['a web socket', () => `return ${SOCKET(`ws://127.0.0.7:${network.port}/`)}`],
    [
      'a web socket in a worker',
      () =>
        `const w = new Worker(URL.createObjectURL(new Blob(["const s = new WebSocket('ws://127.0.0.7:${network.port}/'); s.onopen = () => postMessage('reached'); s.onerror = () => postMessage('failed')"]))); return await new Promise((r) => { w.onmessage = (e) => r(e.data) })`,
    ],
    [
      'a web socket by another spelling',
      () => `return ${SOCKET(`ws://[::ffff:127.0.0.7]:${network.port}/`)}`,
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
  const browser = useBrowser(() => ({}));

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
  const browser = useBrowser(() => ({}));

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
