/** The Messages API on this machine, scripted per test. It speaks the real wire and validates every request. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import {
  type AcceptedRequest,
  type ErrorAnswer,
  errorAnswer,
  MessagesEndpoint,
  threadErrorAnswer,
} from '../../../src/agent/demo/endpoint.ts';
import { type Script, type ScriptedReply, summarize } from '../../../src/agent/demo/script.ts';
import { composeMessage, encodeEvent, type StreamEvent, streamEvents } from '../../../src/agent/demo/sse.ts';
import { type Delay, type Fault, isFault, type ScriptedStep } from './faults.ts';
import { validateRequest } from './validate.ts';
import { IssuedReplies } from './validateMessages.ts';

export interface MessagesApiOptions {
  /** Answers what the queue does not. */
  readonly script?: Script;
  /** The queue's first steps. */
  readonly replies?: readonly ScriptedStep[];
  /** Whether requests are validated; default true. */
  readonly validate?: boolean;
  /** The key requests must carry in `x-api-key`; any by default, but there must be one. */
  readonly apiKey?: string;
}

/** A request as it came. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; null when it is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly bytes: number;
  /** Status answered with; 0 for a connection dropped without one. */
  status: number;
  /** The rule it broke, if validation refused it. */
  invalid: string | null;
  /** Whether the response was delivered to its end. */
  complete: boolean;
  /** Whether nothing more comes: it was delivered, or the connection is gone. */
  ended: boolean;
}

/** A running server. */
export interface MessagesApi {
  /** `http://127.0.0.1:PORT`, the SDK's `baseURL`. */
  readonly url: string;
  /** The last {@link MAX_RECORDED} requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** How many steps are still queued. */
  readonly pending: number;
  /** Adds steps; each request takes one, and the script answers when there is none. */
  enqueue(...steps: readonly ScriptedStep[]): void;
  /** Forgets every thread, as a restarted server would. */
  forgetThreads(): void;
  /** Ends the server and its connections. */
  close(): Promise<void>;
}

/** Requests kept. */
export const MAX_RECORDED = 1000;
/** Bytes of the bodies kept; they hold screenshots. */
const MAX_RECORDED_BYTES = 128 * 1024 * 1024;
const MAX_THREADS = 64;
/** Largest request the API takes. */
const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

