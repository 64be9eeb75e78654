/** The proxy, spoken to by its socket. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHostPolicy } from '../../../src/base/net/hostPolicy.ts';
import { type HostProxy, listenHostProxy } from '../../../src/base/net/hostProxy.ts';

let folder: string;
let socket: string;
let proxy: HostProxy;
let server: http.Server;
let port: number;
let seen: http.IncomingMessage | undefined;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'proxy-test-'));
  socket = path.join(folder, 'proxy.sock');
  server = http.createServer((request, response) => {
    seen = request;
    request.resume().on('end', () => response.end('hello'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as net.AddressInfo).port;
  const policy = createHostPolicy([`localhost:${port}`]);
  proxy = await listenHostProxy({
    socket,
    policy: () => policy,
    setting: 'hosts',
    lookUp: async () => ['127.0.0.1'],
  });
});

afterEach(async () => {
  await proxy.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends `text` and gives all that comes back. */
async function said(text: string): Promise<string> {
  const client = net.connect(socket);
  client.write(text);
  let answer = '';
  for await (const bytes of client) answer += bytes;
  return answer;
}

test("requests go past `http.request`, which is another's in an extension host", async () => {
  const request = vi.spyOn(http, 'request').mockImplementation(() => {
    throw new Error('Not this one.');
  });
  const answer = await said(`GET http://localhost:${port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*hello/);
  expect(request).not.toHaveBeenCalled();
  request.mockRestore();
});

test('a name that is still looked up when the sandbox ends leads nowhere', async () => {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const policy = createHostPolicy([`localhost:${port}`]);
  let asked = 0;
  const lookUp = () => {
    asked += 1;
    return promise;
  };
  const other = path.join(folder, 'other.sock');
  const ending = await listenHostProxy({ socket: other, policy: () => policy, setting: 'hosts', lookUp });
  const client = net.connect(other, () => client.write(`CONNECT localhost:${port} HTTP/1.1\r\n\r\n`));
  client.on('error', () => undefined);
  await expect.poll(() => asked).toBe(1);
  const connect = vi.spyOn(net, 'connect');
  await ending.close();
  resolve(['127.0.0.1']);
  await new Promise((done) => setImmediate(done));
  expect(connect).not.toHaveBeenCalled();
  connect.mockRestore();
});

test('a request goes to the host of its address, without what is for the proxy alone', async () => {
  const answer = await said(
    `POST http://localhost:${port}/a?b HTTP/1.1\r\nHost: evil.test\r\nProxy-Authorization: secret\r\n` +
      'X-Kept: yes\r\nX-Dropped: no\r\nConnection: close, X-Dropped\r\nContent-Length: 2\r\n\r\nhi',
  );
  expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*hello/);
  expect(seen?.url).toBe('/a?b');
  expect(seen?.headers).toMatchObject({ host: `localhost:${port}`, 'x-kept': 'yes' });
  expect(Object.keys(seen?.headers ?? {})).not.toEqual(expect.arrayContaining(['proxy-authorization']));
  expect(seen?.headers['x-dropped']).toBeUndefined();
});

test.each([
  ['GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 400/],
  ['GET ftp://localhost/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 400/],
  ['CONNECT localhost HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 403/],
  [
    'CONNECT evil.test:443 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    /^HTTP\/1.1 403[\s\S]*refused evil\.test:443/,
  ],
  ['CONNECT [::1]:443 HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1.1 403/],
])('what it does not take is told: %j', async (text, told) => {
  expect(await said(text)).toMatch(told);
});

test('a body in chunks arrives as one, whatever the method', async () => {
  const bodies: string[] = [];
  server.prependListener('request', (request) => request.on('data', (bytes) => bodies.push(String(bytes))));
  for (const method of ['GET', 'DELETE', 'POST']) {
    const answer = await said(
      `${method} http://localhost:${port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
        'Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/);
  }
  expect(bodies).toEqual(['hi', 'hi', 'hi']);
});

test('connects no more often at a time than it may, also for requests of one connection', async () => {
  let arrived = 0;
  const silent = (request: http.IncomingMessage) => {
    arrived += 1;
    request.socket.on('error', () => undefined);
  };
  server.removeAllListeners('request').on('request', silent);
  const client = net.connect(socket).on('error', () => undefined);
  const request = `GET http://localhost:${port}/ HTTP/1.1\r\nHost: x\r\n\r\n`;
  client.resume().write(request.repeat(300));
  await expect.poll(() => arrived).toBe(128);
  expect(await said(`CONNECT localhost:${port} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1.1 503/);
  client.destroy();
  const first = async () => {
    const tunnel = net.connect(socket);
    tunnel.write(`CONNECT localhost:${port} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [bytes] = await once(tunnel, 'data');
    tunnel.destroy();
    return String(bytes);
  };
  await expect.poll(first).toMatch(/^HTTP\/1.1 200/);
});

test('refusals are told once each, and no more than some', async () => {
  for (let round = 0; round < 30; round++)
    await said(`CONNECT h${round}.test:443 HTTP/1.1\r\nHost: x\r\n\r\n`);
  await said('CONNECT h1.test:443 HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(proxy.takeRefusals()).toHaveLength(20);
  expect(proxy.takeRefusals()).toEqual([]);
});

test('a host that sends more than is read is not read any further', async () => {
  let sent = 0;
  const flood = net.createServer((client) => {
    const chunk = Buffer.alloc(65_536);
    const more = () => {
      while (client.writable && client.write(chunk)) sent += chunk.length;
    };
    client.on('drain', more).on('error', () => undefined);
    more();
  });
  await new Promise<void>((resolve) => flood.listen(port + 1, '127.0.0.1', resolve));
  const policy = createHostPolicy([`localhost:${port + 1}`]);
  const other = path.join(folder, 'other.sock');
  const own = await listenHostProxy({
    socket: other,
    policy: () => policy,
    setting: 'hosts',
    lookUp: async () => ['127.0.0.1'],
  });
  const client = net.connect(other);
  client.write(`CONNECT localhost:${port + 1} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await new Promise<void>((resolve) => client.once('data', () => resolve()));
  client.pause();
  // Until it stands still.
  for (let before = -1; before !== sent; ) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(sent).toBeLessThan(32 * 1_048_576);
  client.destroy();
  await own.close();
  await new Promise<void>((resolve) => flood.close(() => resolve()));
});

test('closing it ends what goes through', async () => {
  const client = net.connect(socket);
  client.write(`CONNECT localhost:${port} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await new Promise<void>((resolve) => client.once('data', () => resolve()));
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.on('error', () => undefined).resume();
  await proxy.close();
  await ended;
});
