/**
 * The only way from a sandbox to the network: a proxy for HTTP (RFC 9110, CONNECT and addresses in absolute form) that
 * listens on a unix socket, so that no other user of the machine reaches it, and connects to hosts of a list.
 *
 * A name is looked up once, and what is connected to is an address that was judged.
 */
import { lookup } from 'node:dns/promises';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import http from 'node:http';
import net, { type LookupFunction } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type Duplex, pipeline } from 'node:stream';
import { O_PATH } from '../openFlags.ts';
import { boundedLookUp, type LookUp, TooManyLookUps } from './boundedLookUp.ts';
import {
  decideHost,
  HOST_REFUSALS,
  type HostDecision,
  type HostPolicy,
  type HostRefusal,
  mayDial,
} from './hostPolicy.ts';

export interface HostProxyOptions {
  /** Where it listens: a path that no file has. */
  readonly socket: string;
  /** As of now. */
  readonly policy: () => HostPolicy;
  /** The setting that lists hosts, for those who read of a refusal. */
  readonly setting: string;
  /** Addresses of a name; asks the system by default. */
  readonly lookUp?: LookUp;
}

export interface HostProxy {
  /** What it has refused since this was called last, in sentences, each host once. */
  takeRefusals(): readonly string[];
  /** Ends it with all that goes through it. Safe to call twice. */
  close(): Promise<void>;
}

/** At the same time, those of all programs together: to the proxy, and from there, which may be as many for one connection. */
const MAX_CONNECTIONS = 128;

/** Listeners of a request on its connection, at most. */
const LISTENERS_OF_EACH = 4;
const CONNECT_LIMIT_MS = 20_000;
/** How long a tunnel may rest. */
const IDLE_LIMIT_MS = 600_000;
/** Hosts in what is told. */
const MAX_REFUSALS = 20;
/** In bytes, of a unix socket (unix(7)); what is longer goes by way of its folder. */
const MAX_SOCKET_PATH = 103;
/** Of a name on the wire (RFC 1035). */
const MAX_NAME = 255;

/** Of one hop only (RFC 9110, 7.6.1), and what is for the proxy. */
const HOP_BY_HOP = [
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'proxy-authenticate'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
];

/** @throws what keeps it from listening */
export async function listenHostProxy(options: HostProxyOptions): Promise<HostProxy> {
  const proxy = new RunningProxy(options);
  await proxy.listen();
  return proxy;
}

/** Its message is a clause for those who asked. */
class Refused extends Error {}

class Busy extends Error {}

class RunningProxy implements HostProxy {
  readonly #options: HostProxyOptions;
  readonly #server: http.Server;
  /** Held while a path by way of it is in use. */
  #folder: FileHandle | undefined;
  readonly #sockets = new Set<Duplex>();
  /** One at a time, so that its names do not stand between another sandbox and the next thread. */
  readonly #lookUp: LookUp;
  /** Hosts that are looked up or connected to. */
  #dialled = 0;
  readonly #refusals = new Map<string, string>();
  /** Names that are being looked up lead nowhere any more. */
  #isClosing = false;

