import { EventEmitter } from 'node:events';
import type { CDPSession, Protocol } from 'puppeteer-core';
import { expect, test, vi } from 'vitest';
import {
  type Refusal,
  RequestGuard,
  type RequestGuardOptions,
} from '../../../src/computer/browser/requestGuard.ts';
import { createUrlPolicy } from '../../../src/computer/browser/urlPolicy.ts';

/** As much of a session as the guard uses: what it was told, and a way to have events come from it. */
class FakeSession extends EventEmitter {
  readonly sent: Array<{ method: string; params: Record<string, unknown> }> = [];

  send(method: string, params: Record<string, unknown> = {}): Promise<void> {
    this.sent.push({ method, params });
    return method === 'Fetch.continueRequest' ? Promise.reject(new Error('Gone.')) : Promise.resolve();
  }

  /** Has a request held, and waits for what becomes of it. */
  async hold(url: string, more: Record<string, unknown> = {}): Promise<string> {
    const requestId = String(this.sent.length);
    this.emit('Fetch.requestPaused', {
      requestId,
      request: { url },
      resourceType: 'Document',
      frameId: 'f',
      ...more,
    });
    return vi.waitFor(() => {
      const answer = this.sent.find(({ params }) => params.requestId === requestId);
      if (answer === undefined) throw new Error('Held still.');
      return answer.method;
    });
  }
}

async function guarded(options: Partial<RequestGuardOptions> = {}) {
  const session = new FakeSession();
  const refusals: Refusal[] = [];
  const guard = new RequestGuard({
    policy: createUrlPolicy({ allowed: ['*', '*.corp.test'], blocked: [] }),
    isShared: false,
    onRefused: (refusal) => refusals.push(refusal),
    onAuthCancelled: () => undefined,
    lookUp: undefined,
    ...options,
  });
  await guard.enable(session as unknown as CDPSession);
  return { session, refusals, guard };
}

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'private.test': ['93.184.215.14', '10.0.0.5'],
  'loopback.test': ['::1'],
  'public.test': ['93.184.215.14', '64:ff9b::5db8:d70e'],
  'wiki.corp.test': ['10.0.0.6'],
};

test('a document is asked for only where its name leads to no private address', async () => {
  const asked: string[] = [];
  const { session, refusals } = await guarded({
    lookUp: async (host) => {
      asked.push(host);
      const addresses = ADDRESSES[host];
      if (addresses === undefined) throw new Error('ENOTFOUND');
      return addresses;
    },
  });
  expect(await session.hold('http://private.test/')).toBe('Fetch.failRequest');
  expect(await session.hold('http://loopback.test/')).toBe('Fetch.failRequest');
  expect(await session.hold('http://public.test/')).toBe('Fetch.continueRequest');
  expect(await session.hold('http://unknown.test/')).toBe('Fetch.continueRequest');
  // Nothing to look up: opened by the user, this machine, an address, a part of a page.
  expect(await session.hold('http://wiki.corp.test/')).toBe('Fetch.continueRequest');
  expect(await session.hold('http://localhost/')).toBe('Fetch.continueRequest');
  expect(await session.hold('http://93.184.215.14/')).toBe('Fetch.continueRequest');
  expect(await session.hold('http://private.test/a.js', { resourceType: 'Script' })).toBe(
    'Fetch.continueRequest',
  );
  expect(asked).toEqual(['private.test', 'loopback.test', 'public.test', 'unknown.test']);
  expect(refusals).toEqual([
    { host: 'private.test', reason: 'private', documentOf: 'f' },
    { host: 'loopback.test', reason: 'private', documentOf: 'f' },
  ]);
});

test('a name server that does not answer holds nothing up for good', async () => {
  vi.useFakeTimers();
  try {
    const { session } = await guarded({ lookUp: () => new Promise(() => undefined) });
    const held = session.hold('http://slow.test/');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await held).toBe('Fetch.continueRequest');
  } finally {
    vi.useRealTimers();
  }
});

test('where a document came from decides when it arrives', async () => {
  const { session, guard } = await guarded();
  await Promise.all(guard.observe(session as unknown as CDPSession, 'page', () => undefined));
  const arrive = (url: string, resourceIPAddressSpace: string) => {
    const networkId = `${url} ${resourceIPAddressSpace}`;
    session.emit('Network.responseReceivedExtraInfo', { requestId: networkId, resourceIPAddressSpace });
    return session.hold(url, { networkId, responseStatusCode: 200 });
  };
  expect(await arrive('http://any.test/', 'Public')).toBe('Fetch.continueRequest');
  expect(await arrive('http://any.test/', 'Unknown')).toBe('Fetch.continueRequest');
  for (const space of ['Local', 'Private', 'Loopback'])
    expect(await arrive('http://any.test/', space), space).toBe('Fetch.failRequest');
  expect(await arrive('http://localhost:3000/', 'Loopback')).toBe('Fetch.continueRequest');
  expect(await arrive('http://wiki.corp.test/', 'Local')).toBe('Fetch.continueRequest');
});

