/** The Messages API's request side: reads a request, resolves its thread, and words its errors. */
import type { BetaMessage, BetaMessageParam } from '@anthropic-ai/sdk/resources/beta';
import { type ConversationView, readConversation } from './script.ts';
import { sizeOfMessages } from './size.ts';
import { type ThreadErrorCode, ThreadStore, type ThreadTurn } from './threads.ts';

/** The beta a request with a `thread` must name. */
export const MESSAGE_THREADS_BETA = 'message-threads-2026-08-12';

/** A request, however it came. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** An error answer. */
export interface ErrorAnswer {
  readonly type: 'failure';
  readonly status: number;
  readonly body: ApiErrorBody;
}

/** The API's error object (https://platform.claude.com/docs/en/api/errors). */
export interface ApiErrorBody {
  readonly type: 'error';
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
  readonly request_id: string;
}

/** A request that can be answered. Its turn, if it has one, waits to be committed or released. */
export interface AcceptedRequest {
  readonly type: 'accepted';
  /** The parsed body as it came. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Whether events are asked for rather than one JSON answer. */
  readonly stream: boolean;
  readonly model: string;
  readonly conversation: ConversationView;
  /** `system` and `tools`, also where the thread holds them. */
  readonly setup: Readonly<Record<string, unknown>>;
  /** Size of all that the model sees, whichever request brought it; a screenshot counts as a fixed size. */
  readonly seenBytes: number;
  /** Whether a summary is asked for in place of a reply. */
  readonly compacts: boolean;
  /** Stores the delivered reply on the thread; nothing without one. */
  commit(reply: BetaMessage): void;
  /** The reply did not arrive whole: the thread stays as it was. */
  release(): void;
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const THREAD_ERRORS: Readonly<Record<ThreadErrorCode, { status: number; message: string }>> = {
  thread_not_found: { status: 404, message: 'No usable Thread state was found for `previous_message_id`.' },
  thread_already_continued: { status: 400, message: 'This response has already been continued.' },
  thread_continue_in_flight: {
    status: 400,
    message: 'Another request is still continuing from this response.',
  },
  thread_unsupported_request: { status: 400, message: 'This request cannot be combined with `thread`.' },
};

/** An error answer with the type the API gives that status. */
export function errorAnswer(status: number, message: string, requestId: string): ErrorAnswer {
  const type = ERROR_TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return {
    type: 'failure',
    status,
    body: { type: 'error', error: { type, message }, request_id: requestId },
  };
}

/** A thread error with its code. */
export function threadErrorAnswer(code: ThreadErrorCode, requestId: string): ErrorAnswer {
  const { status, message } = THREAD_ERRORS[code];
  const failure = errorAnswer(status, message, requestId);
  return {
    ...failure,
    body: { ...failure.body, error: { ...failure.body.error, details: { error_code: code } } },
  };
}

/** Reads requests to `POST /v1/messages` and keeps their threads. */
export class MessagesEndpoint {
  readonly threads: ThreadStore;

  /** @param maxThreads - how many threads are kept; the least recently used is forgotten first */
  constructor(maxThreads: number) {
    this.threads = new ThreadStore(maxThreads);
  }

  accept(request: ApiRequest, requestId: string): AcceptedRequest | ErrorAnswer {
    const path = request.path.split('?', 1)[0];
    if (path !== '/v1/messages') return errorAnswer(404, `Not found: ${path}`, requestId);
    if (request.method !== 'POST') return errorAnswer(405, 'Method Not Allowed', requestId);
    const params = parseObject(request.body);
    if (params === null) return errorAnswer(400, 'The request body is not valid JSON.', requestId);
    const { model, messages, stream, thread, system, tools } = params;
    if (typeof model !== 'string') return errorAnswer(400, 'model: Field required', requestId);
    if (!isMessageList(messages))
      return errorAnswer(400, 'messages: Input should be a valid list', requestId);
    const turn = this.#startTurn(thread, { system, tools }, messages);
    if (typeof turn === 'string') return threadErrorAnswer(turn, requestId);
    const setup = turn?.setup ?? { system, tools };
    return {
      type: 'accepted',
      params,
      stream: stream === true,
      model,
      conversation: readConversation(model, turn?.messages ?? messages),
      setup,
      seenBytes: sizeOfSetup(setup) + (turn?.messageBytes ?? sizeOfMessages(messages)),
      compacts: isGiven(params.compaction),
      commit: (reply) => turn?.commit(reply),
      release: () => turn?.release(),
    };
  }

  #startTurn(
    thread: unknown,
    setup: Readonly<Record<string, unknown>>,
    messages: readonly BetaMessageParam[],
  ): ThreadTurn | ThreadErrorCode | null {
    if (thread === undefined || thread === null) return null;
    const { type, previous_message_id: previous } = thread as Record<string, unknown>;
    if (type === 'continue') return this.threads.continue(String(previous), messages);
    return this.threads.create(setup, messages);
  }
}

/** Without the text of `tools` and `system` it would be too small by some thousand tokens. */
function sizeOfSetup(setup: Readonly<Record<string, unknown>>): number {
  return JSON.stringify(setup).length;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // The caller answers with an error; what exactly is wrong with the JSON does not matter to anyone.
    return null;
  }
}

function isMessageList(value: unknown): value is BetaMessageParam[] {
  return (
    Array.isArray(value) &&
    value.every((message) => message !== null && typeof message === 'object' && 'role' in message)
  );
}
