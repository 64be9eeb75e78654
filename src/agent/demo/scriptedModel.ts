/** A model that plays a script, in the place of the network: give it to the SDK as its `fetch`. */
import { randomBytes } from 'node:crypto';
import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import { type AcceptedRequest, errorAnswer, MessagesEndpoint } from './endpoint.ts';
import { type Pace, type Script, summarize } from './script.ts';
import { composeMessage, encodeEvent, streamEvents } from './sse.ts';

/** As many threads as sessions anyone has going at once; each holds its conversation in memory. */
const MAX_THREADS = 16;
const UNPACED: Pace = { charactersPerDelta: Number.MAX_SAFE_INTEGER, msBetweenDeltas: 0 };

/**
 * Makes a `fetch` that answers `POST /v1/messages` (streamed or not, with or without message threads) by playing
 * `script`, and everything else with the API's errors. It touches no network.
 *
 * An aborted request rejects, or ends its stream, with an `AbortError`; its thread stays as it was before it.
 */
export function createScriptedFetch(script: Script): typeof globalThis.fetch {
  const endpoint = new MessagesEndpoint(MAX_THREADS);
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const requestId = `req_${randomBytes(12).toString('hex')}`;
    const url = new URL(request.url);
    const accepted = endpoint.accept(
      {
        method: request.method,
        path: url.pathname + url.search,
        headers: request.headers,
        body: await request.text(),
      },
      requestId,
    );
    if (accepted.type === 'failure') return jsonResponse(accepted.status, accepted.body, requestId);
    try {
      const reply = (accepted.compacts ? summarize : script)(accepted.conversation);
      const message = composeMessage(reply, accepted.model, accepted.seenBytes);
      if (accepted.stream) {
        return streamResponse(message, reply.pace ?? UNPACED, accepted, request.signal, requestId);
      }
      accepted.commit(message);
      return jsonResponse(200, message, requestId);
    } catch (error) {
      accepted.release();
      // A script that throws is a bug in the script: it is answered as the API answers its own.
      return jsonResponse(
        500,
        errorAnswer(500, `The script failed: ${String(error)}`, requestId).body,
        requestId,
      );
    }
  };
}

function jsonResponse(status: number, body: unknown, requestId: string): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'request-id': requestId },
  });
}

function streamResponse(
  message: BetaMessage,
  pace: Pace,
  request: AcceptedRequest,
  signal: AbortSignal,
  requestId: string,
): Response {
  const events = streamEvents(message, pace.charactersPerDelta);
  const encoder = new TextEncoder();
  let stopListening = () => {};
  // One event per pull: what the reader does not take is not made.
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const onAbort = () => {
          request.release();
          controller.error(signal.reason);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        stopListening = () => signal.removeEventListener('abort', onAbort);
        if (signal.aborted) onAbort();
      },
      async pull(controller) {
        const { value: event } = events.next();
        if (event === undefined) return;
        if (event.type === 'content_block_delta') await pause(pace.msBetweenDeltas, signal);
        if (signal.aborted) return;
        controller.enqueue(encoder.encode(encodeEvent(event)));
        if (event.type !== 'message_stop') return;
        stopListening();
        request.commit(message);
        controller.close();
      },
      cancel() {
        stopListening();
        request.release();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': requestId },
  });
}

/** Resolves after `ms`, or at once when `signal` aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
