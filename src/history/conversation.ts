import type { SessionId } from '../protocol/transcript.ts';
import { type Database, parseColumn } from './database.ts';
import type { JsonValue } from './json.ts';
import type { StoredMessage } from './messages.ts';
import { noSession } from './sessions.ts';

interface JsonRow {
  readonly json: string;
}

/** The `messages` and `draft_parts` tables: what the API must see again to continue a session. */
export class ConversationTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  append(id: SessionId, message: StoredMessage): void {
    this.#db.transaction(() => {
      const row = this.#db.get<{ message_count: number }>(
        'UPDATE sessions SET message_count = message_count + 1 WHERE id = ? RETURNING message_count',
        id,
      );
      if (!row) throw noSession(id);
      this.#db.run(
        'INSERT INTO messages (session, number, json) VALUES (?, ?, ?)',
        id,
        row.message_count - 1,
        JSON.stringify(message),
      );
    });
  }

  /** Numbers go on from where they were. */
  clear(id: SessionId): void {
    this.#db.run('DELETE FROM messages WHERE session = ?', id);
  }

  read(id: SessionId): StoredMessage[] {
    return this.#db
      .all<JsonRow>('SELECT json FROM messages WHERE session = ? ORDER BY number', id)
      .map(({ json }) => parseColumn<StoredMessage>(json));
  }

  readLast(id: SessionId): StoredMessage | undefined {
    const row = this.#db.get<JsonRow>(
      'SELECT json FROM messages WHERE session = ? ORDER BY number DESC LIMIT 1',
      id,
    );
    return row && parseColumn<StoredMessage>(row.json);
  }

  addToDraft(id: SessionId, part: JsonValue): void {
    const added = this.#db.run(
      'INSERT INTO draft_parts (session, json) SELECT id, ? FROM sessions WHERE id = ?',
      JSON.stringify(part),
      id,
    );
    if (added === 0) throw noSession(id);
  }

  readDraft(id: SessionId): JsonValue[] {
    return this.#db
      .all<JsonRow>('SELECT json FROM draft_parts WHERE session = ? ORDER BY number', id)
      .map(({ json }) => parseColumn<JsonValue>(json));
  }

  clearDraft(id: SessionId): void {
    this.#db.run('DELETE FROM draft_parts WHERE session = ?', id);
  }
}