  constructor(options: HostProxyOptions) {
    this.#options = options;
    this.#lookUp = boundedLookUp(options.lookUp ?? lookUpForSandboxes, 1);
    this.#server = http.createServer({ headersTimeout: 20_000, requestTimeout: 0 });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('connection', (socket) => this.#track(socket));
    this.#server.on('connect', (request, socket: Duplex, head: Buffer) => {
      void this.#tunnel(request.url ?? '', socket, head);
    });
    this.#server.on('request', (request, response) => void this.#forward(request, response));
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  async listen(): Promise<void> {
    const { socket } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    if (Buffer.byteLength(socket) <= MAX_SOCKET_PATH) this.#server.listen(socket, resolve);
    else {
      this.#folder = await open(path.dirname(socket), O_PATH | constants.O_DIRECTORY);
      this.#server.listen(`/proc/self/fd/${this.#folder.fd}/${path.basename(socket)}`, resolve);
    }
    await promise.catch(async (error) => {
      await this.#folder?.close();
      throw error;
    });
    this.#server.off('error', reject).on('error', () => undefined); // it accepts no more, which programs see
  }

  takeRefusals(): readonly string[] {
    const told = [...this.#refusals.values()];
    this.#refusals.clear();
    return told;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
    await this.#folder?.close();
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    // Requests that wait on one connection each listen to it, up to as many as there may be.
    socket.setMaxListeners(LISTENERS_OF_EACH * MAX_CONNECTIONS);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined); // its close tells
  }

  async #tunnel(authority: string, client: Duplex, head: Buffer): Promise<void> {
    const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(authority) ?? [];
    try {
      const server = await this.#dial(host.replace(/^\[|\]$/g, ''), Number(port));
      if (client.destroyed) {
        server.destroy();
        return;
      }
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      server.write(head);
      server.setTimeout(IDLE_LIMIT_MS, () => server.destroy());
      pipeline(client, server, () => undefined);
      pipeline(server, client, () => undefined);
    } catch (error) {
      const { status, text } = answerTo(error, authority);
      client.end(
        `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nContent-Type: text/plain\r\nConnection: close\r\n` +
          `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      );
    }
  }

  async #forward(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '');
    if (url?.protocol !== 'http:' || url.hostname === '') {
      response.writeHead(400).end('This is a proxy: it takes whole addresses and CONNECT.\n');
      return;
    }
    try {
      const port = url.port === '' ? 80 : Number(url.port);
      const socket = await this.#dial(url.hostname.replace(/^\[|\]$/g, ''), port);
      const dropped = new Set([
        ...HOP_BY_HOP,
        ...(request.headers.connection ?? '')
          .toLowerCase()
          .split(',')
          .map((name) => name.trim()),
      ]);
      const kept = Object.entries(request.headers).filter(([name]) => !dropped.has(name.toLowerCase()));
      // Not `http.request`: in an extension host that is VS Code's own, which connects by itself.
      const outgoing = new http.ClientRequest({
        method: request.method ?? 'GET',
        path: url.pathname + url.search,
        // The address decides which host is meant, not what the program says of it besides.
        headers: {
          ...Object.fromEntries(kept),
          ...(request.headers['transfer-encoding'] && { 'transfer-encoding': 'chunked' }),
          ...{ host: url.host, connection: 'close' },
        },
        createConnection: () => socket,
      });
      outgoing.on('response', (answer) => {
        const headers = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
        response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers));
        pipeline(answer, response, () => undefined);
      });
      outgoing.on('error', () => response.destroy());
      pipeline(request, outgoing, () => undefined);
      response.once('close', () => outgoing.destroy());
    } catch (error) {
      const { status, text } = answerTo(error, url.host);
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(text);
    }
  }

  /** @throws Refused; what keeps it from connecting */
  async #dial(name: string, port: number): Promise<net.Socket> {
    const policy = this.#options.policy();
    const decision =
      name.length > MAX_NAME || port < 1 || port > 65_535
        ? ({ isAllowed: false, reason: 'not-listed' } as const)
        : decideHost(policy, name, port);
    if (!decision.isAllowed) throw this.#refused(name, port, decision.reason);
    if (this.#dialled >= MAX_CONNECTIONS) throw new Busy();
    this.#dialled += 1;
    try {
      const socket = await this.#lookUpAndConnect(policy, decision, name, port);
      socket.once('close', () => (this.#dialled -= 1));
      return socket;
    } catch (error) {
      this.#dialled -= 1;
      throw error;
    }
  }

  async #lookUpAndConnect(
    policy: HostPolicy,
    decision: Extract<HostDecision, { isAllowed: true }>,
    name: string,
    port: number,
  ): Promise<net.Socket> {
    const own = ownAddresses();
    const found = await this.#lookUp(decision.host).catch((error: unknown) => {
      if (error instanceof TooManyLookUps) throw new Busy();
      return [];
    });
    if (this.#isClosing) throw new Busy();
    const judged = found.filter((address) => mayDial(policy, decision, address, port, own));
    if (judged.length === 0)
      throw this.#refused(name, port, found.length === 0 ? 'unknown-name' : 'leads-to-private');
    return this.#connect(decision.host, port, judged);
  }

  async #connect(host: string, port: number, addresses: readonly string[]): Promise<net.Socket> {
    const socket = net.connect({ host, port, lookup: answering(addresses), autoSelectFamily: true });
    this.#track(socket);
    socket.setTimeout(CONNECT_LIMIT_MS, () => socket.destroy(new Error('It does not answer.')));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('connect', resolve).once('error', reject).once('close', reject);
    await promise;
    socket.setTimeout(0);
    return socket;
  }

  #refused(name: string, port: number, reason: HostRefusal): Refused {
    const host = `${name.slice(0, MAX_NAME)}:${port}`;
    const hint = reason === 'unknown-name' ? '' : ` (setting ${this.#options.setting})`;
    const text = `${HOST_REFUSALS[reason]}${hint}`;
    if (this.#refusals.size < MAX_REFUSALS || this.#refusals.has(host))
      this.#refusals.set(host, `The network of the sandbox refused ${host}: ${text}.`);
    return new Refused(text);
  }
}

function answerTo(error: unknown, target: string): { readonly status: number; readonly text: string } {
  if (error instanceof Refused)
    return { status: 403, text: `The network of the sandbox refused ${target}: ${error.message}.\n` };
  if (error instanceof Busy)
    return {
      status: 503,
      text: `There are ${MAX_CONNECTIONS} connections already, or many names to look up; ${target} has to wait.\n`,
    };
  return { status: 502, text: `${target} cannot be connected to.\n` };
}

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

/** Of all sandboxes together: names that nobody answers for leave this process, which has two threads for them, one. */
const lookUpForSandboxes = boundedLookUp(addressesOf, 1);

function ownAddresses(): ReadonlySet<string> {
  return new Set(
    Object.values(os.networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address)),
  );
}

/** Gives what was looked up before, whatever is asked for. */
function answering(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: net.isIP(address) }));
  return (_name, options, callback) => {
    const [first] = all;
    if (options.all) callback(null, all);
    else callback(null, first?.address ?? '', first?.family ?? 0);
  };
}
