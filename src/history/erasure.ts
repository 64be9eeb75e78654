import type { SessionId } from '../protocol/transcript.ts';
import type { Database } from './database.ts';
import type { ScreenshotRefTable } from './screenshotRefs.ts';

/** Rows deleted in one step: some ms of work. */
const ROWS_A_STEP = 400;
/** Pages given back to the file system in one step. */
const PAGES_A_STEP = 500;

const ROW_DELETIONS = [
  'DELETE FROM search_texts WHERE rowid IN (SELECT rowid FROM search_texts WHERE session = ? LIMIT ?)',
  'DELETE FROM messages WHERE rowid IN (SELECT rowid FROM messages WHERE session = ? LIMIT ?)',
  'DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE session = ? LIMIT ?)',
];

/**
 * Deletes a session in steps that each take some ms, however long it is; asked for step by step. The first hides the
 * session, so that none is seen half deleted: one that is left off there is in {@link unfinishedErasures}.
 */
export function* eraseInSteps(db: Database, refs: ScreenshotRefTable, id: SessionId): Generator<void> {
  db.run('UPDATE sessions SET hidden = 1 WHERE id = ?', id);
  yield;
  for (const deletion of ROW_DELETIONS) {
    while (db.run(deletion, id, ROWS_A_STEP) > 0) yield;
  }
  while (db.transaction(() => refs.releaseSome(id, ROWS_A_STEP)) > 0) yield;
  db.run('DELETE FROM sessions WHERE id = ?', id);
  yield;
  while (refs.sweep(ROWS_A_STEP / 4) > 0) yield;
  while (db.shrink(PAGES_A_STEP) > 0) yield;
}

/** Sessions whose deletion was begun by a host that ended meanwhile, or that still goes on. */
export function unfinishedErasures(db: Database): SessionId[] {
  return db.all<{ id: SessionId }>('SELECT id FROM sessions WHERE hidden = 1').map(({ id }) => id);
}

/**
 * What a session takes, in bytes: its texts and its screenshots. One that several sessions show counts for each.
 * Reads no text, only its length: some ms for 20,000 items.
 */
export function sessionBytes(db: Database, id: SessionId): number {
  const row = db.get<{ bytes: number }>(
    `SELECT
      (SELECT total(octet_length(json)) FROM items WHERE session = ?1) +
      (SELECT total(octet_length(json)) FROM messages WHERE session = ?1) +
      (SELECT total(octet_length(text)) FROM search_texts WHERE session = ?1) +
      (SELECT total(bytes) FROM screenshot_refs WHERE session = ?1) AS bytes`,
    id,
  );
  return row?.bytes ?? 0;
}
