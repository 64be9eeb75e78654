import type { SessionId } from '../protocol/transcript.ts';

/** How much history is kept. */
export interface RetentionLimits {
  /** Since the last activity, in ms; null for any. */
  readonly maxAgeMs: number | null;
  /** Of all sessions together; null for any. */
  readonly maxBytes: number | null;
}

export interface RetainedSession {
  readonly id: SessionId;
  /** The last activity; ms since the epoch. */
  readonly updatedAt: number;
  readonly bytes: number;
  /** Open here or in another window: never deleted. */
  readonly inUse: boolean;
}

/**
 * The sessions to delete, in that order: those past their age, then the ones longest without activity until the rest
 * fits. Those in use count for the size and stay.
 *
 * @param now - ms since the epoch
 */
export function planCleanUp(
  sessions: readonly RetainedSession[],
  { maxAgeMs, maxBytes }: RetentionLimits,
  now: number,
): RetainedSession[] {
  const oldestFirst = sessions.toSorted((a, b) => a.updatedAt - b.updatedAt);
  let total = sessions.reduce((sum, { bytes }) => sum + bytes, 0);
  const leaving: RetainedSession[] = [];
  for (const session of oldestFirst) {
    const isTooOld = maxAgeMs !== null && now - session.updatedAt > maxAgeMs;
    const isTooMuch = maxBytes !== null && total > maxBytes;
    if (session.inUse || !(isTooOld || isTooMuch)) continue;
    leaving.push(session);
    total -= session.bytes;
  }
  return leaving;
}
