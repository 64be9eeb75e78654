/** A Messages API that streams one long answer at an even pace and notes when it sent what. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { MessagesEndpoint } from '../../../src/agent/demo/endpoint.ts';
import { composeMessage, encodeEvent, streamEvents } from '../../../src/agent/demo/sse.ts';

/** Characters of one delta: about a token. */
const DELTA_CHARACTERS = 4;
/** Deltas from one mark to the next. */
const DELTAS_PER_MARK = 20;
const WORDS = [' the', ' row', ' was', ' set', ' and', ' its', ' sum', ' new', ' for', ' all'];

export interface PacedApi {
  readonly url: string;
  /** When the mark of each number was sent, ms since the epoch. */
  readonly sent: readonly number[];
  /** Deltas a second, as they really went out. */
  readonly rate: number;
  close(): Promise<void>;
}

/**
 * Answers every prompt with `deltas` deltas, `perSecond` of them a second. Every twentieth is a mark, `~` with its
 * number in base 36, by which one can tell in the webview what has arrived.
 */
export async function startPacedApi(deltas: number, perSecond: number): Promise<PacedApi> {
  const endpoint = new MessagesEndpoint(8);
  const text = markedMarkdown(deltas);
  const sent: number[] = [];
  let rate = Number.NaN;

  const stream = async (request: IncomingMessage, response: ServerResponse) => {
    const body = (await request.toArray()).join('');
    const headers = new Headers(request.headers as Record<string, string>);
    const { method = '', url: path = '' } = request;
    const accepted = endpoint.accept({ method, path, headers, body }, 'req_bench');
    if (accepted.type === 'failure') {
      response.writeHead(accepted.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(accepted.body));
      return;
    }
    const message = composeMessage({ blocks: [{ type: 'text', text }] }, accepted.model, body.length);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_bench' });
    const start = performance.now();
    let count = 0;
    for (const event of streamEvents(message, DELTA_CHARACTERS)) {
      if (event.type === 'content_block_delta') {
        while ((performance.now() - start) * perSecond < count * 1_000) await delay(1);
        count += 1;
        if (count % DELTAS_PER_MARK === 0) sent.push(Date.now());
      }
      if (response.destroyed) return;
      response.write(encodeEvent(event));
    }
    rate = (count / (performance.now() - start)) * 1_000;
    accepted.commit(message);
    response.end();
  };

  const server = createServer((request, response) => {
    stream(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    get rate() {
      return rate;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Paragraphs, lists and code, made of pieces of four characters so that no mark is cut in two. */
function markedMarkdown(deltas: number): string {
  return Array.from({ length: deltas }, (_, at) => {
    const inMark = at % DELTAS_PER_MARK;
    if (inMark === DELTAS_PER_MARK - 1) {
      return `~${Math.floor(at / DELTAS_PER_MARK)
        .toString(36)
        .padStart(3, '0')}`;
    }
    return structure(Math.floor(at / 100) % 4, at % 100) ?? WORDS[at % WORDS.length] ?? ' and';
  }).join('');
}

/** What begins a block or a line, at a place in a block of 100 pieces; two blocks are prose, one a list, one code. */
function structure(block: number, at: number): string | undefined {
  if (block === 3) {
    if (at === 0 || at === 98) return '\n```';
    return at === 1 || at % 10 === 0 ? '\nlet' : undefined;
  }
  if (block === 2) return at % DELTAS_PER_MARK === 0 ? '\n- a' : undefined;
  return at === 0 ? '\n\nSo' : undefined;
}
