/** The requests of a tab's pages since the model read them last, for `read_network`. No headers, no bodies. */
import type { CDPSession, Protocol } from 'puppeteer-core';
import { cut } from '../cut.ts';
import { Ring } from './ring.ts';

const MAX_ENTRIES = 500;

/** Requests under way that are followed; beyond it the oldest are forgotten. */
const MAX_PENDING = 500;

/** Of an address, in characters. A `data:` address holds a whole file. */
const MAX_ADDRESS = 500;

/** One request; times are in seconds of the browser's own clock. */
interface Request {
  readonly method: string;
  readonly url: string;
  readonly kind: string;
  readonly since: number;
  status?: number;
  mimeType?: string;
  isCached?: boolean;
}

export class NetworkLog {
  readonly #entries = new Ring<string>(MAX_ENTRIES);
  readonly #pending = new Map<string, Request>();

  /** Listens to a page's or a frame's session, whose network events are on. */
  follow(session: CDPSession): void {
    session.on('Network.requestWillBeSent', (event) => this.#onRequest(event));
    session.on('Network.requestServedFromCache', ({ requestId }) => {
      const request = this.#pending.get(requestId);
      if (request !== undefined) request.isCached = true;
    });
    session.on('Network.responseReceived', ({ requestId, response }) => {
      const request = this.#pending.get(requestId);
      if (request !== undefined) answered(request, response);
    });
    session.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) =>
      this.#end(requestId, timestamp, sizeOf(encodedDataLength)),
    );
    session.on('Network.loadingFailed', (event) => {
      const why = event.blockedReason ?? event.corsErrorStatus?.corsError ?? event.errorText;
      this.#end(event.requestId, event.timestamp, `failed: ${event.canceled ? 'cancelled' : why}`);
    });
  }

  /** Those ended since the last call, oldest first, then those under way; one a line. */
  drain(): string {
    const lines = this.#entries.drain();
    for (const request of this.#pending.values()) lines.push(`${lineOf(request)} pending`);
    return lines.join('\n');
  }

  #onRequest(event: Protocol.Network.RequestWillBeSentEvent): void {
    const { requestId, request, redirectResponse, timestamp } = event;
    const before = this.#pending.get(requestId);
    if (before !== undefined && redirectResponse !== undefined) {
      answered(before, redirectResponse);
      this.#end(requestId, timestamp, 'redirected');
    }
    // What the browser loads for itself, such as its viewer of PDFs, is not the page's.
    if (/^(chrome|edge)/.test(request.url)) return;
    this.#pending.set(requestId, {
      method: cut(request.method, 20),
      url: cut(request.url, MAX_ADDRESS),
      kind: event.type ?? 'Other',
      since: timestamp,
    });
    if (this.#pending.size <= MAX_PENDING) return;
    const [oldest] = this.#pending.keys();
    if (oldest !== undefined) this.#pending.delete(oldest);
  }

  #end(requestId: string, timestamp: number, outcome: string): void {
    const request = this.#pending.get(requestId);
    if (request === undefined) return;
    this.#pending.delete(requestId);
    const ms = Math.max(0, Math.round((timestamp - request.since) * 1000));
    this.#entries.add(`${lineOf(request)} ${ms} ms ${outcome}`);
  }
}

function answered(request: Request, response: Protocol.Network.Response): void {
  request.status = response.status;
  request.mimeType = cut(response.mimeType, 80);
  if (response.fromDiskCache === true) request.isCached = true;
}

/** `GET https://example.com/ Document 200 text/html (cached)` */
function lineOf({ method, url, kind, status, mimeType, isCached }: Request): string {
  const parts = [method, url, kind, status, mimeType, isCached ? '(cached)' : undefined];
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

function sizeOf(bytes: number): string {
  return bytes < 1_000 ? `${Math.round(bytes)} B` : `${(bytes / 1_000).toFixed(1)} kB`;
}