test('a part that came from a private address ends its page, a redirect that passed through none', async () => {
  const { session, guard, refusals } = await guarded();
  const end = vi.fn();
  await Promise.all(guard.observe(session as unknown as CDPSession, 'page', end));
  const receive = (requestId: string, url: string, ...spaces: string[]) => {
    for (const resourceIPAddressSpace of spaces)
      session.emit('Network.responseReceivedExtraInfo', { requestId, resourceIPAddressSpace });
    session.emit('Network.responseReceived', { requestId, response: { url } });
  };
  receive('1', 'https://any.test/a.js', 'Public');
  receive('2', 'https://any.test/b.js', 'Loopback', 'Public');
  receive('3', 'http://localhost:3000/c.js', 'Loopback');
  expect(end).not.toHaveBeenCalled();
  receive('4', 'https://any.test/d.js', 'Local');
  expect(end).toHaveBeenCalledOnce();
  expect(refusals).toEqual([{ host: 'any.test', reason: 'private', documentOf: 'page' }]);
});

test('what the user has blocked is told as that, also where it came from a private address', async () => {
  const policy = createUrlPolicy({ allowed: [], blocked: ['ads.test'] });
  const { session, guard, refusals } = await guarded({ policy });
  await Promise.all(guard.observe(session as unknown as CDPSession, 'page', () => undefined));
  const came = { requestId: '1', resourceIPAddressSpace: 'Local' };
  session.emit('Network.responseReceivedExtraInfo', came);
  session.emit('Network.responseReceived', { requestId: '1', response: { url: 'http://ads.test/a.js' } });
  session.emit('Network.responseReceivedExtraInfo', came);
  await session.hold('http://ads.test/', { networkId: '1', responseStatusCode: 200 });
  expect(refusals).toEqual([
    { host: 'ads.test', reason: 'blocked', documentOf: 'page' },
    { host: 'ads.test', reason: 'blocked', documentOf: 'f' },
  ]);
});

test('a web socket that gets through ends its page; one that was kept from its address is told', async () => {
  const { session, guard, refusals } = await guarded({ isShared: true });
  const end = vi.fn();
  await Promise.all(guard.observe(session as unknown as CDPSession, 'page', end));
  const open = (requestId: string, url: string) => {
    session.emit('Network.webSocketCreated', { requestId, url });
    return () => session.emit('Network.webSocketHandshakeResponseReceived', { requestId });
  };
  open('1', 'wss://any.test/')();
  const answered = open('2', 'ws://10.0.0.1:81/');
  session.emit('Network.webSocketClosed', { requestId: '2' });
  answered();
  expect(end).not.toHaveBeenCalled();
  expect(refusals).toEqual([]);
  open('3', `wss://refused.invalid:1/?url=${encodeURIComponent('ws://10.0.0.2/')}`);
  expect(refusals).toEqual([{ host: '10.0.0.2', reason: 'private', documentOf: undefined }]);
  expect(end).not.toHaveBeenCalled();
  open('4', 'ws://10.0.0.1:82/')();
  expect(end).toHaveBeenCalledOnce();
  expect(refusals.at(-1)).toEqual({ host: '10.0.0.1:82', reason: 'private', documentOf: 'page' });
});

test('a script is in pages and workers only where the rules of the browser’s resolver do not suffice', async () => {
  const scripts = async (allowed: string[], blocked: string[], isShared = false) => {
    const { session, guard } = await guarded({ policy: createUrlPolicy({ allowed, blocked }), isShared });
    session.sent.length = 0;
    await Promise.all(guard.observe(session as unknown as CDPSession, 'page', () => undefined));
    const info = { type: 'worker', title: '' } as Protocol.Target.TargetInfo;
    await Promise.all(guard.observeWorker(session as unknown as CDPSession, info, 'page') ?? []);
    return session.sent.map(({ method }) => method).filter((method) => /Script|evaluate/.test(method));
  };
  const both = ['Page.addScriptToEvaluateOnNewDocument', 'Runtime.evaluate'];
  expect(await scripts([], [])).toEqual([]);
  expect(await scripts(['*.example.com'], [])).toEqual([]);
  expect(await scripts([], ['*.ads.test', 'localhost'])).toEqual([]);
  expect(await scripts([], ['localhost:9999'])).toEqual(both);
  expect(await scripts(['https://*'], [])).toEqual(both);
  expect(await scripts(['*.corp.test'], ['db.corp.test'])).toEqual(both);
  expect(await scripts([], [], true)).toEqual(both);
});
