import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Disposable } from '../base/lifecycle.ts';
import { HistoryError, toHistoryError } from './errors.ts';
import { MIGRATIONS } from './schema.ts';

/** How long a write waits for another window's, in ms. The extension host stands still meanwhile: keep it short. */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * Bytes in a page, the least that is ever written: most writes are of some hundred bytes. With SQLite's own 4,096 a
 * session writes three times as much, twice what is in it.
 */
const PAGE_SIZE = 1_024;

/** The write-ahead log is written into the database at so many pages: 4 MB, as with SQLite's own sizes. */
const CHECKPOINT_PAGES = 4_000;

/** Pages given back at a time. */
const SHRINK_PAGES = 4_000;

/**
 * A SQLite connection that migrates its schema, keeps its prepared statements and fails with {@link HistoryError}s.
 * SQL texts must be constants: each distinct one is kept prepared.
 */
export class Database implements Disposable {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** @throws HistoryError when it cannot be opened, read or written, is damaged, or has a newer schema. */
  static open(path: string): Database {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
      // Takes effect on a new file only, and only before anything else is written to it.
      db.exec(`PRAGMA page_size = ${PAGE_SIZE}`);
      db.exec('PRAGMA auto_vacuum = INCREMENTAL');
      db.exec('PRAGMA journal_mode = WAL');
      db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      db.exec('PRAGMA synchronous = NORMAL');
      const database = new Database(db);
      database.#migrate();
      return database;
    } catch (error) {
      db?.close();
      throw toHistoryError(error);
    }
  }

  #migrate(): void {
    // The lock keeps two windows from migrating at once, and shows now, not at the first write, that none is possible.
    this.transaction(() => {
      const version = this.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
      if (version > MIGRATIONS.length) {
        throw new HistoryError(
          'newer',
          `The session history was written by a newer version of the extension (format ${version}, this version knows ${MIGRATIONS.length}). Update the extension.`,
        );
      }
      for (const migration of MIGRATIONS.slice(version)) this.#db.exec(migration);
      if (version < MIGRATIONS.length) this.#db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    });
  }

  /** The first row. The caller answers for `Row` being what `sql` selects. */
  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#attempt(() => this.#prepared(sql).get(...parameters) as Row | undefined);
  }

  /** All rows: `sql` must bound them. The caller answers for `Row` being what `sql` selects. */
  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#attempt(() => this.#prepared(sql).all(...parameters) as Row[]);
  }

  /** Returns how many rows were changed. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return this.#attempt(() => Number(this.#prepared(sql).run(...parameters).changes));
  }

  /** Runs `action` so that all of its writes happen or none. Joins the transaction that is under way, if one is. */
  transaction<T>(action: () => T): T {
    if (this.#depth > 0) return action();
    this.#attempt(() => this.#db.exec('BEGIN IMMEDIATE'));
    this.#depth += 1;
    try {
      const result = action();
      this.#attempt(() => this.#db.exec('COMMIT'));
      return result;
    } catch (error) {
      // SQLite may have rolled back by itself (disk full, I/O error).
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  /**
   * Gives up to `pages` free pages back to the file system; by default as many as take little time. Others are used
   * again or go later. Returns how many are still free, or 0 when none could be given back.
   */
  shrink(pages = SHRINK_PAGES): number {
    const free = () => this.get<{ freelist_count: number }>('PRAGMA freelist_count')?.freelist_count ?? 0;
    const before = free();
    this.#attempt(() => this.#db.exec(`PRAGMA incremental_vacuum(${Math.trunc(pages)})`));
    const after = free();
    return after < before ? after : 0;
  }

  dispose(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw toHistoryError(error);
    }
  }
}

/** The value of a `json` column. @throws HistoryError when it is damaged. */
export function parseColumn<T>(json: string): T {
  try {
    return JSON.parse(json) as T;
  } catch (error) {
    throw new HistoryError('corrupt', 'The session history is damaged: an entry cannot be read.', {
      cause: error,
    });
  }
}
