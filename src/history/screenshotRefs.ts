import { type Item, type ScreenshotRef, type SessionId, screenshotFileName } from '../protocol/transcript.ts';
import type { Database } from './database.ts';
import type { ScreenshotStore } from './screenshots.ts';

export type ScreenshotName = Pick<ScreenshotRef, 'sha256' | 'mediaType'>;

/** Age in ms past which a file without a reference will not get one: the reference follows within a turn. */
const ORPHAN_AGE_MS = 60 * 60_000;

/**
 * The `screenshot_refs` table: which session needs which file, so that a file goes with the last one that did.
 *
 * A reference remembers when its file was last put (see {@link ScreenshotStore.put}) before it was made. One put later
 * was put by somebody whose reference may still be on its way, so it is left to the sweep of orphans.
 */
export class ScreenshotRefTable {
  readonly #db: Database;
  readonly #files: ScreenshotStore;

  constructor(db: Database, files: ScreenshotStore) {
    this.#db = db;
    this.#files = files;
  }

  add(id: SessionId, refs: Iterable<ScreenshotName>): void {
    for (const ref of refs) {
      const { bytes, putAt } = this.#files.stat(ref);
      this.#db.run(
        `INSERT INTO screenshot_refs (session, sha256, file, bytes, put_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET put_at = excluded.put_at WHERE put_at < excluded.put_at`,
        id,
        ref.sha256,
        screenshotFileName(ref),
        bytes,
        putAt,
      );
    }
  }

  /** Lets go of up to `limit` of a session's references and notes the files only it needed. Returns how many there were. */
  releaseSome(id: SessionId, limit: number): number {
    const refs = this.#db.all<{ sha256: string; file: string; put_at: number }>(
      'SELECT sha256, file, put_at FROM screenshot_refs WHERE session = ? LIMIT ?',
      id,
      limit,
    );
    for (const { sha256, file, put_at } of refs) {
      this.#db.run('DELETE FROM screenshot_refs WHERE session = ? AND sha256 = ?', id, sha256);
      // Whoever needs it last has to know when it was put last.
      this.#db.run('UPDATE screenshot_refs SET put_at = ?1 WHERE file = ?2 AND put_at < ?1', put_at, file);
      this.#db.run(
        `INSERT OR REPLACE INTO unused_screenshots (file, put_at)
        SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM screenshot_refs WHERE file = ?1)`,
        file,
        put_at,
      );
    }
    return refs.length;
  }

  /**
   * Deletes the files noted as unused, `size` of them a step, unless they are needed again by now or were put again.
   * One that cannot be deleted now stays noted. Yields the bytes freed.
   *
   * @param now - ms since the epoch
   */
  *sweepUnused(now: number, size: number): Generator<number> {
    for (let after = ''; ; ) {
      // No reference may come in from another window between the look and the deletion.
      const { last, freed } = this.#db.transaction(() => this.#sweepStep(now, after, size));
      if (last === undefined) return;
      yield freed;
      after = last;
    }
  }

  #sweepStep(now: number, after: string, size: number): { last: string | undefined; freed: number } {
    const noted = this.#db.all<{ file: string; put_at: number; needed: number }>(
      `SELECT file, put_at,
        EXISTS (SELECT 1 FROM screenshot_refs AS ref WHERE ref.file = unused_screenshots.file) AS needed
      FROM unused_screenshots WHERE file > ? ORDER BY file LIMIT ?`,
      after,
      size,
    );
    let freed = 0;
    for (const { file, put_at, needed } of noted) {
      const bytes = needed === 1 ? 0 : this.#files.removeUntouched(file, put_at || now - ORPHAN_AGE_MS);
      if (bytes === undefined) continue;
      freed += bytes;
      this.#db.run('DELETE FROM unused_screenshots WHERE file = ?', file);
    }
    return { last: noted.at(-1)?.file, freed };
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
      yield isNeeded ? 0 : (this.#files.removeUntouched(file, now - ORPHAN_AGE_MS) ?? 0);
    }
  }

  /** The bytes of the files that only this session needs, and the files that others need as well. */
  use(id: SessionId): { readonly own: number; readonly shared: readonly SharedFile[] } {
    const shared = this.#db.all<SharedFile>(
      `SELECT file, bytes FROM screenshot_refs AS mine WHERE session = ? AND EXISTS (
        SELECT 1 FROM screenshot_refs AS other WHERE other.file = mine.file AND other.session <> mine.session
      )`,
      id,
    );
    const all = this.#db.get<{ bytes: number }>(
      'SELECT total(bytes) AS bytes FROM screenshot_refs WHERE session = ?',
      id,
    );
    return { own: (all?.bytes ?? 0) - shared.reduce((sum, { bytes }) => sum + bytes, 0), shared };
  }
}

/** A file that several sessions need. */
export interface SharedFile {
  readonly file: string;
  readonly bytes: number;
}

/** The screenshots an item shows. */
export function screenshotsOf(item: Item): ScreenshotRef[] {
  if (item.kind === 'screenshot') return [item.image];
  if (item.kind === 'action' && item.before) return [item.before];
  return [];
}
