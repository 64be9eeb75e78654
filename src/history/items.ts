import { growingText, grown } from '../protocol/operations.ts';
import {
  assertNever,
  type Item,
  isAsking,
  isSettled,
  type Ordinal,
  ordinal,
  type SessionId,
} from '../protocol/transcript.ts';
import { type Database, parseColumn } from './database.ts';
import { HistoryError } from './errors.ts';
import { noSession } from './sessions.ts';

interface ItemRow {
  readonly ordinal: number;
  readonly open: number;
  readonly json: string;
}

interface ChunkRow {
  readonly json: string;
}

/** The `items` and `text_chunks` tables: what people see of a session, by ordinal. */
export class ItemTable {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Items in the session; 0 when there is none such. */
  count(id: SessionId): number {
    const row = this.#db.get<{ item_count: number }>('SELECT item_count FROM sessions WHERE id = ?', id);
    return row?.item_count ?? 0;
  }

  read(id: SessionId, start: Ordinal, count: number): Item[] {
    return this.#db
      .all<ItemRow>(
        `SELECT ordinal, open, json FROM items
        WHERE session = ? AND ordinal >= ? AND ordinal < ? ORDER BY ordinal`,
        id,
        start,
        start + count,
      )
      .map((row) => this.#toItem(id, row));
  }

  /** The items that may still change, oldest first. */
  readOpen(id: SessionId): Item[] {
    return this.#db
      .all<ItemRow>(
        // Left to itself, the planner takes the primary key and reads the whole session.
        `SELECT ordinal, open, json FROM items INDEXED BY open_items
        WHERE session = ? AND open = 1 ORDER BY ordinal`,
        id,
      )
      .map((row) => this.#toItem(id, row));
  }

  /** The first item that may still change; undefined when there is none. */
  firstOpen(id: SessionId): Ordinal | undefined {
    const row = this.#db.get<{ ordinal: number }>(
      'SELECT ordinal FROM items INDEXED BY open_items WHERE session = ? AND open = 1 ORDER BY ordinal LIMIT 1',
      id,
    );
    return row && ordinal(row.ordinal);
  }

  /** The nearest item of the user strictly before or after `from`; undefined when there is none. */
  findUser(id: SessionId, from: Ordinal, direction: 'before' | 'after'): Ordinal | undefined {
    const row = this.#db.get<{ ordinal: number }>(
      direction === 'before'
        ? `SELECT ordinal FROM items INDEXED BY user_items
          WHERE session = ? AND kind = 'user' AND ordinal < ? ORDER BY ordinal DESC LIMIT 1`
        : `SELECT ordinal FROM items INDEXED BY user_items
          WHERE session = ? AND kind = 'user' AND ordinal > ? ORDER BY ordinal LIMIT 1`,
      id,
      from,
    );
    return row && ordinal(row.ordinal);
  }

