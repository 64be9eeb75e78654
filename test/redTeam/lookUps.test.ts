/** Programs in sandboxes that ask for names which nobody answers for, to keep the host from looking up its own. */
import { lookup } from 'node:dns/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHostPolicy } from '../../src/base/net/hostPolicy.ts';
import { type HostProxy, listenHostProxy } from '../../src/base/net/hostProxy.ts';

vi.mock('node:dns/promises', () => ({ lookup: vi.fn(() => new Promise(() => undefined)) }));

let folder: string;
const proxies: HostProxy[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'look-ups-'));
});

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A proxy of a sandbox's own that `count` connections ask for a name each. @returns what they were answered, as it comes */
async function asked(name: string, count: number): Promise<string[]> {
  const socket = path.join(folder, name);
  const policy = createHostPolicy(['*']);
  proxies.push(await listenHostProxy({ socket, policy: () => policy, setting: 'hosts' }));
  const answers: string[] = [];
  for (let index = 0; index < count; index++) {
    const client = net.connect(socket, () =>
      client.write(`CONNECT ${name}${index}.test.example:443 HTTP/1.1\r\n\r\n`),
    );
    client.on('data', (bytes) => answers.push(String(bytes))).on('error', () => undefined);
  }
  return answers;
}

test('they have one look-up under way, all sandboxes together, and a bounded number that waits', async () => {
  const answers = await Promise.all(['one', 'two', 'three'].map((name) => asked(name, 100)));
  await vi.waitFor(() => expect(answers.map((of) => of.length)).toEqual([49, 49, 49]), { timeout: 20_000 });
  await delay(0);
  expect(vi.mocked(lookup)).toHaveBeenCalledTimes(1);
  for (const answer of answers.flat()) expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*has to wait/);
});
