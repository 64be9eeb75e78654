import { AnthropicError, APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import { redactText } from '../http/redact.ts';

/** Why a turn could not be had, in the terms that decide what happens next. */
export type ApiFailure =
  /** The run was stopped by us. */
  | { readonly kind: 'aborted' }
  /** The key is missing or wrong. */
  | { readonly kind: 'auth'; readonly detail: string }
  /** Too many requests or too much load; trying again later helps. */
  | { readonly kind: 'busy'; readonly detail: string; readonly retryAfterMs: number | null }
  /** The connection broke or the server failed; trying again soon helps. */
  | { readonly kind: 'connection'; readonly detail: string }
  /** The conversation is longer than the model, or one request, can take. */
  | { readonly kind: 'too-long'; readonly detail: string }
  /** The server understood the request and refused it; sending it again does not help. */
  | { readonly kind: 'rejected'; readonly detail: string }
  /** A defect of ours. */
  | { readonly kind: 'unexpected'; readonly detail: string };

/**
 * Classifies what a request or its stream threw.
 *
 * @param secrets - what no detail may quote: servers and libraries may say of a wrong key what it was
 */
export function classifyFailure(
  error: unknown,
  signal: AbortSignal,
  secrets: readonly string[] = [],
): ApiFailure {
  const failure = failureOf(error, signal);
  return failure.kind === 'aborted' ? failure : { ...failure, detail: redactText(failure.detail, secrets) };
}

function failureOf(error: unknown, signal: AbortSignal): ApiFailure {
  if (signal.aborted || error instanceof APIUserAbortError) return { kind: 'aborted' };
  if (error instanceof APIConnectionError) {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return { kind: 'connection', detail: `${error.message}${cause}` };
  }
  if (error instanceof APIError) return classifyStatus(error);
  // The SDK reports a stream that broke off, or was cut inside a block, as its base error class.
  if (error instanceof AnthropicError && error.constructor === AnthropicError) {
    return { kind: 'connection', detail: error.message };
  }
  return { kind: 'unexpected', detail: error instanceof Error ? error.message : String(error) };
}

function classifyStatus(error: APIError): ApiFailure {
  const detail = describe(error);
  // An `error` event within a stream has a type but no status. See the errors page of the API's documentation.
  if (
    error.status === 429 ||
    error.status === 529 ||
    error.status === 503 ||
    error.type === 'overloaded_error'
  ) {
    return { kind: 'busy', detail, retryAfterMs: retryAfterMs(error.headers) };
  }
  if (error.type === 'rate_limit_error') return { kind: 'busy', detail, retryAfterMs: null };
  // A 403 is a right the key lacks: another matter than a wrong key, and told as the server puts it.
  if (error.status === 401 || error.type === 'authentication_error') {
    return { kind: 'auth', detail };
  }
  if (error.status === undefined || error.status >= 500 || error.status === 408 || error.status === 409) {
    return { kind: 'connection', detail };
  }
  return { kind: isTooLong(error) ? 'too-long' : 'rejected', detail };
}

/** The API has no code of its own for a prompt that does not fit: it says so in words (see its page on errors). */
function isTooLong(error: APIError): boolean {
  return (
    error.status === 413 ||
    /prompt is too long|context (window|limit)/i.test(error.apiMessage ?? error.message)
  );
}

function describe(error: APIError): string {
  const text = error.apiMessage ?? error.message;
  const parts = [error.status === undefined ? null : `HTTP ${error.status}`, text, error.requestID];
  return parts.filter((part) => part).join(' · ');
}

/** The wait the server asks for in ms (`retry-after-ms`, or `retry-after` in seconds), null when it names none. */
function retryAfterMs(headers: Headers | undefined): number | null {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}
