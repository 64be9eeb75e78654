/** A thread that encodes WebP: some tens of ms of computing at a time, which nothing else of the host shall wait for. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import encode, { init } from '@jsquash/webp/encode.js';
import type { WebpAnswer, WebpRequest } from './webp.ts';

/**
 * Quality, of 100, at which small text is still sharp; and effort, the least: more takes three times as long for a fifth
 * less.
 */
const OPTIONS = { quality: 90, method: 0 };

const ready = init({ wasmBinary: readFileSync(workerData as string) });

parentPort?.on('message', async ({ id, width, height, data }: WebpRequest) => {
  const answer = await ready
    .then(() =>
      encode({ width, height, data: new Uint8ClampedArray(data.buffer), colorSpace: 'srgb' }, OPTIONS),
    )
    .then(
      (image): WebpAnswer => ({ id, image: new Uint8Array(image) }),
      (error: unknown): WebpAnswer => ({ id, error: String(error) }),
    );
  parentPort?.postMessage(answer);
});
