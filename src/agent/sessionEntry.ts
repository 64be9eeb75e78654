import type { History, SessionRecord } from '../history/history.ts';

/** What a session's entry says of it; the rest is fixed. */
export type EntryChange = Partial<Pick<SessionRecord, 'title' | 'tokens'>>;

/** What is fixed with the first prompt. */
export type EntrySetting = Partial<Pick<SessionRecord, 'title' | 'provider' | 'computer'>>;

/**
 * A session's entry in the history, and whether this host may write to it: only one host at a time holds the session's
 * lease. A session that nothing was said in has no entry yet, and is nobody else's.
 */
export class SessionEntry {
  readonly #history: History;
  #record: SessionRecord;
  #isStored: boolean;
  #isOurs = false;

  /** @param isStored - whether `record` came out of the history, or is one of a session to be */
  constructor(history: History, record: SessionRecord, isStored: boolean) {
    this.#history = history;
    this.#record = record;
    this.#isStored = isStored;
  }

  get record(): SessionRecord {
    return this.#record;
  }

  get isWritable(): boolean {
    return this.#isOurs || !this.#isStored;
  }

  /** Takes the lease where it is free. Returns whether this host has it now that it had not before. */
  claim(): boolean {
    if (this.isWritable || !this.#history.claimSession(this.#record.id)) return false;
    this.#isOurs = true;
    this.reload();
    return true;
  }

  get isStored(): boolean {
    return this.#isStored;
  }

  /** Reads anew what the history has. */
  reload(): void {
    this.#record = this.#history.session(this.#record.id) ?? this.#record;
  }

  /** Another host has taken the lease. */
  lost(): void {
    this.#isOurs = false;
  }

  release(): void {
    if (this.#isOurs) this.#history.releaseSession(this.#record.id);
    this.#isOurs = false;
  }

  /** Makes the entry, the first time something is said. */
  store(): void {
    if (this.#isStored) return;
    this.#isOurs = this.#history.transaction(() => {
      this.#history.insertSession(this.#record);
      return this.#history.claimSession(this.#record.id);
    });
    this.#isStored = true;
  }

  /** Writes the change down, as of now. */
  change(change: EntryChange): void {
    const updated = { ...change, updatedAt: Date.now() };
    this.#history.updateSession(this.#record.id, updated);
    this.#record = { ...this.#record, ...updated };
  }

  /** Takes over a change that is in the history already, or that goes there with {@link store}. */
  adopt(change: EntrySetting): void {
    this.#record = { ...this.#record, ...change };
  }
}
