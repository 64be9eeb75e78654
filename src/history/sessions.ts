import { randomUUID } from 'node:crypto';
import { type ComputerKind, isComputerKind } from '../protocol/computers.ts';
import { type SessionId, sessionId } from '../protocol/transcript.ts';
import type { Database } from './database.ts';
import { HistoryError } from './errors.ts';

/** Who answers in a session: the API, or the offline demo. */
export type SessionProvider = 'anthropic' | 'demo';

/** What is known of a session without reading it. Times in ms since the epoch. */
export interface SessionRecord {
  readonly id: SessionId;
  readonly title: string;
  readonly createdAt: number;
  /** The last activity. */
  readonly updatedAt: number;
  readonly provider: SessionProvider;
  readonly computer: ComputerKind;
  readonly itemCount: number;
  /** Used so far. */
  readonly tokens: { readonly input: number; readonly output: number };
}

export type SessionChange = Partial<Pick<SessionRecord, 'title' | 'updatedAt' | 'tokens'>>;

interface SessionRow {
  readonly id: string;
  readonly title: string;
  readonly provider: string;
  readonly computer: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly item_count: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

export interface NewSession {
  readonly title: string;
  /** ms since the epoch. */
  readonly now: number;
  readonly provider: SessionProvider;
  readonly computer: ComputerKind;
}

/** The record of a session that is stored nowhere yet. */
export function newSessionRecord({ title, now, provider, computer }: NewSession): SessionRecord {
  return {
    id: sessionId(randomUUID()),
    title: title.toWellFormed(),
    createdAt: now,
    updatedAt: now,
    provider,
    computer,
    itemCount: 0,
    tokens: { input: 0, output: 0 },
  };
}

/** The `sessions` table. */
export class SessionTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  insert(record: SessionRecord): void {
    this.#db.run(
      'INSERT INTO sessions (id, title, provider, computer, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)',
      record.id,
      record.title.toWellFormed(),
      record.provider,
      record.computer,
      record.createdAt,
      record.updatedAt,
    );
  }

  list(limit: number, offset: number): SessionRecord[] {
    return this.#db
      .all<SessionRow>(
        'SELECT * FROM sessions WHERE hidden = 0 ORDER BY updated_at DESC, id LIMIT ? OFFSET ?',
        limit,
        offset,
      )
      .map(toRecord);
  }

  get(id: SessionId): SessionRecord | undefined {
    const row = this.#db.get<SessionRow>('SELECT * FROM sessions WHERE id = ? AND hidden = 0', id);
    return row && toRecord(row);
  }

  /** @throws HistoryError when there is no such session. */
  update(id: SessionId, change: SessionChange): void {
    const changed = this.#db.run(
      `UPDATE sessions SET
        title = coalesce(?, title), updated_at = coalesce(?, updated_at),
        input_tokens = coalesce(?, input_tokens), output_tokens = coalesce(?, output_tokens)
      WHERE id = ?`,
      change.title?.toWellFormed() ?? null,
      change.updatedAt ?? null,
      change.tokens?.input ?? null,
      change.tokens?.output ?? null,
      id,
    );
    if (changed === 0) throw noSession(id);
  }
}

/** What a write to a session that is not (or no longer) there fails with. */
export function noSession(id: SessionId): HistoryError {
  return new HistoryError('no-session', `The session ${id} does not exist (any more).`);
}

function toRecord(row: SessionRow): SessionRecord {
  return {
    id: sessionId(row.id),
    title: row.title,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    provider: row.provider === 'demo' ? 'demo' : 'anthropic',
    computer: isComputerKind(row.computer) ? row.computer : 'browser',
    itemCount: row.item_count,
    tokens: { input: row.input_tokens, output: row.output_tokens },
  };
}
