/** What can go wrong on the way to the Messages API, scripted. */
import type { ScriptedReply } from '../../../src/agent/demo/script.ts';
import type { ThreadErrorCode } from '../../../src/agent/demo/threads.ts';

/** A pause: a time in ms, or until a promise settles (which needs no clock). */
export type Delay = number | Promise<unknown>;

/** One scripted failure or delay. Where `reply` is left out, the script answers. */
export type Fault =
  /** An HTTP error with the API's error object. */
  | {
      readonly fault: 'status';
      readonly status: 400 | 401 | 403 | 404 | 413 | 429 | 500 | 529;
      readonly message?: string;
      /** Sent as `retry-after`, in seconds. */
      readonly retryAfterSeconds?: number;
      /** Sent as `x-should-retry`; `false` keeps the client from trying by itself. */
      readonly shouldRetry?: boolean;
    }
  /** A thread that cannot be used. */
  | { readonly fault: 'thread'; readonly code: ThreadErrorCode }
  /** The connection is lost before the response's headers. */
  | { readonly fault: 'reset' }
  /** The connection is lost after `afterEvents` events (pings count), or within a block after some of its deltas. */
  | {
      readonly fault: 'cut';
      readonly after: { readonly events: number } | { readonly block: number; readonly deltas: number };
      readonly reply?: ScriptedReply;
    }
  /** An `error` event after `afterEvents` events. */
  | {
      readonly fault: 'error-event';
      readonly afterEvents: number;
      /** Default: `overloaded_error`. */
      readonly errorType?: string;
      readonly message?: string;
      readonly reply?: ScriptedReply;
    }
  /** A reply that takes its time. */
  | {
      readonly fault: 'slow';
      readonly beforeHeaders?: Delay;
      /** Between the headers and the first event. */
      readonly beforeFirstEvent?: Delay;
      /** Before each later event. */
      readonly betweenEvents?: Delay;
      readonly reply?: ScriptedReply;
    };

/** What a test queues: an answer, or something that goes wrong. */
export type ScriptedStep = ScriptedReply | Fault;

export function isFault(step: ScriptedStep): step is Fault {
  return 'fault' in step;
}
