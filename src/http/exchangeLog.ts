/** The HTTP exchange log: one entry per exchange with the API, written once, and only while the log is on. */

import { createHash } from 'node:crypto';
import { ConversationMemory } from './conversationMemory.ts';
import { type Exchange, writeEntry } from './exchangeEntry.ts';
import { secretsOf } from './redact.ts';
import { ResponseReader } from './responseReader.ts';

/** Where entries go: VS Code's output channel has this shape. */
export interface ExchangeLogSink {
  appendLine(text: string): void;
}

/** The log as its owner holds it. */
export interface ExchangeLog {
  /** Asked at the start of each exchange. */
  enabled(): boolean;
  readonly sink: ExchangeLogSink;
}

type Fetch = typeof globalThis.fetch;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Wraps `fetch` so that exchanges are written to `log`.
 *
 * While the log is off, a request goes through as it is. While it is on, the response's bytes pass through as they are
 * taken, one chunk at a time, and are read in passing. Whatever goes wrong in the log never reaches the request.
 */
export function createLoggedFetch(fetch: Fetch, log: ExchangeLog): Fetch {
  const writer = new EntryWriter(log.sink);
  return (input, init) => {
    if (!log.enabled()) return fetch(input, init);
    return exchange(fetch, input, init, writer);
  };
}

async function exchange(
  fetch: Fetch,
  input: Parameters<Fetch>[0],
  init: Parameters<Fetch>[1],
  writer: EntryWriter,
): Promise<Response> {
  const entry = writer.begin(input, init);
  let response: Response;
  try {
    response = await fetch(input, init);
  } catch (error) {
    entry.finish(null, describeError(error));
    throw error;
  }
  entry.responded(response);
  if (response.body === null) {
    entry.finish(null, null);
    return response;
  }
  return withBody(response, watch(response.body, entry));
}

/** Passes a body through, one chunk per pull, and tells `entry` what passed. */
function watch(body: ReadableStream<Uint8Array>, entry: PendingEntry): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            controller.close();
            entry.finish(entry.reader, null);
            return;
          }
          controller.enqueue(value);
          entry.received(value);
        } catch (error) {
          controller.error(error);
          entry.finish(entry.reader, describeError(error));
        }
      },
      async cancel(reason) {
        entry.finish(entry.reader, `the reader stopped (${describeError(reason)})`);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The same response with another body; what the constructor does not take over is set again. */
function withBody(response: Response, body: ReadableStream<Uint8Array>): Response {
  const { status, statusText, headers, url, redirected } = response;
  const copy = new Response(body, { status, statusText, headers });
  Object.defineProperties(copy, { url: { value: url }, redirected: { value: redirected } });
  return copy;
}

/** Makes entries and keeps what they need of earlier ones. */
class EntryWriter {
  readonly #sink: ExchangeLogSink;
  readonly #memory = new ConversationMemory();
  /** Digests of `system` and `tools` as last written. */
  readonly #setup = new Map<string, string>();

  constructor(sink: ExchangeLogSink) {
    this.#sink = sink;
  }

  begin(input: Parameters<Fetch>[0], init: Parameters<Fetch>[1]): PendingEntry {
    return new PendingEntry(this, input, init);
  }

  /** Takes what is new of a request, each thing once. */
  takeRequest(params: Fields | null): Pick<Exchange, 'added' | 'setup'> {
    if (params === null || !Array.isArray(params.messages)) return { added: null, setup: null };
    const thread = params.thread as Fields | null | undefined;
    const previous = typeof thread?.previous_message_id === 'string' ? thread.previous_message_id : null;
    const setup: Record<string, unknown> = {};
    for (const name of ['system', 'tools']) {
      if (params[name] === undefined) continue;
      const digest = createHash('sha256').update(JSON.stringify(params[name])).digest('base64');
      if (this.#setup.get(name) !== digest) setup[name] = params[name];
      this.#setup.set(name, digest);
    }
    return { added: this.#memory.take(params.messages, previous), setup };
  }

  /** Says that an entry was lost; only the error's kind, because its message may quote a secret. */
  complain(error: unknown): void {
    const kind = error instanceof Error ? error.name : typeof error;
    try {
      this.#sink.appendLine(`An exchange could not be written to the log (${kind}).`);
    } catch {
      // The sink itself is broken, and there is nobody else to tell.
    }
  }

  write(exchange: Exchange, secrets: readonly string[]): void {
    const replyId = exchange.response?.messageId;
    if (exchange.added !== null && replyId) this.#memory.answered(exchange.added.point, replyId);
    this.#sink.appendLine(writeEntry(exchange, secrets));
  }
}

/** An exchange under way. Each of its methods is safe to call: errors of the log stay in the log. */
class PendingEntry {
  reader: ResponseReader | null = null;
  readonly #writer: EntryWriter;
  readonly #input: Parameters<Fetch>[0];
  readonly #init: Parameters<Fetch>[1];
  readonly #startedAt = new Date();
  readonly #start = performance.now();
  #firstByteMs: number | null = null;
  #response: Response | null = null;
  #finished = false;

  constructor(writer: EntryWriter, input: Parameters<Fetch>[0], init: Parameters<Fetch>[1]) {
    this.#writer = writer;
    this.#input = input;
    this.#init = init;
  }

  responded(response: Response): void {
    this.#response = response;
    this.reader = new ResponseReader(response.headers.get('content-type'));
  }

  received(chunk: Uint8Array): void {
    this.#firstByteMs ??= performance.now() - this.#start;
    this.#attempt(() => this.reader?.push(chunk));
  }

  /** Writes the entry, once. */
  finish(reader: ResponseReader | null, failure: string | null): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#attempt(() => this.#write(reader, failure));
  }

  /** The log must never break a request. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#writer.complain(error);
    }
  }

  #write(reader: ResponseReader | null, failure: string | null): void {
    const totalMs = performance.now() - this.#start;
    reader?.end();
    const request = this.#input instanceof Request ? this.#input : null;
    const requestHeaders = new Headers(this.#init?.headers ?? request?.headers);
    const body = this.#init?.body;
    const text = typeof body === 'string' ? body : '';
    const params = parseObject(text);
    const exchange: Exchange = {
      startedAt: this.#startedAt,
      method: this.#init?.method ?? request?.method ?? 'GET',
      url: request?.url ?? String(this.#input),
      requestHeaders,
      requestBytes: Buffer.byteLength(text),
      params,
      ...this.#writer.takeRequest(params),
      status: this.#response?.status ?? 0,
      responseHeaders: this.#response?.headers ?? null,
      firstByteMs: this.#firstByteMs,
      totalMs,
      response: reader,
      failure,
    };
    this.#writer.write(exchange, secretsOf(requestHeaders));
  }
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : null;
  } catch {
    // No JSON, no details.
    return null;
  }
}

function describeError(error: unknown): string {
  if (error instanceof Error) {
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return `${error.name}: ${error.message}${cause}`;
  }
  return error === undefined ? 'no reason given' : String(error);
}
