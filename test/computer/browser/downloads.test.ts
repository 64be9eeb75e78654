import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { safeFileName } from '../../../src/computer/browser/fileName.ts';
import { type Harness, startHarness } from './harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NAMES: Readonly<Record<string, string>> = {
  '/plain': 'report.csv',
  '/again': 'report.csv',
  '/out': '../../../escaped.csv',
  '/hidden': '.bashrc',
};

let harness: Harness;
const server = createServer((request, response) => {
  const name = NAMES[request.url ?? ''];
  if (name === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-disposition': `attachment; filename="${name}"` }).end(request.url);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  harness = await startHarness();
});
afterAll(async () => {
  await harness.close();
  server.close();
});

/** Where the model is told that the file is. */
async function download(url: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const { state, isError, text } = await harness.call('navigate', {
    url: `http://127.0.0.1:${port}${url}`,
  });
  expect(isError, text).toBe(false);
  const done = state?.state_changes?.find((change) => change.type === 'download_completed');
  expect(harness.events.at(-1)).toMatchObject({ type: 'download', outcome: 'completed', path: done?.path });
  return done?.path ?? '';
}

test('a complete file is where the model and the user are told, by its name, as long as the session lasts', async () => {
  const files: string[] = [];
  for (const url of Object.keys(NAMES)) {
    const file = await download(url);
    expect(await readFile(file, 'utf8')).toBe(url);
    expect(file.startsWith(harness.tempRoot + path.sep)).toBe(true);
    files.push(file);
  }
  expect(new Set(files).size).toBe(files.length);
  expect(files.map((file) => path.basename(file)).slice(0, 2)).toEqual(['report.csv', 'report.csv']);
  expect(path.basename(files[3] ?? '')).not.toMatch(/^\./);
  await harness.computer.close();
  for (const file of files) await expect(stat(file)).rejects.toThrow();
});

test('whatever a page calls a file, its name is one of a file in that folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (written) => {
      const name = safeFileName(written);
      expect(path.win32.basename(name)).toBe(name);
      expect(path.posix.basename(name)).toBe(name);
      expect(name).not.toMatch(/^[. ]|[. ]$|[\p{Cc}"<>|*?:]|\s\s/u);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name.isWellFormed() && name !== '').toBe(true);
    }),
  );
  expect(safeFileName('Bericht 2026 Ä.csv')).toBe('Bericht 2026 Ä.csv');
  expect(safeFileName(`${'a'.repeat(300)}.csv`)).toMatch(/^a{76}\.csv$/);
  for (const device of ['con', 'NUL.txt', 'com1.csv']) expect(safeFileName(device)).toBe(`_${device}`);
});
