import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { debuggingAddress } from '../../../src/computer/browser/attach.ts';
import { startPageServer } from '../../support/pageServer.ts';
import { hasDisplay, startDisplay } from './display.ts';
import { sizeOf, startHarness } from './harness.ts';
import { startUserBrowser } from './userBrowser.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const open: Array<{ close(): Promise<unknown> }> = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

test('a running browser is driven in tabs of its own, and goes on afterwards', async () => {
  const server = await startPageServer();
  open.push(server);
  const own = `${server.url}closing.html?own`;
  const browser = await startUserBrowser(own);
  open.push(browser);
  const harness = await startHarness({
    attachTo: browser.address,
    members: ['javascript_exec'],
    confirm: async () => true,
  });
  open.push(harness);

  const first = await harness.call('navigate', { url: `${server.url}input.html` });
  expect(first).toMatchObject({ isError: false });
  expect(harness.events).toEqual([{ type: 'attached', address: browser.address }]);
  expect(first.state?.tabs.map(({ url }) => url)).toEqual([`${server.url}input.html`]);
  expect(await browser.tabs()).toEqual(expect.arrayContaining([own, `${server.url}input.html`]));

  // What the user opens meanwhile is theirs; what a page of ours opens is ours.
  await browser.openTab(`${server.url}closing.html?later`);
  await harness.call('javascript_exec', { text: `open('/troubles.html'); 'opened'` });
  await vi.waitFor(async () => {
    const { state } = await harness.call('screenshot');
    const urls = state?.tabs.map(({ url }) => url) ?? [];
    expect(urls).toHaveLength(2);
    expect(urls.join()).not.toContain('closing');
  });

  const refused = await harness.call('javascript_exec', {
    text: `fetch('http://10.0.0.1/', { mode: 'no-cors' }).then(() => 'reached', () => 'failed')`,
  });
  expect(refused.text).toContain('failed');
  expect(harness.events).toContainEqual(
    expect.objectContaining({ type: 'address-refused', host: '10.0.0.1' }),
  );

  await harness.computer.close();
  expect(browser.process.exitCode).toBeNull();
  await vi.waitFor(async () =>
    expect((await browser.tabs()).sort()).toEqual([own, `${server.url}closing.html?later`].sort()),
  );
});

test.each(['http://127.0.0.1:1', 'nonsense'])(
  'where nothing listens, as at %s, the user is told how to start it',
  async (attachTo) => {
    const harness = await startHarness({ attachTo });
    open.push(harness);
    expect(await harness.call('screenshot')).toMatchObject({ isError: true });
    expect(harness.events).toMatchObject([
      { type: 'unavailable', help: expect.stringContaining('--remote-debugging-port') },
    ]);
  },
);

test('a browser that answers too late is let go', async () => {
  const browser = await startUserBrowser('about:blank');
  open.push(browser);
  const proxy = await startSlowProxy(Number(new URL(browser.address).port));
  open.push(proxy);
  const harness = await startHarness({ attachTo: proxy.address, limits: { launchMs: 1_500 } });
  open.push(harness);
  const result = harness.call('screenshot');
  await vi.waitFor(() => expect(proxy.sockets.size).toBe(1), { timeout: 10_000 });
  expect(await result).toMatchObject({ isError: true });
  proxy.answer();
  await vi.waitFor(() => expect(proxy.sockets.size).toBe(0), { timeout: 10_000 });
});

/** Before a debugging port: what it answers on a web socket is kept back until `answer()`. */
async function startSlowProxy(port: number) {
  const sockets = new Set<Socket>();
  const answered = Promise.withResolvers<void>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.once('data', (request: Buffer) => {
      const isSocket = /^upgrade: websocket/im.test(request.toString('latin1'));
      upstream.write(request);
      client.pipe(upstream);
      if (!isSocket) {
        upstream.pipe(client);
        return;
      }
      sockets.add(client);
      void answered.promise.then(() => upstream.pipe(client));
    });
    for (const each of [client, upstream])
      each
        .on('error', () => undefined)
        .once('close', () => {
          sockets.delete(client);
          client.destroy();
          upstream.destroy();
        });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    answer: () => answered.resolve(),
    async close() {
      for (const client of sockets) client.destroy();
      server.close();
    },
  };
}

test.each([
  ['http://127.0.0.1:9222', true],
  ['127.0.0.1:9222', true],
  ['localhost:9222', true],
  ['http://[::1]:9222', true],
  ['ws://127.0.0.1:9222/devtools/browser/1', true],
  ['http://192.168.1.5:9222', false],
  ['http://example.com:9222', false],
  ['http://localhost.example.com:9222', false],
  ['http://127.0.0.1@example.com:9222', false],
  ['https://127.0.0.1:9222', false],
  ['file:///etc/passwd', false],
  ['http://0.0.0.0:9222', false],
  ['', false],
])('%j may be attached to: %j', (address, expected) => {
  expect(debuggingAddress(address) !== undefined).toBe(expected);
});

test('a window is shown where there is a display, and done without where there is none', async () => {
  const { PATH, HOME } = process.env;
  const harness = await startHarness({ isVisible: true, platform: 'linux', env: { PATH, HOME } });
  open.push(harness);
  expect(await harness.call('screenshot')).toMatchObject({ isError: false });
  expect(harness.events).toEqual([{ type: 'fallback', cause: 'no-display', detail: '' }]);
});

test.runIf(hasDisplay)('a browser with a window is driven as one without', async () => {
  const server = await startPageServer();
  open.push(server);
  const display = await startDisplay();
  open.push(display);
  const harness = await startHarness({ isVisible: true, env: { ...process.env, DISPLAY: display.name } });
  open.push(harness);
  expect(await harness.call('navigate', { url: `${server.url}input.html` })).toMatchObject({
    isError: false,
  });
  const { image } = await harness.call('screenshot');
  expect(sizeOf(image)).toEqual([1280, 800]);
  expect(harness.events).toEqual([]);
});
