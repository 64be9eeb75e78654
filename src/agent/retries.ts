import { delay } from '../base/delay.ts';
import type { Activity } from '../protocol/messages.ts';
import type { Ordinal } from '../protocol/transcript.ts';
import type { ApiFailure } from './apiFailure.ts';
import { type BackoffPolicy, nextWaitMs } from './backoff.ts';
import { failureNotice, notRetriedText, waitedText, waitingNotice } from './notices.ts';
import type { Transcript } from './transcript.ts';

export interface RetriesDeps {
  readonly transcript: Transcript;
  readonly backoff: BackoffPolicy;
  readonly signal: AbortSignal;
  readonly onActivity: (activity: Activity) => void;
}

type TransientFailure = Extract<ApiFailure, { kind: 'busy' | 'connection' }>;

/** What a run does about failures of the API: it waits, visibly, and longer each time, or gives up with a notice. */
export class Retries {
  readonly #deps: RetriesDeps;
  /** The notice about the failures in a row. */
  #notice: Ordinal | undefined;
  /** Failures in a row. */
  #failures = 0;

  constructor(deps: RetriesDeps) {
    this.#deps = deps;
  }

  /** A request succeeded: the count of failures starts anew. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Resolves when it is time to try again, or says why there is nothing to try; to `stopped` when the signal aborts. */
  async wait(failure: Exclude<ApiFailure, { kind: 'aborted' }>): Promise<'again' | 'given-up' | 'stopped'> {
    this.#failures += 1;
    const waitMs = this.#nextWaitMs(failure);
    if (waitMs === null || !isTransient(failure)) {
      this.#deps.transcript.append(failureNotice(failure));
      return 'given-up';
    }
    return (await this.#waitVisibly(failure, waitMs)) ? 'again' : 'stopped';
  }

  #nextWaitMs(failure: ApiFailure): number | null {
    if (!isTransient(failure)) return null;
    const requested = failure.kind === 'busy' ? failure.retryAfterMs : null;
    return nextWaitMs(this.#deps.backoff, this.#failures, requested, Math.random());
  }

  /** One notice serves failures in a row. Resolves to false when the run was stopped meanwhile. */
  async #waitVisibly(failure: TransientFailure, waitMs: number): Promise<boolean> {
    const { transcript, backoff, signal, onActivity } = this.#deps;
    onActivity('waiting');
    const notice = waitingNotice(failure, this.#failures, backoff.retries, Date.now() + waitMs);
    if (this.#failures === 1 || this.#notice === undefined) this.#notice = transcript.append(notice);
    else {
      const { text, until } = notice;
      transcript.update(this.#notice, { kind: 'notice', text, until, actions: [] });
    }
    const stopped = await delay(waitMs, signal).then(
      () => false,
      () => true,
    );
    const text = stopped ? notRetriedText(failure) : waitedText(failure, this.#failures);
    transcript.update(this.#notice, { kind: 'notice', text, until: null, actions: [] });
    return !stopped;
  }
}

function isTransient(failure: ApiFailure): failure is TransientFailure {
  return failure.kind === 'busy' || failure.kind === 'connection';
}
