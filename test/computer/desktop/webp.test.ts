/** The encoder as it is in the package: a script and its WebAssembly beside the bundle. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { bundles } from '../../../esbuild.mjs';
import { readImageInfo } from '../../../src/base/imageInfo.ts';
import type { WebpAnswer } from '../../../src/computer/desktop/webp.ts';

test('the bundled encoder works where there are no packages', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'webp-test-'));
  try {
    await build({ ...bundles({ production: true }).webp, outdir: folder, plugins: [] });
    const script = pathToFileURL(join(folder, 'webp-worker.js'));
    const worker = new Worker(script, { workerData: join(folder, 'webp.wasm') });
    const answer = await new Promise<WebpAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.postMessage({ id: 7, width: 40, height: 30, data: new Uint8Array(40 * 30 * 4).fill(99) });
    });
    await worker.terminate();
    if (!('image' in answer)) throw new Error(answer.error);
    expect(readImageInfo(answer.image)).toEqual({ mediaType: 'image/webp', width: 40, height: 30 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
