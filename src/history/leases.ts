import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Emitter } from '../base/emitter.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { SessionId } from '../protocol/transcript.ts';
import type { Database } from './database.ts';
import { HistoryError } from './errors.ts';
import { noSession } from './sessions.ts';

/** Between two renewals, in ms: a small write. Two may fail before a lease goes stale. */
export const RENEW_INTERVAL_MS = 5_000;

/** Age in ms of the last renewal past which a holder is gone, whatever its process id says: ids are used again. */
export const STALE_AFTER_MS = 15_000;

interface LeaseRow {
  readonly holder: string;
  readonly pid: number;
  readonly machine: string;
  readonly renewed_at: number;
}

/**
 * The `leases` table: which extension host works in a session. Several may share one database (empty windows, one
 * folder in two tabs, an old host that still ends while a window reloads); only the holder of a session's lease may
 * write to it.
 */
export class LeaseTable implements Disposable {
  readonly #db: Database;
  readonly #holder = randomUUID();
  readonly #machine = hostname();
  readonly #held = new Set<SessionId>();
  readonly #losses = new Emitter<SessionId>();
  #timer: NodeJS.Timeout | undefined;

  /** A lease was taken by another host, because this one slept or stood still for too long. */
  readonly onDidLose = this.#losses.event;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Takes the session's lease unless another host that lives has it. Returns whether it is held now.
   *
   * @throws HistoryError when there is no such session
   */
  claim(id: SessionId): boolean {
    const now = Date.now();
    const claimed = this.#db.transaction(() => {
      const lease = this.#read(id);
      if (lease && lease.holder !== this.#holder && this.#isLive(lease, now)) return false;
      const changed = this.#db.run(
        `INSERT INTO leases (session, holder, pid, machine, renewed_at)
        SELECT id, ?, ?, ?, ? FROM sessions WHERE id = ?
        ON CONFLICT (session) DO UPDATE SET
          holder = excluded.holder, pid = excluded.pid, machine = excluded.machine, renewed_at = excluded.renewed_at`,
        this.#holder,
        process.pid,
        this.#machine,
        now,
        id,
      );
      if (changed === 0) throw noSession(id);
      return true;
    });
    if (!claimed) return false;
    this.#held.add(id);
    this.#timer ??= setInterval(() => this.#renew(), RENEW_INTERVAL_MS).unref();
    return true;
  }

  /** Whether another host that lives has the session. */
  isTaken(id: SessionId): boolean {
    const lease = this.#read(id);
    return lease !== undefined && lease.holder !== this.#holder && this.#isLive(lease, Date.now());
  }

  /** Gives the lease back; one that is not held is left alone. */
  release(id: SessionId): void {
    this.#forget(id);
    this.#db.run('DELETE FROM leases WHERE session = ? AND holder = ?', id, this.#holder);
  }

  /**
   * To be called in the transaction of every write to a session.
   *
   * @throws HistoryError when another host holds the session, or took it from this one
   */
  require(id: SessionId): void {
    const holder = this.#read(id)?.holder;
    if (holder === undefined ? this.#held.has(id) : holder !== this.#holder) throw elsewhere();
  }

  dispose(): void {
    if (this.#held.size > 0) this.#db.run('DELETE FROM leases WHERE holder = ?', this.#holder);
    this.#held.clear();
    this.#stopTimer();
    this.#losses.dispose();
  }

  #read(id: SessionId): LeaseRow | undefined {
    return this.#db.get<LeaseRow>(
      'SELECT holder, pid, machine, renewed_at FROM leases WHERE session = ?',
      id,
    );
  }

  #isLive(lease: LeaseRow, now: number): boolean {
    if (now - lease.renewed_at > STALE_AFTER_MS) return false;
    return lease.machine !== this.#machine || isProcessAlive(lease.pid);
  }

  #renew(): void {
    for (const id of [...this.#held]) {
      try {
        const renewed = this.#db.run(
          'UPDATE leases SET renewed_at = ? WHERE session = ? AND holder = ?',
          Date.now(),
          id,
          this.#holder,
        );
        if (renewed > 0) continue;
      } catch {
        // A database that is locked or full for now. The next round tries again, and notices what was lost meanwhile.
        continue;
      }
      this.#forget(id);
      this.#losses.fire(id);
    }
  }

  #forget(id: SessionId): void {
    this.#held.delete(id);
    if (this.#held.size === 0) this.#stopTimer();
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function elsewhere(): HistoryError {
  return new HistoryError('elsewhere', 'This session is in use in another window.');
}

function isProcessAlive(pid: number): boolean {
  try {
    // Signal 0 sends nothing; it only looks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
}
