import type { SearchResults } from '../protocol/messages.ts';
import { assertNever, type Item, type Ordinal, ordinal, type SessionId } from '../protocol/transcript.ts';
import type { Database } from './database.ts';
import { fold } from './folding.ts';
import type { ItemTable } from './items.ts';

/**
 * Items taken into the index at a time. Their texts lie side by side then, so that a page of the database is written
 * once for many of them; until then they are few enough to be read.
 */
export const INDEX_BATCH = 128;

/** Items taken in by one append at most: a session of an older version catches up little by little. */
const MAX_CATCH_UP = 4 * INDEX_BATCH;

/** What to look for, and where. */
export interface SearchOptions {
  readonly query: string;
  /** The first item looked at. */
  readonly from: Ordinal;
  /** Hits told at most. */
  readonly limit: number;
  /** Items as they are now, where the store is behind. */
  readonly live: readonly Item[];
}

/**
 * The `search_texts` table: the folded text of each item, up to the first that may still change or is not taken in yet.
 *
 * It is a plain scan, not SQLite's full-text index, because people look for parts of words: over 20,000 items a scan
 * takes about 10 ms; a trigram index takes less, but is twice as large and finds nothing shorter than three letters.
 */
export class SearchIndex {
  readonly #db: Database;
  readonly #items: ItemTable;

  constructor(db: Database, items: ItemTable) {
    this.#db = db;
    this.#items = items;
  }

  /** To be called when an item was appended: takes in what is settled, once there is a batch of it. */
  itemAppended(id: SessionId, place: Ordinal): void {
    if ((place + 1) % INDEX_BATCH !== 0) return;
    const start = this.#indexed(id);
    const settled = Math.min(this.#items.firstOpen(id) ?? place + 1, start + MAX_CATCH_UP);
    for (const item of this.#items.read(id, ordinal(start), settled - start)) {
      this.#db.run(
        'INSERT INTO search_texts (session, ordinal, text) VALUES (?, ?, ?)',
        id,
        item.ordinal,
        fold(searchedText(item)),
      );
    }
  }

  /** To be called when an item was replaced, in case its text is in the index. */
  itemReplaced(id: SessionId, item: Item): void {
    if (!this.#db.get('SELECT 1 FROM search_texts WHERE session = ? AND ordinal = ?', id, item.ordinal))
      return;
    this.#db.run(
      'UPDATE search_texts SET text = ?1 WHERE session = ?2 AND ordinal = ?3 AND text <> ?1',
      fold(searchedText(item)),
      id,
      item.ordinal,
    );
  }

  /** The items from `from` on whose text has `query` in it, whatever capitals and accents. */
  search(id: SessionId, { query, from, limit, live }: SearchOptions): SearchResults {
    const count = this.#items.count(id);
    const settled = this.#items.firstOpen(id) ?? ordinal(count);
    const folded = fold(query);
    if (folded === '') return { ordinals: [], total: 0, settled, settledTotal: 0 };
    const found = this.#db
      .all<{ ordinal: number }>(
        'SELECT ordinal FROM search_texts WHERE session = ? AND ordinal >= ? AND instr(text, ?) > 0 ORDER BY ordinal',
        id,
        from,
        folded,
      )
      .map((row) => ordinal(row.ordinal));
    const start = ordinal(Math.max(from, this.#indexed(id)));
    for (const stored of this.#items.read(id, start, Math.max(0, count - start))) {
      const item = live.find((candidate) => candidate.ordinal === stored.ordinal) ?? stored;
      if (fold(searchedText(item)).includes(folded)) found.push(item.ordinal);
    }
    const open = found.findIndex((place) => place >= settled);
    return {
      ordinals: found.slice(0, limit),
      total: found.length,
      settled,
      settledTotal: open < 0 ? found.length : open,
    };
  }

  /** Items taken in; they are the first ones. */
  #indexed(id: SessionId): number {
    const row = this.#db.get<{ ordinal: number }>(
      'SELECT ordinal FROM search_texts WHERE session = ? ORDER BY ordinal DESC LIMIT 1',
      id,
    );
    return row ? row.ordinal + 1 : 0;
  }
}

/** What of an item can be found: all that a person can read of it once it is opened, one part a line. */
export function searchedText(item: Item): string {
  switch (item.kind) {
    case 'user':
    case 'answer':
    case 'thinking':
      return item.text;
    case 'action':
      return lines(
        item.summary,
        `${item.toolset}.${item.member}`,
        item.input,
        item.output ?? '',
        outcomeOf(item.state),
      );
    case 'screenshot':
      return item.caption;
    case 'notice':
      return lines(item.text, item.detail);
    default:
      return assertNever(item);
  }
}

function outcomeOf(state: Extract<Item, { kind: 'action' }>['state']): string {
  switch (state.status) {
    case 'queued':
      return '';
    case 'running':
      return state.latest?.text ?? '';
    case 'interrupted':
      return lines(state.progress ?? '', state.latest?.text ?? '');
    case 'done':
      return state.result;
    case 'failed':
      return state.error;
    case 'skipped':
      return state.reason;
    default:
      return assertNever(state);
  }
}

function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}