  /** Adds the next item. @throws HistoryError when its ordinal is not that of the next one */
  append(id: SessionId, item: Item): void {
    this.#db.transaction(() => {
      const count = this.#requireCount(id);
      if (item.ordinal !== count) {
        throw new HistoryError(
          'conflict',
          `Item ${item.ordinal} does not follow the session's ${count} items.`,
        );
      }
      this.#db.run(
        'INSERT INTO items (session, ordinal, kind, open, json) VALUES (?, ?, ?, ?, ?)',
        id,
        item.ordinal,
        item.kind,
        isSettled(item) ? 0 : 1,
        JSON.stringify(item),
      );
      this.#db.run(
        'UPDATE sessions SET item_count = item_count + 1, updated_at = max(updated_at, ?) WHERE id = ?',
        item.at,
        id,
      );
    });
  }

  /**
   * Puts `item` in the place of its earlier self. It is the whole truth: chunks of its text are dropped.
   *
   * @throws HistoryError when there is none, or one of another kind
   */
  replace(id: SessionId, item: Item): void {
    this.#db.transaction(() => {
      const open = isSettled(item) ? 0 : 1;
      const json = JSON.stringify(item);
      const row = [id, item.ordinal, item.kind] as const;
      // Setting `open` writes to its index, even to the same.
      const replaced =
        this.#db.run(
          'UPDATE items SET json = ? WHERE session = ? AND ordinal = ? AND kind = ? AND open = ?',
          json,
          ...row,
          open,
        ) ||
        this.#db.run(
          'UPDATE items SET open = ?, json = ? WHERE session = ? AND ordinal = ? AND kind = ?',
          open,
          json,
          ...row,
        );
      if (replaced === 0) {
        throw new HistoryError('conflict', `There is no ${item.kind} item ${item.ordinal} to replace.`);
      }
      this.#db.run('DELETE FROM text_chunks WHERE session = ? AND ordinal = ?', id, item.ordinal);
    });
  }

  /**
   * Writes `text` at UTF-16 offset `at` of what grows of an open item. What is there already is kept as it is.
   *
   * @throws RangeError when `at` is past the end of the text that is there, or the text would grow though it is settled
   */
  appendText(id: SessionId, ordinal: Ordinal, at: number, text: string): void {
    this.#db.transaction(() => {
      const { end, open } = this.#textEnd(id, ordinal);
      if (at > end) throw new RangeError(`Text of item ${ordinal} ends at ${end}, before ${at}.`);
      const added = text.slice(end - at);
      if (added === '') return;
      if (!open) throw new RangeError(`Text of item ${ordinal} is settled and does not grow.`);
      this.#db.run(
        'INSERT INTO text_chunks (session, ordinal, at, text_end, json) VALUES (?, ?, ?, ?, ?)',
        id,
        ordinal,
        end,
        end + added.length,
        JSON.stringify(added),
      );
    });
  }

  /**
   * Ends what a killed host left open: text and actions become interrupted, notices await nothing any more.
   * Returns the items as they are now.
   *
   * @param now - ms since the epoch; no duration reaches past it
   */
  settleOpen(id: SessionId, now: number): Item[] {
    return this.#db.transaction(() => {
      // What the user is asked can be answered in any host.
      const open = this.readOpen(id).filter((item) => !isAsking(item));
      if (open.length === 0) return [];
      // When the host died is not known; the last activity on record is the latest time it surely lived.
      const session = this.#db.get<{ updated_at: number }>(
        'SELECT updated_at FROM sessions WHERE id = ?',
        id,
      );
      const settled = open.map((item) => settle(item, Math.min(now, session?.updated_at ?? now)));
      for (const item of settled) this.replace(id, item);
      return settled;
    });
  }

  #toItem(id: SessionId, row: ItemRow): Item {
    const item = parseColumn<Item>(row.json);
    if (row.open === 0 || growingText(item) === undefined) return item;
    const chunks = this.#db.all<ChunkRow>(
      'SELECT json FROM text_chunks WHERE session = ? AND ordinal = ? ORDER BY at',
      id,
      item.ordinal,
    );
    if (chunks.length === 0) return item;
    return grown(item, chunks.map(({ json }) => parseColumn<string>(json)).join(''));
  }

  #requireCount(id: SessionId): number {
    const row = this.#db.get<{ item_count: number }>('SELECT item_count FROM sessions WHERE id = ?', id);
    if (!row) throw noSession(id);
    return row.item_count;
  }

  /** UTF-16 length of the item's text. The item itself is only read until its first chunk is there. */
  #textEnd(id: SessionId, ordinal: Ordinal): { end: number; open: boolean } {
    const chunk = this.#db.get<{ text_end: number }>(
      'SELECT text_end FROM text_chunks WHERE session = ? AND ordinal = ? ORDER BY at DESC LIMIT 1',
      id,
      ordinal,
    );
    if (chunk) return { end: chunk.text_end, open: true };
    const row = this.#db.get<ItemRow>(
      'SELECT ordinal, open, json FROM items WHERE session = ? AND ordinal = ?',
      id,
      ordinal,
    );
    if (!row) throw new HistoryError('no-session', `There is no item ${ordinal} in session ${id} to extend.`);
    const item = parseColumn<Item>(row.json);
    const text = growingText(item);
    if (text === undefined) throw new TypeError(`A ${item.kind} item has no growing text.`);
    return { end: text.length, open: row.open === 1 };
  }
}

function settle(item: Item, lastSeen: number): Item {
  switch (item.kind) {
    case 'user':
    case 'screenshot':
      return item;
    case 'answer':
      return { ...item, state: 'interrupted' };
    case 'thinking':
      return { ...item, state: 'interrupted', durationMs: Math.max(0, lastSeen - item.at) };
    case 'action':
      if (item.state.status === 'queued') {
        return { ...item, state: { status: 'skipped', reason: 'The program ended before this action.' } };
      }
      return { ...item, state: { status: 'interrupted', durationMs: Math.max(0, lastSeen - item.at) } };
    case 'notice':
      return { ...item, until: null, actions: [] };
    default:
      return assertNever(item);
  }
}
