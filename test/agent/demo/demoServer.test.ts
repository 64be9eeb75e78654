import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { root } from '../../../scripts/lib/paths.mjs';
import { DemoServer } from '../../../src/agent/demo/demoServer.ts';

const PAGE = join(root, 'media', 'demo');

function served(directory = PAGE): DemoServer {
  const server = new DemoServer(directory);
  onTestFinished(() => server.dispose());
  return server;
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

test('sessions that connect at once share one page', async () => {
  const server = served();
  const [first, second] = await Promise.all([server.url(), server.url()]);
  expect(second).toBe(first);
  expect(await server.url()).toBe(first);
  expect(await answers(first)).toBe(true);
});

test('nothing is served any more after it was disposed', async () => {
  const server = served();
  const url = await server.url();
  server.dispose();
  await vi.waitFor(async () => expect(await answers(url)).toBe(false));
  await expect(server.url()).rejects.toThrow('ended');
});

test('disposing it while it starts leaves no server behind', async () => {
  const server = served();
  const starting = server.url();
  server.dispose();
  const url = await starting;
  await vi.waitFor(async () => expect(await answers(url)).toBe(false));
});

test('a page that cannot be served is told, and served once it can be', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'demo-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const server = served(directory);
  await expect(Promise.all([server.url(), server.url()])).rejects.toThrow('ENOENT');
  cpSync(PAGE, directory, { recursive: true });
  expect(await answers(await server.url())).toBe(true);
});
