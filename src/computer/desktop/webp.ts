/** WebP (RFC 9649), lossy, by libwebp in a thread of its own. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Pixels } from './connection.ts';

export interface WebpRequest {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  /** 4 bytes a pixel, in memory of their own, which the worker takes over. */
  readonly data: Uint8Array<ArrayBuffer>;
}

export type WebpAnswer =
  | { readonly id: number; readonly image: Uint8Array }
  | { readonly id: number; readonly error: string };

/** A thread with nothing to do for so long is ended, ms. It holds some ten MB. */
const IDLE_MS = 30_000;

let latestId = 0;
let thread: WebpThread | undefined;

/** The picture is taken at the call. @throws what keeps the encoder from running */
export function encodeWebp({ width, height, data }: Pixels): Promise<Uint8Array> {
  thread ??= new WebpThread(() => {
    thread = undefined;
  });
  latestId += 1;
  return thread.encode({ id: latestId, width, height, data: new Uint8Array(data) });
}

class WebpThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  #idle: NodeJS.Timeout | undefined;

  constructor(onEnd: () => void) {
    const { script, wasm } = placesOf();
    this.#worker = new Worker(script, { workerData: wasm });
    this.#worker.on('message', (answer: WebpAnswer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => {
      onEnd();
      this.#end(new Error('The encoder of WebP ended.'));
    });
    this.#setIdle();
  }

  encode(request: WebpRequest): Promise<Uint8Array> {
    const result = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(request.id, result);
    clearTimeout(this.#idle);
    this.#worker.ref();
    this.#worker.postMessage(request, [request.data.buffer]);
    return result.promise;
  }

  #answered(answer: WebpAnswer): void {
    const result = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('image' in answer) result?.resolve(answer.image);
    else result?.reject(new Error(answer.error));
    if (this.#waiting.size === 0) this.#setIdle();
  }

  /** Without work it keeps no process from ending. */
  #setIdle(): void {
    this.#worker.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#worker.terminate(), IDLE_MS).unref();
  }

  #end(error: Error): void {
    clearTimeout(this.#idle);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** In the package both are files beside the bundle's folder of chunks; run from its sources, this is a source itself. */
function placesOf(): { readonly script: URL; readonly wasm: string } {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) {
    const wasm = fileURLToPath(new URL('../webp.wasm', here));
    return { script: new URL('../webp-worker.js', here), wasm };
  }
  const wasm = createRequire(here).resolve('@jsquash/webp/codec/enc/webp_enc_simd.wasm');
  return { script: new URL('./webpWorker.ts', here), wasm };
}
