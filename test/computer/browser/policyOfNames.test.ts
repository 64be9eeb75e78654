/** The URL policy against names that lead elsewhere than they say, and the user's lists of names. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findBrowser, isProgram } from '../../../src/computer/browser/findBrowser.ts';
import { type PageServer, startPageServer } from '../../support/pageServer.ts';
import { soon } from './browsing.ts';
import { GET, SOCKET, useBrowser, useNetwork } from './policyNetwork.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Linux answers on all of 127.0.0.0/8. */
const onLinux = describe.runIf(process.platform === 'linux');

const network = useNetwork();
let server: PageServer;
let folder: string;

beforeAll(async () => {
  server = await startPageServer();
  folder = await mkdtemp(path.join(os.tmpdir(), 'policy-test-'));
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
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

onLinux('names that lead to private addresses', () => {
  const rules = 'MAP rebind.test 127.0.0.1,MAP opened.test 127.0.0.1,MAP public.test 127.0.0.1';
  const browser = useBrowser(async () => ({
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
  const browser = useBrowser(async () => ({
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
    const socket = `return ${SOCKET(`ws://rebind.test:${network.port}/`)}`;
    expect(await browser.run(socket)).toContain('failed');
    expect(network.hits).toEqual([]);
  });
});

onLinux('lists', () => {
  const browser = useBrowser(async () => ({
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
    expect(await browser.navigate(`http://127.0.0.7:${network.port}/`)).toMatchObject({ isError: false });
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
