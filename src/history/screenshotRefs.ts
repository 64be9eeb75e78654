import { type Item, type ScreenshotRef, type SessionId, screenshotFileName } from '../protocol/transcript.ts';
import type { Database } from './database.ts';
import type { ScreenshotStore } from './screenshots.ts';

export type ScreenshotName = Pick<ScreenshotRef, 'sha256' | 'mediaType'>;

/** Files tried in one sweep; the rest waits for the next, so that opening never takes long. */
const SWEEP_SIZE = 1_000;

/** Age in ms past which a file without a reference will not get one: the reference follows within a turn. */
const ORPHAN_AGE_MS = 60 * 60_000;

/** The `screenshot_refs` table: which session needs which file, so that a file goes with the last one that did. */
export class ScreenshotRefTable {
  readonly #db: Database;
  readonly #files: ScreenshotStore;

  constructor(db: Database, files: ScreenshotStore) {
    this.#db = db;
    this.#files = files;
  }

  add(id: SessionId, refs: Iterable<ScreenshotName>): void {
    for (const ref of refs) {
      this.#db.run(
        'INSERT INTO screenshot_refs (session, sha256, file, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        id,
        ref.sha256,
        screenshotFileName(ref),
        this.#files.byteLength(ref),
      );
    }
  }

  /** As {@link release} for up to `limit` references. Returns how many there were. */
  releaseSome(id: SessionId, limit: number): number {
    const files = this.#db.all<{ sha256: string; file: string }>(
      'SELECT sha256, file FROM screenshot_refs WHERE session = ? LIMIT ?',
      id,
      limit,
    );
    for (const { sha256, file } of files) {
      this.#db.run('DELETE FROM screenshot_refs WHERE session = ? AND sha256 = ?', id, sha256);
      this.#db.run(
        `INSERT OR IGNORE INTO unused_screenshots (file)
        SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM screenshot_refs WHERE file = ?1)`,
        file,
      );
    }
    return files.length;
  }

  /** Lets go of a session's references and notes the files only it needed, for {@link sweep}. */
  release(id: SessionId): void {
    this.#db.run(
      `INSERT OR IGNORE INTO unused_screenshots (file)
      SELECT file FROM screenshot_refs AS mine WHERE session = ? AND NOT EXISTS (
        SELECT 1 FROM screenshot_refs AS other WHERE other.file = mine.file AND other.session <> mine.session
      )`,
      id,
    );
    this.#db.run('DELETE FROM screenshot_refs WHERE session = ?', id);
  }

  /** Deletes up to `limit` files noted as unused, unless they are needed again by now. Returns how many notes went. */
  sweep(limit = SWEEP_SIZE): number {
    if (!this.#db.get('SELECT file FROM unused_screenshots LIMIT 1')) return 0;
    let gone = 0;
    // No reference may come in from another window between the look and the deletion.
    this.#db.transaction(() => {
      const unused = this.#db.all<{ file: string; needed: number }>(
        `SELECT file, EXISTS (SELECT 1 FROM screenshot_refs AS ref WHERE ref.file = unused_screenshots.file) AS needed
        FROM unused_screenshots LIMIT ?`,
        limit,
      );
      for (const { file, needed } of unused) {
        if (needed === 1 || this.#files.remove(file)) {
          gone += this.#db.run('DELETE FROM unused_screenshots WHERE file = ?', file);
        }
      }
    });
    return gone;
  }

  /**
   * Deletes files that no session refers to and that nothing notes as unused, a file a step: a host was killed between
   * the file and its reference, or the database that referred to it was set aside. Yields the bytes freed.
   *
   * @param now - ms since the epoch
   */
  *sweepOrphans(now: number): Generator<number> {
    for (const file of this.#files.names()) {
      const isNeeded = this.#db.get('SELECT 1 FROM screenshot_refs WHERE file = ? LIMIT 1', file);
      yield isNeeded ? 0 : this.#files.removeUntouched(file, now - ORPHAN_AGE_MS);
    }
  }
}

/** The screenshots an item shows. */
export function screenshotsOf(item: Item): ScreenshotRef[] {
  if (item.kind === 'screenshot') return [item.image];
  if (item.kind === 'action' && item.before) return [item.before];
  return [];
}