/** Starts a server on a free port of the loopback interface. */
export async function startMessagesApi(options: MessagesApiOptions = {}): Promise<MessagesApi> {
  const state = new ServerState(options);
  const server = createServer((request, response) => {
    state.serve(request, response).catch((error: unknown) => {
      // A script that throws, or a bug of this server, must show as a failed test, not as a hanging one.
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(500, { 'x-should-retry': 'false' })
          .end(`The test server failed: ${String(error)}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: state.requests,
    get pending() {
      return state.queue.length;
    },
    enqueue: (...steps) => {
      state.queue.push(...steps);
    },
    forgetThreads: () => state.endpoint.threads.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class ServerState {
  readonly endpoint = new MessagesEndpoint(MAX_THREADS);
  readonly requests: RecordedRequest[] = [];
  readonly queue: ScriptedStep[];
  readonly #options: MessagesApiOptions;
  readonly #issued = new IssuedReplies();
  #recordedBytes = 0;

  constructor(options: MessagesApiOptions) {
    this.#options = options;
    this.queue = [...(options.replies ?? [])];
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = `req_${randomBytes(12).toString('hex')}`;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const headers = new Headers(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const record = this.#record(request, headers, body);
    response.once('finish', () => {
      record.complete = true;
    });
    response.once('close', () => {
      record.ended = true;
    });
    const { method, path } = record;
    const exchange = new Exchange(response, record, requestId);
    if (!this.#authorized(headers)) return exchange.fail(errorAnswer(401, 'invalid x-api-key', requestId));
    if (record.bytes > MAX_REQUEST_BYTES) {
      return exchange.fail(errorAnswer(413, 'Request exceeds the maximum size', requestId));
    }
    const accepted = this.endpoint.accept({ method, path, headers, body }, requestId);
    if (accepted.type === 'failure') return exchange.fail(accepted);
    try {
      await this.#answer(accepted, headers, exchange);
    } finally {
      // Nothing happens when the reply was committed.
      accepted.release();
    }
  }

  async #answer(accepted: AcceptedRequest, headers: Headers, exchange: Exchange): Promise<void> {
    const invalid = this.#validate(accepted, headers);
    if (invalid !== null) {
      exchange.record.invalid = invalid;
      return exchange.fail(errorAnswer(400, invalid, exchange.requestId));
    }
    const step = this.queue.shift();
    const fault = step !== undefined && isFault(step) ? step : null;
    if (fault?.fault === 'reset') return exchange.drop();
    if (fault?.fault === 'thread') return exchange.fail(threadErrorAnswer(fault.code, exchange.requestId));
    if (fault?.fault === 'status') return exchange.failWithStatus(fault);
    const scripted = step !== undefined && !isFault(step) ? step : fault?.reply;
    const script = accepted.compacts ? summarize : this.#options.script;
    const reply = scripted ?? script?.(accepted.conversation);
    if (reply === undefined) {
      return exchange.fail(errorAnswer(500, 'No reply is scripted for this request.', exchange.requestId));
    }
    const message = composeMessage(reply, accepted.model, accepted.seenBytes);
    this.#issued.remember(message);
    const delivered = accepted.stream
      ? await exchange.stream(message, reply, fault)
      : await exchange.sendMessage(message, fault);
    if (delivered) accepted.commit(message);
    exchange.end(delivered);
  }

  #validate(accepted: AcceptedRequest, headers: Headers): string | null {
    if (this.#options.validate === false) return null;
    return validateRequest(
      {
        params: accepted.params,
        messages: accepted.conversation.messages,
        tools: accepted.setup.tools,
        headers,
      },
      this.#issued,
    );
  }

  #authorized(headers: Headers): boolean {
    const given = headers.get('x-api-key') ?? headers.get('authorization')?.replace(/^Bearer /, '');
    if (!given) return false;
    return this.#options.apiKey === undefined || given === this.#options.apiKey;
  }

  #record(request: IncomingMessage, headers: Headers, body: string): RecordedRequest {
    const record: RecordedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: Object.fromEntries(headers),
      body: parseBody(body),
      bytes: Buffer.byteLength(body),
      status: 0,
      invalid: null,
      complete: false,
      ended: false,
    };
    this.requests.push(record);
    this.#recordedBytes += record.bytes;
    while (this.requests.length > 1 && this.#recordsTooMuch()) {
      this.#recordedBytes -= this.requests.shift()?.bytes ?? 0;
    }
    return record;
  }

  #recordsTooMuch(): boolean {
    return this.requests.length > MAX_RECORDED || this.#recordedBytes > MAX_RECORDED_BYTES;
  }
}

/** One response under way. */
class Exchange {
  readonly record: RecordedRequest;
  readonly requestId: string;
  readonly #response: ServerResponse;
  readonly #gone = new AbortController();

  constructor(response: ServerResponse, record: RecordedRequest, requestId: string) {
    this.#response = response;
    this.record = record;
    this.requestId = requestId;
    response.once('close', () => this.#gone.abort());
  }

  fail(failure: ErrorAnswer, headers: Readonly<Record<string, string>> = {}): void {
    this.#head(failure.status, 'application/json', headers);
    this.#response.end(JSON.stringify(failure.body));
  }

  failWithStatus(fault: Extract<Fault, { fault: 'status' }>): void {
    const headers: Record<string, string> = {};
    if (fault.retryAfterSeconds !== undefined) headers['retry-after'] = String(fault.retryAfterSeconds);
    if (fault.shouldRetry !== undefined) headers['x-should-retry'] = String(fault.shouldRetry);
    const message = fault.message ?? `Scripted ${fault.status}`;
    this.fail(errorAnswer(fault.status, message, this.requestId), headers);
  }

  /** Loses the connection. */
  drop(): void {
    this.#response.destroy();
  }

  /** @returns whether all of it was sent; the caller ends the response */
  async sendMessage(message: BetaMessage, fault: Fault | null): Promise<boolean> {
    if (fault?.fault === 'slow') await this.#delay(fault.beforeHeaders);
    this.#head(200, 'application/json');
    this.#response.write(JSON.stringify(message));
    return fault?.fault !== 'cut' && fault?.fault !== 'error-event';
  }

  /** @returns whether the message was sent to its end */
  async stream(message: BetaMessage, reply: ScriptedReply, fault: Fault | null): Promise<boolean> {
    const slow = fault?.fault === 'slow' ? fault : null;
    await this.#delay(slow?.beforeHeaders);
    this.#head(200, 'text/event-stream; charset=utf-8', { 'cache-control': 'no-cache' });
    this.#response.flushHeaders();
    await this.#delay(slow?.beforeFirstEvent);
    let sent = 0;
    let deltas = 0;
    for (const event of streamEvents(message, reply.pace?.charactersPerDelta ?? Number.MAX_SAFE_INTEGER)) {
      if (fault !== null && stopsBefore(fault, sent, event, deltas)) return this.#breakOff(fault);
      if (sent > 0) await this.#delay(slow?.betweenEvents);
      if (event.type === 'content_block_delta') await this.#delay(reply.pace?.msBetweenDeltas);
      if (this.#gone.signal.aborted) return false;
      deltas = event.type === 'content_block_delta' ? deltas + 1 : 0;
      sent++;
      if (!this.#response.write(encodeEvent(event))) await this.#drained();
    }
    return true;
  }

  end(delivered: boolean): void {
    if (delivered) this.#response.end();
    // After what was written has gone out, so that the client gets exactly as much as the fault says.
    else this.#response.socket?.destroySoon();
  }

  /** Ends a stream early, in the way the fault says. */
  #breakOff(fault: Fault): boolean {
    if (fault.fault === 'error-event') {
      const { errorType = 'overloaded_error', message = 'Overloaded' } = fault;
      const error = { type: 'error', error: { type: errorType, message }, request_id: this.requestId };
      this.#response.end(encodeEvent(error));
    }
    return false;
  }

  #head(status: number, contentType: string, headers: Readonly<Record<string, string>> = {}): void {
    this.record.status = status;
    this.#response.writeHead(status, {
      'content-type': contentType,
      'request-id': this.requestId,
      ...headers,
    });
  }

  async #delay(delay: Delay | undefined): Promise<void> {
    if (delay === undefined || delay === 0) return;
    const { signal } = this.#gone;
    if (typeof delay !== 'number') {
      const gone = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await Promise.race([delay, gone]);
      return;
    }
    // Rejects only when the client is gone, which the next step notices.
    await wait(delay, undefined, { signal }).catch(() => undefined);
  }

  #drained(): Promise<unknown> {
    return new Promise((resolve) => {
      this.#response.once('drain', resolve);
      this.#response.once('close', resolve);
    });
  }
}

/** Whether the fault ends the stream before `event`. */
function stopsBefore(fault: Fault, sent: number, event: StreamEvent, deltas: number): boolean {
  if (fault.fault === 'error-event') return sent >= fault.afterEvents;
  if (fault.fault !== 'cut') return false;
  if ('events' in fault.after) return sent >= fault.after.events;
  const { block, deltas: limit } = fault.after;
  const inBlock = event.type === 'content_block_delta' || event.type === 'content_block_stop';
  return inBlock && event.index === block && deltas >= limit;
}

function parseBody(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Recorded as null; the endpoint answers with an error.
    return null;
  }
}
