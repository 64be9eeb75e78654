import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SessionId } from '../protocol/transcript.ts';
import type { History, SessionRecord } from './history.ts';
import { planCleanUp, type RetainedSession, type RetentionLimits } from './retention.ts';

/** How long the clean-up works before it lets others, in ms; a step of it takes some ms more. */
const WORK_MS = 8;

export interface CleanUpOptions {
  readonly limits: RetentionLimits;
  /** ms since the epoch. */
  readonly now: number;
  /** Whether a session is open in this host. Asked again right before it is deleted. */
  readonly isOpen: (id: SessionId) => boolean;
  /** Ends it between two steps; a session half deleted is hidden and goes with the next clean-up. */
  readonly signal: AbortSignal;
  /** `done` of `of` sessions are deleted; not called when there is nothing to delete. */
  readonly onProgress?: (done: number, of: number) => void;
}

export interface CleanUpResult {
  readonly sessions: number;
  /** Of these sessions, and of screenshots that no session referred to. */
  readonly bytes: number;
}

/**
 * Deletes what the limits do not allow for, and screenshots nobody refers to, a few ms at a time. Sessions in use
 * anywhere stay.
 */
export async function cleanUp(history: History, options: CleanUpOptions): Promise<CleanUpResult> {
  const { limits, now, isOpen, signal, onProgress } = options;
  const pause = pacer();
  const sessions: RetainedSession[] = [];
  if (limits.maxAgeMs !== null || limits.maxBytes !== null) {
    for (const record of everySession(history)) {
      if (signal.aborted) return { sessions: 0, bytes: 0 };
      const { id, updatedAt } = record;
      const inUse = isOpen(id) || history.isInUseElsewhere(id);
      sessions.push({ id, updatedAt, inUse, bytes: history.sessionBytes(id) });
      await pause();
    }
  }
  const leaving = [
    ...history.unfinishedErasures().map((id) => ({ id, bytes: history.sessionBytes(id) })),
    ...planCleanUp(sessions, limits, now),
  ];
  let bytes = 0;
  let done = 0;
  for (const session of leaving) {
    onProgress?.(done, leaving.length);
    if (isOpen(session.id)) continue;
    for (const _step of history.eraseSession(session.id)) {
      if (signal.aborted) return { sessions: done, bytes };
      await pause();
    }
    // One that another window has taken meanwhile is still there.
    if (history.session(session.id)) continue;
    done += 1;
    bytes += session.bytes;
  }
  for (const freed of history.sweepScreenshots(now)) {
    bytes += freed;
    if (signal.aborted) break;
    await pause();
  }
  return { sessions: done, bytes };
}

/** Lets the event loop turn once some ms have been worked. */
function pacer(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < WORK_MS) return;
    await nextTurn();
    since = performance.now();
  };
}

function* everySession(history: History): Generator<SessionRecord> {
  const seen = new Set<SessionId>();
  for (let offset = 0; ; ) {
    const page = history.sessions({ offset, limit: 100 });
    if (page.length === 0) return;
    offset += page.length;
    // One that was active meanwhile has moved to the front.
    yield* page.filter(({ id }) => !seen.has(id) && seen.add(id));
  }
}
