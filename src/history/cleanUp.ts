import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SessionId } from '../protocol/transcript.ts';
import { HistoryError } from './errors.ts';
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
  const { now, isOpen, signal, onProgress } = options;
  const pause = pacer();
  let bytes = 0;
  let done = 0;
  const plan = await planFor(history, options, pause);
  const leaving = [...history.unfinishedErasures(), ...plan.map(({ id }) => id)];
  for (const id of leaving) {
    if (signal.aborted) break;
    onProgress?.(done, leaving.length);
    if (isOpen(id)) continue;
    bytes += await takeSteps(history.eraseSession(id), signal, pause);
    // One that another window has taken meanwhile is still there; so is one that was left off.
    if (!signal.aborted && !history.session(id)) done += 1;
  }
  if (!signal.aborted) bytes += await takeSteps(history.sweepScreenshots(now), signal, pause);
  return { sessions: done, bytes };
}

/**
 * Deletes a session a few ms at a time. Ended by the signal, it is hidden already and goes with the next clean-up.
 *
 * @param onHidden - called once it is no longer among the sessions
 * @throws HistoryError when another window has it, or there is no such session
 */
export async function eraseSession(
  history: History,
  id: SessionId,
  signal: AbortSignal,
  onHidden: () => void,
): Promise<void> {
  const steps = history.eraseSession(id);
  steps.next();
  if (history.session(id)) throw new HistoryError('elsewhere', 'The session is in use in another window.');
  onHidden();
  await takeSteps(steps, signal, pacer());
}

/** Takes the steps that free something until they end or the signal says so. Resolves to the bytes freed. */
async function takeSteps(
  steps: Generator<number>,
  signal: AbortSignal,
  pause: () => Promise<void>,
): Promise<number> {
  let bytes = 0;
  for (const freed of steps) {
    bytes += freed;
    if (signal.aborted) break;
    await pause();
  }
  return bytes;
}

/** The sessions to delete. A screenshot that several show counts for the one of them that would go last. */
async function planFor(
  history: History,
  { limits, now, isOpen, signal }: CleanUpOptions,
  pause: () => Promise<void>,
): Promise<RetainedSession[]> {
  if (limits.maxAgeMs === null && limits.maxBytes === null) return [];
  const sessions: RetainedSession[] = [];
  const counted = new Set<string>();
  for (const { id, updatedAt, inUse } of lastToGoFirst(history, isOpen)) {
    if (signal.aborted) return [];
    const { own, shared } = history.sessionUse(id);
    const news = shared.filter(({ file }) => !counted.has(file));
    for (const { file } of news) counted.add(file);
    const bytes = news.reduce((sum, file) => sum + file.bytes, own);
    sessions.push({ id, updatedAt, inUse, bytes });
    await pause();
  }
  return planCleanUp(sessions, limits, now);
}

function lastToGoFirst(
  history: History,
  isOpen: (id: SessionId) => boolean,
): Pick<RetainedSession, 'id' | 'updatedAt' | 'inUse'>[] {
  const sessions = [...everySession(history)].map(({ id, updatedAt }) => {
    return { id, updatedAt, inUse: isOpen(id) || history.isInUseElsewhere(id) };
  });
  return sessions.toSorted((a, b) => Number(b.inUse) - Number(a.inUse) || b.updatedAt - a.updatedAt);
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
