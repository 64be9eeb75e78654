import type { Event } from '../base/emitter.ts';
import type { Page, SearchResults, SessionStatus } from '../protocol/messages.ts';
import type { Operation } from '../protocol/operations.ts';
import type { Ordinal, Revision, SessionId } from '../protocol/transcript.ts';

/** A session's transcript and status, as a panel reads them. */
export interface TranscriptSource {
  readonly session: SessionId;
  readonly revision: Revision;
  /** Items in the transcript. */
  readonly count: number;
  readonly status: SessionStatus;
  /** Up to `count` items from `start` on, as they are at {@link revision}. */
  page(start: Ordinal, count: number): Page;
  /** What happened after `known`, oldest first; undefined when that is no longer (or was never) in memory. */
  operationsSince(known: Revision): readonly Operation[] | undefined;
  /** Fires once for each revision, after the source has it. */
  readonly onOperation: Event<{ readonly revision: Revision; readonly operation: Operation }>;
  readonly onStatus: Event<SessionStatus>;
  /** Fires when the transcript may differ from what its operations told. */
  readonly onReload: Event<void>;
  /** Looks for `query` in the items from `from` on, whatever its case. Absent: nothing is ever found. */
  search?(query: string, from: Ordinal): SearchResults;
  /** The nearest message of the user strictly before or after `from`, null when there is none. */
  findUser?(from: Ordinal, direction: 'before' | 'after'): Ordinal | null;
}
