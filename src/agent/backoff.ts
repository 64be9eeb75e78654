/** How long and how often a failed turn is tried again. */
export interface BackoffPolicy {
  /** Tries after the first one. */
  readonly retries: number;
  /** Wait before the first retry, ms; doubles each time. */
  readonly firstWaitMs: number;
  /** Longest wait of our own choosing, ms. */
  readonly maxWaitMs: number;
}

/** Longest wait taken from a server, ms. One that asks for more is told to the user instead of waited for. */
export const MAX_SERVER_WAIT_MS = 5 * 60_000;

export const DEFAULT_BACKOFF: BackoffPolicy = { retries: 6, firstWaitMs: 1_000, maxWaitMs: 60_000 };

/**
 * The wait before retry number `attempt` (from 1) in ms, or null when there should be none.
 *
 * @param requestedMs - what the server asked for, null when nothing
 * @param jitter - 0 to 1; spreads clients that failed together over the last quarter of the wait
 */
export function nextWaitMs(
  policy: BackoffPolicy,
  attempt: number,
  requestedMs: number | null,
  jitter: number,
): number | null {
  if (attempt > policy.retries) return null;
  if (requestedMs !== null && requestedMs > MAX_SERVER_WAIT_MS) return null;
  const wait = Math.min(policy.firstWaitMs * 2 ** (attempt - 1), policy.maxWaitMs);
  // A server that asks for no wait at all does not get tries without one.
  return Math.max(requestedMs ?? 0, Math.round(wait * (0.75 + 0.25 * jitter)));
}
