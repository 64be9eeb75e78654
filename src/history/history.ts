import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../base/emitter.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { SearchResults } from '../protocol/messages.ts';
import type { Item, Ordinal, SessionId } from '../protocol/transcript.ts';
import { ConversationTable } from './conversation.ts';
import type { Database } from './database.ts';
import { eraseInSteps, FILES_A_STEP, type SessionUse, sessionUse, unfinishedErasures } from './erasure.ts';
import { toFileError } from './errors.ts';
import { ItemTable } from './items.ts';
import type { JsonValue } from './json.ts';
import { LeaseTable } from './leases.ts';
import { type StoredMessage, storedImagesIn } from './messages.ts';
import { ScreenshotRefTable, screenshotsOf } from './screenshotRefs.ts';
import { ScreenshotStore } from './screenshots.ts';
import { SearchIndex, type SearchOptions } from './search.ts';
import {
  type NewSession,
  newSessionRecord,
  type SessionChange,
  type SessionRecord,
  SessionTable,
} from './sessions.ts';
import { mayBeRepaired, openOrReplace } from './setAside.ts';

export { HistoryError } from './errors.ts';
export type { SessionChange, SessionProvider, SessionRecord } from './sessions.ts';
export { newSessionRecord } from './sessions.ts';

/** Sessions read at a time when the caller does not say how many. */
const SESSION_PAGE_SIZE = 100;

/**
 * Everything that outlives the extension host: sessions, what people saw of them, what the API must see again, and
 * the screenshots. Every method that touches the disk throws {@link HistoryError} when it cannot. A session that
 * another host has claimed can be read, renamed, and nothing else.
 */
export class History implements Disposable {
  readonly screenshots: ScreenshotStore;
  /** Where a damaged database was set aside when this one was made in its place; undefined when all was well. */
  readonly recovered: string | undefined;
  readonly #path: string;
  readonly #db: Database;
  readonly #sessions: SessionTable;
  readonly #items: ItemTable;
  readonly #index: SearchIndex;
  readonly #conversation: ConversationTable;
  readonly #refs: ScreenshotRefTable;
  readonly #leases: LeaseTable;

  private constructor(
    path: string,
    db: Database,
    screenshots: ScreenshotStore,
    recovered: string | undefined,
  ) {
    this.#path = path;
    this.#db = db;
    this.screenshots = screenshots;
    this.recovered = recovered;
    this.#sessions = new SessionTable(db);
    this.#items = new ItemTable(db);
    this.#index = new SearchIndex(db, this.#items);
    this.#conversation = new ConversationTable(db);
    this.#refs = new ScreenshotRefTable(db, screenshots);
    this.#leases = new LeaseTable(db);
  }

