/** Servers that ask for a password, or whose certificate nobody trusts: no prompt of the browser's own is ever open. */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BrowserComputerOptions } from '../../../src/computer/browser/browserComputer.ts';
import { selfSigned } from '../../support/selfSigned.ts';
import { type Display, hasDisplay, startDisplay } from './display.ts';
import { type Harness, startHarness } from './harness.ts';
import { startUserBrowser } from './userBrowser.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Asks for a password everywhere but at `/`. */
const plain = createHttpServer((request, response) => {
  response.setHeader('content-type', 'text/html');
  if (request.url === '/')
    response.end('<title>Open</title><a href="/secret" style="font-size: 90px">In</a>');
  else {
    response.setHeader('www-authenticate', `Basic realm="members of ${request.url}"`);
    response.writeHead(401).end('<title>Members only</title>Members only');
  }
});
const secure = createHttpsServer(selfSigned(), (_request, response) => response.end('hello'));
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
const urlOf = (path: string) => `http://127.0.0.1:${portOf(plain)}${path}`;

let display: Display | undefined;

beforeAll(async () => {
  for (const server of [plain, secure])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  if (hasDisplay) display = await startDisplay();
});
afterAll(async () => {
  for (const server of [plain, secure]) {
    server.close();
    server.closeAllConnections();
  }
  await display?.close();
});

const KINDS: Array<readonly [string, () => BrowserComputerOptions | Promise<BrowserComputerOptions>]> = [
  ['a browser without a window', () => ({})],
  [
    'a browser that the user has started',
    async () => {
      const browser = await startUserBrowser('about:blank');
      opened.push(browser);
      return { attachTo: browser.address };
    },
  ],
];
if (hasDisplay)
  KINDS.push([
    'a browser with a window',
    () => ({ isVisible: true, env: { ...process.env, DISPLAY: display?.name } }),
  ]);

const opened: Array<{ close(): Promise<void> }> = [];

describe.each(KINDS)('in %s', (_kind, options) => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await startHarness({
      members: ['javascript_exec'],
      confirm: async () => true,
      ...(await options()),
    });
  });
  afterAll(async () => {
    await harness.close();
    for (const each of opened.splice(0)) await each.close();
  });
  beforeEach(async () => {
    expect(await harness.call('navigate', { url: urlOf('/') })).toMatchObject({ isError: false });
    harness.events.length = 0;
  });

  const told = (path: string) => ({
    type: 'dialog-dismissed',
    kind: 'sign-in',
    message: `${urlOf('').replace(/\/$/, '')}: members of ${path}`,
  });

  test('a page that asks for a password is told as such', async () => {
    const { isError, text } = await harness.call('navigate', { url: urlOf('/page') });
    expect(isError).toBe(true);
    expect(text).toContain('The server asks for a user name and a password');
    expect(text).toContain('members of /page');
    expect(harness.events).toEqual([told('/page')]);
    expect((await harness.call('screenshot')).isError).toBe(false);
  });

  test('a link to one is followed, and the prompt told', async () => {
    const { isError, text } = await harness.call('left_click', {
      target: { type: 'coordinate', x: 50, y: 60 },
    });
    expect(isError).toBe(false);
    expect(text).toMatch(/A sign-in dialog ".*members of \/secret" was dismissed\./);
    expect((await harness.call('get_page_text')).text).toContain('Members only');
  });

  test('a part of a page that asks for one is not waited for', async () => {
    const { text } = await harness.call('javascript_exec', {
      text: `Promise.all([
        fetch('/part').then(({ status }) => status),
        new Promise((done) => { const i = new Image(); i.onerror = () => done('no image'); i.src = '/image'; }),
        new Promise((done) => { const f = document.createElement('iframe'); f.onload = () => done('frame'); f.src = '/frame'; document.body.append(f); }),
        new Promise((done) => { const w = new Worker(URL.createObjectURL(new Blob(["fetch('" + location.origin + "/worker').then((r) => postMessage(r.status))"]))); w.onmessage = (e) => done(e.data); }),
      ]).then((all) => all.join())`,
    });
    expect(text).toContain('401,no image,frame,');
    expect((await harness.call('screenshot')).isError).toBe(false);
  });

  test('a certificate that nobody trusts is told plainly', async () => {
    const { isError, text } = await harness.call('navigate', {
      url: `https://localhost:${portOf(secure)}/`,
    });
    expect(isError).toBe(true);
    expect(text).toMatch(/^The page could not be loaded: the server's certificate is .* \(ERR_CERT_\w+\)\.$/);
    expect((await harness.call('get_page_text')).text).not.toContain('hello');
    expect((await harness.call('screenshot')).isError).toBe(false);
  });
});
