import { type Item, type ScreenshotRef, type SessionId, screenshotFileName } from '../protocol/transcript.ts';
import type { Database } from './database.ts';
import type { ScreenshotStore } from './screenshots.ts';

export type ScreenshotName = Pick<ScreenshotRef, 'sha256' | 'mediaType'>;

/** Files tried in one sweep; the rest waits for the next, so that opening never takes long. */
const SWEEP_SIZE = 1_000;

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
        'INSERT INTO screenshot_refs (session, sha256, file) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        id,
        ref.sha256,
        screenshotFileName(ref),
      );
    }
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

  /** Deletes the files noted as unused, unless they are needed again by now. */
  sweep(): void {
    const unused = this.#db.all<{ file: string; needed: number }>(
      `SELECT file, EXISTS (SELECT 1 FROM screenshot_refs AS ref WHERE ref.file = unused_screenshots.file) AS needed
      FROM unused_screenshots LIMIT ?`,
      SWEEP_SIZE,
    );
    if (unused.length === 0) return;
    this.#db.transaction(() => {
      for (const { file, needed } of unused) {
        if (needed === 1 || this.#files.remove(file)) {
          this.#db.run('DELETE FROM unused_screenshots WHERE file = ?', file);
        }
      }
    });
  }
}

/** The screenshots an item shows. */
export function screenshotsOf(item: Item): ScreenshotRef[] {
  if (item.kind === 'screenshot') return [item.image];
  if (item.kind === 'action' && item.before) return [item.before];
  return [];
}
