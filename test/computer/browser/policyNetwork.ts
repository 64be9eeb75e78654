/** A server on all of this machine's addresses, which tests of the URL policy try to reach from within pages. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { BrowserComputerOptions } from '../../../src/computer/browser/browserComputer.ts';
import { acceptWebSocket } from '../../support/acceptWebSocket.ts';
import { type Harness, startHarness } from './harness.ts';

export interface Network {
  readonly port: number;
  /** What was asked of it since the test began or last emptied this. */
  readonly hits: string[];
  close(): Promise<void>;
}

/** A network for the tests of a file; it is there from the first test on, and has no hits when one begins. */
export function useNetwork(): Network {
  const network = {} as Network;
  beforeAll(async () => {
    Object.assign(network, await startNetwork());
  });
  afterAll(() => network.close());
  beforeEach(() => {
    network.hits.length = 0;
  });
  return network;
}

/**
 * `/redirect?to=`, `/rules?RULES` (speculation rules), `/with?URL` (fetches it), `/worker.js` (fetches what it is told),
 * `/script?SCRIPT`, web sockets, and a page for the rest.
 */
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
    acceptWebSocket(request, socket);
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

/** Enabled for the tests themselves, to try things from within a page. */
const SCRIPTED: BrowserComputerOptions = { members: ['javascript_exec'], confirm: async () => true };

/** A browser for the tests of a file or group; pages can be told to run scripts. */
export function useBrowser(options: () => BrowserComputerOptions | Promise<BrowserComputerOptions>) {
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

/** A script for `run` that asks for an address, and comes to `reached` or `failed`. */
export const GET = (url: string) =>
  `await fetch(${JSON.stringify(url)}, { mode: 'no-cors' }); return 'reached'`;

/** An expression that asks for a web socket, in a page or a worker, and comes to `reached` or `failed`. */
export const SOCKET = (url: string) =>
  `await new Promise((r) => { const s = new WebSocket('${url}'); s.onopen = () => r('reached'); s.onerror = () => r('failed') })`;
