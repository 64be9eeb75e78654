import type { SessionId } from '../protocol/transcript.ts';
import type { Database } from './database.ts';
import type { ScreenshotRefTable, SharedFile } from './screenshotRefs.ts';

/** Rows deleted in one step: some ms of work. */
const ROWS_A_STEP = 150;
/** Files deleted in one step. */
export const FILES_A_STEP = 30;
/** Pages given back to the file system in one step. */
const PAGES_A_STEP = 200;

const ROW_DELETIONS = (
  [
    ['search_texts', 'text'],
    ['messages', 'json'],
    ['items', 'json'],
  ] as const
).map(
  ([table, text]) =>
    `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE session = ? LIMIT ?)
    RETURNING octet_length(${text}) AS bytes`,
);

/**
 * Deletes a session in steps that each take some ms, however long it is; asked for step by step. The first hides the
 * session, so that none is seen half deleted: one that is left off there is in {@link unfinishedErasures}. Yields the
 * bytes of text and screenshots freed.
 */
export function* eraseInSteps(db: Database, refs: ScreenshotRefTable, id: SessionId): Generator<number> {
  db.run('UPDATE sessions SET hidden = 1 WHERE id = ?', id);
  yield 0;
  for (const deletion of ROW_DELETIONS) {
    for (;;) {
      const rows = db.all<{ bytes: number }>(deletion, id, ROWS_A_STEP);
      if (rows.length === 0) break;
      yield rows.reduce((sum, { bytes }) => sum + bytes, 0);
    }
  }
  while (db.transaction(() => refs.releaseSome(id, ROWS_A_STEP)) > 0) yield 0;
  db.run('DELETE FROM sessions WHERE id = ?', id);
  yield 0;
  yield* refs.sweepUnused(Date.now(), FILES_A_STEP);
  while (db.shrink(PAGES_A_STEP) > 0) yield 0;
}

/** Sessions whose deletion was begun by a host that ended meanwhile, or that still goes on. */
export function unfinishedErasures(db: Database): SessionId[] {
  return db.all<{ id: SessionId }>('SELECT id FROM sessions WHERE hidden = 1').map(({ id }) => id);
}

/** What a session takes. */
export interface SessionUse {
  /** Bytes of its texts, and of the screenshots that only it shows. */
  readonly own: number;
  /** The screenshots that other sessions show as well. */
  readonly shared: readonly SharedFile[];
}

/** What a session takes. Reads no text, only its length: some ms for 20,000 items. */
export function sessionUse(db: Database, refs: ScreenshotRefTable, id: SessionId): SessionUse {
  const row = db.get<{ bytes: number }>(
    `SELECT
      (SELECT total(octet_length(json)) FROM items WHERE session = ?1) +
      (SELECT total(octet_length(json)) FROM messages WHERE session = ?1) +
      (SELECT total(octet_length(text)) FROM search_texts WHERE session = ?1) AS bytes`,
    id,
  );
  const { own, shared } = refs.use(id);
  return { own: own + (row?.bytes ?? 0), shared };
}