  /**
   * Opens or makes the store in `folder`: `history.db` and `screenshots/`. A damaged database is set aside and a
   * fresh one made; {@link recovered} says so.
   *
   * @throws HistoryError when the folder cannot be written or the database is of a newer version
   */
  static open(folder: string): History {
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw toFileError(error, folder);
    }
    const screenshots = new ScreenshotStore(join(folder, 'screenshots'));
    const path = join(folder, 'history.db');
    const { db, recovered } = openOrReplace(path);
    try {
      return new History(path, db, screenshots, recovered);
    } catch (error) {
      db.dispose();
      throw error;
    }
  }

  /** Makes a session and stores it. */
  createSession(init: NewSession): SessionRecord {
    const record = newSessionRecord(init);
    this.insertSession(record);
    return record;
  }

  /** Stores a session made by {@link newSessionRecord}. */
  insertSession(record: SessionRecord): void {
    this.#sessions.insert(record);
  }

  /**
   * Takes the session for this history: until it is released, others that share the database cannot write to it.
   * Returns false when another one that lives has it.
   *
   * @throws HistoryError when there is no such session
   */
  claimSession(id: SessionId): boolean {
    return this.#leases.claim(id);
  }

  releaseSession(id: SessionId): void {
    this.#leases.release(id);
  }

  /** Fires with a session that was claimed and is another's now: this host slept or stood still for too long. */
  get onDidLoseSession(): Event<SessionId> {
    return this.#leases.onDidLose;
  }

  /** Those with the newest activity first. */
  sessions(page: { limit?: number; offset?: number } = {}): readonly SessionRecord[] {
    return this.#sessions.list(page.limit ?? SESSION_PAGE_SIZE, page.offset ?? 0);
  }

  session(id: SessionId): SessionRecord | undefined {
    return this.#sessions.get(id);
  }

  updateSession(id: SessionId, change: SessionChange): void {
    this.#sessions.update(id, change);
  }

  /**
   * Deletes the session and the screenshots no other session refers to, in steps of some ms: the session is hidden with
   * the first one and gone with the last; one left off is among the {@link unfinishedErasures}. One that another host
   * has is left alone. Yields the bytes of text and screenshots freed.
   *
   * @throws HistoryError when there is no such session
   */
  *eraseSession(id: SessionId): Generator<number> {
    if (!this.#leases.claim(id)) return;
    try {
      yield* eraseInSteps(this.#db, this.#refs, id);
    } finally {
      this.#leases.release(id);
    }
  }

  /** Sessions whose deletion in steps was left off. */
  unfinishedErasures(): SessionId[] {
    return unfinishedErasures(this.#db);
  }

  /** What a session takes: its texts and its screenshots. Cheap, whatever is in it. */
  sessionUse(id: SessionId): SessionUse {
    return sessionUse(this.#db, this.#refs, id);
  }

  /**
   * Deletes screenshots that no session refers to, some files a step; yields the bytes freed. Those of a database that
   * was set aside go a week later: until then none does that this one does not know of, as it may be repaired.
   *
   * @param now - ms since the epoch
   */
  *sweepScreenshots(now: number): Generator<number> {
    yield* this.#refs.sweepUnused(now, FILES_A_STEP);
    if (mayBeRepaired(this.#path, now)) return;
    yield* this.#refs.sweepOrphans(now);
  }

  isInUseElsewhere(id: SessionId): boolean {
    return this.#leases.isTaken(id);
  }

  /** Runs `action` so that all its writes to the history happen or none. It must not be async. */
  transaction<T>(action: () => T): T {
    return this.#db.transaction(action);
  }

  /** Items in the session, without reading them; 0 when there is no such session. */
  itemCount(id: SessionId): number {
    return this.#items.count(id);
  }

  /** Up to `count` items from `start` on, with what is stored so far of texts still open. */
  readItems(id: SessionId, start: Ordinal, count: number): Item[] {
    return this.#items.read(id, start, count);
  }

  /**
   * The items whose text has `query` in it, whatever capitals and accents: prompts, answers, thinking, what actions were
   * given and returned, captions, notices. Costs what there is from `from` on.
   */
  search(id: SessionId, options: SearchOptions): SearchResults {
    return this.#index.search(id, options);
  }

  /** The nearest item of the user strictly before or after `from`; undefined when there is none. */
  findUser(id: SessionId, from: Ordinal, direction: 'before' | 'after'): Ordinal | undefined {
    return this.#items.findUser(id, from, direction);
  }

  /** Adds the next item. @throws HistoryError when its ordinal is not that of the next one */
  appendItem(id: SessionId, item: Item): void {
    this.#write(id, () => {
      this.#items.append(id, item);
      this.#index.itemAppended(id, item.ordinal);
      this.#refs.add(id, screenshotsOf(item));
    });
  }

  /**
   * Puts `item` in the place of its earlier self. It is the whole truth: text stored by {@link appendText} is in it or
   * gone.
   *
   * @throws HistoryError when there is no such item, or one of another kind
   */
  replaceItem(id: SessionId, item: Item): void {
    this.#write(id, () => {
      this.#items.replace(id, item);
      this.#index.itemReplaced(id, item);
      this.#refs.add(id, screenshotsOf(item));
    });
  }

  /**
   * Adds to the text of an open answer or thinking item, at UTF-16 offset `at`. What is stored already is not
   * rewritten, and saying the same twice does no harm.
   *
   * @throws RangeError when `at` is past the end of the text stored so far, or the item is settled
   */
  appendText(id: SessionId, ordinal: Ordinal, at: number, text: string): void {
    this.#write(id, () => this.#items.appendText(id, ordinal, at, text));
  }

  /**
   * Ends what a killed host left open: texts and running actions become interrupted, notices await nothing and offer
   * nothing. To be called when a session is opened, before anything else is done with it. Returns the changed items.
   *
   * @param now - ms since the epoch
   */
  settleOpenItems(id: SessionId, now: number): Item[] {
    return this.#write(id, () => this.#items.settleOpen(id, now));
  }

  /** Adds to what the API must see again. */
  appendMessage(id: SessionId, message: StoredMessage): void {
    this.#write(id, () => {
      this.#conversation.append(id, message);
      this.#refs.add(id, storedImagesIn(message));
    });
  }

  /** Forgets what the API had to see again, because a summary takes its place. Screenshots stay: items show them. */
  clearMessages(id: SessionId): void {
    this.#write(id, () => this.#conversation.clear(id));
  }

  /** All that the API must see again, in order. */
  readMessages(id: SessionId): StoredMessage[] {
    return this.#conversation.read(id);
  }

  /** The latest of them; undefined when there is none. */
  readLastMessage(id: SessionId): StoredMessage | undefined {
    return this.#conversation.readLast(id);
  }

  /** Adds to what is kept of the turn in progress, so that it can be mended after a crash. */
  addToDraft(id: SessionId, part: JsonValue): void {
    this.#write(id, () => {
      this.#conversation.addToDraft(id, part);
      this.#refs.add(id, storedImagesIn(part));
    });
  }

  /** What was added since it was cleared, in that order. */
  readDraft(id: SessionId): JsonValue[] {
    return this.#conversation.readDraft(id);
  }

  clearDraft(id: SessionId): void {
    this.#write(id, () => this.#conversation.clearDraft(id));
  }

  dispose(): void {
    try {
      this.#leases.dispose();
    } finally {
      this.#db.dispose();
    }
  }

  /** A transaction of this session's writes. @throws HistoryError when another host works in the session */
  #write<T>(id: SessionId, action: () => T): T {
    return this.#db.transaction(() => {
      this.#leases.require(id);
      return action();
    });
  }
}
