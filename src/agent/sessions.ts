import { type Clock, systemClock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { type Disposable, DisposableStore, toDisposable } from '../base/lifecycle.ts';
import { eraseSession } from '../history/cleanUp.ts';
import { HistoryError, newSessionRecord, type SessionRecord } from '../history/history.ts';
import type { SessionStatus } from '../protocol/messages.ts';
import type { SessionId } from '../protocol/transcript.ts';
import { AgentSession } from './session.ts';
import type { SessionDeps } from './surroundings.ts';

/**
 * How long a session that neither runs nor is held stays open, in ms. Its browser costs some hundred megabytes;
 * somebody who closed a panel by mistake still finds the page as it was.
 */
export const IDLE_CLOSE_MS = 5 * 60_000;

/** Between two tries to get a session that another host has, in ms: a window that reloads waits for its old host. */
export const CLAIM_INTERVAL_MS = 2_000;

interface OpenSession {
  readonly session: AgentSession;
  readonly owned: DisposableStore;
  /** Panels that show it. */
  holds: number;
  /** Being deleted: still known, so that its run is seen to end, but not given out any more. */
  leaving: boolean;
  idle: Disposable | undefined;
  claiming: Disposable | undefined;
}

/** All sessions of this workspace: the stored ones, and among them those that are open in this extension host. */
export class Sessions {
  readonly #deps: SessionDeps;
  readonly #clock: Clock;
  readonly #open = new Map<SessionId, OpenSession>();
  /** What must be over before the history is closed: sessions that end or are being deleted. */
  readonly #endings = new Set<Promise<void>>();
  /** Being deleted from the history. */
  readonly #leaving = new Set<SessionId>();
  readonly #closing = new AbortController();
  readonly #changes = new Emitter<void>();

  /** A session came, went, changed its name, or began or ended a run. */
  readonly onDidChange = this.#changes.event;

  constructor(deps: SessionDeps, clock: Clock = systemClock) {
    this.#deps = deps;
    this.#clock = clock;
  }

  /** Stored sessions, newest activity first. */
  list(limit?: number): readonly SessionRecord[] {
    return this.#deps.history.sessions(limit === undefined ? {} : { limit });
  }

  get running(): readonly AgentSession[] {
    return [...this.#open.values()].map(({ session }) => session).filter((session) => session.isRunning);
  }

  isRunning(id: SessionId): boolean {
    return this.#open.get(id)?.session.isRunning ?? false;
  }

  /** Whether the session is worked on here: opened, or being deleted. */
  isOpen(id: SessionId): boolean {
    return this.#open.has(id) || this.#leaving.has(id);
  }

  /** To be called when stored sessions were deleted by somebody else. */
  changed(): void {
    this.#changes.fire();
  }

  /** A session in which nothing was said yet: the one there is, else a new one. It is stored with its first prompt. */
  create(): AgentSession {
    const empty = [...this.#open.values()].find(({ session, leaving }) => session.isEmpty && !leaving);
    if (empty) return empty.session;
    const record = newSessionRecord({
      title: '',
      now: Date.now(),
      provider: 'anthropic',
      computer: this.#deps.computers.preferred,
    });
    return this.#adopt(new AgentSession(record, this.#deps, false));
  }

  /** The session, opened if it is not; undefined when it is not (or no longer) in the history, or being deleted. */
  open(id: SessionId): AgentSession | undefined {
    const open = this.#open.get(id);
    if (open) return open.leaving ? undefined : open.session;
    const record = this.#deps.history.session(id);
    return record && this.#adopt(new AgentSession(record, this.#deps, true));
  }

  /** Keeps the session open until the result is disposed. */
  hold(id: SessionId): Disposable {
    const open = this.#open.get(id);
    if (!open) throw new Error(`The session ${id} is not open.`);
    open.holds += 1;
    this.#schedule(open);
    return toDisposable(() => {
      open.holds -= 1;
      this.#schedule(open);
    });
  }

  /** Renames a stored session, open or not; its place among the others stays. */
  rename(id: SessionId, title: string): void {
    this.#deps.history.updateSession(id, { title });
    this.#open.get(id)?.session.renamed(title);
    this.#changes.fire();
  }

  /** Stops, closes and forgets the session with all its screenshots. Never rejects; failures are reported. */
  async delete(id: SessionId): Promise<void> {
    const open = this.#open.get(id);
    if (open?.leaving || this.#leaving.has(id)) return;
    if (open?.session.status.access === 'elsewhere') {
      this.#deps.onFault(new HistoryError('elsewhere', 'The session is in use in another window.'));
      return;
    }
    if (open) {
      open.leaving = true;
      this.#schedule(open);
    }
    await this.#track(this.#closeAndDelete(id, open?.session));
  }

  /**
   * Ends every run and computer. A failure of one does not keep the others from ending. What is left of sessions being
   * deleted goes with the next clean-up.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const [id, open] of [...this.#open]) {
      if (open.leaving) continue;
      open.leaving = true;
      this.#schedule(open);
      void this.#track(this.#end(id, open));
    }
    await Promise.all(this.#endings);
    this.#changes.dispose();
  }

  /** Lets {@link close} wait for `ending`, which never rejects. */
  #track(ending: Promise<void>): Promise<void> {
    const tracked = ending.finally(() => this.#endings.delete(tracked));
    this.#endings.add(tracked);
    return tracked;
  }

  async #closeAndDelete(id: SessionId, session: AgentSession | undefined): Promise<void> {
    try {
      await session?.close();
    } catch (error) {
      this.#deps.onFault(error);
    } finally {
      this.#forget(id);
      await this.#deleteStored(id);
    }
  }

  #adopt(session: AgentSession): AgentSession {
    const open: OpenSession = {
      session,
      owned: new DisposableStore(),
      holds: 0,
      leaving: false,
      idle: undefined,
      claiming: undefined,
    };
    open.owned.add(session.onStatus(this.#statusListener(open)));
    this.#open.set(session.session, open);
    this.#schedule(open);
    this.#changes.fire();
    return session;
  }

  /** Follows what the tree shows and what a session waits for, not every token count. */
  #statusListener(open: OpenSession): (status: SessionStatus) => void {
    let shown = '';
    return ({ title, run, model, access }) => {
      const now = JSON.stringify([title, run.state, model.provider, access]);
      if (now === shown) return;
      shown = now;
      this.#schedule(open);
      this.#changes.fire();
    };
  }

  /** Starts and ends the waits of a session: to be closed, and to be had. */
  #schedule(open: OpenSession): void {
    const { session, holds, leaving } = open;
    const isIdle = holds === 0 && !leaving && !session.isRunning;
    if (!isIdle) {
      open.idle?.dispose();
      open.idle = undefined;
    } else {
      open.idle ??= this.#clock.schedule(() => this.#letGo(open), IDLE_CLOSE_MS);
    }
    const wanted = holds > 0 && !leaving && session.status.access === 'elsewhere';
    if (!wanted) {
      open.claiming?.dispose();
      open.claiming = undefined;
    } else {
      open.claiming ??= this.#clock.schedule(() => this.#claim(open), CLAIM_INTERVAL_MS);
    }
  }

  #claim(open: OpenSession): void {
    open.claiming = undefined;
    try {
      open.session.claim();
    } catch (error) {
      // Deleted over there: it stays readable as far as it was read, and is not tried again.
      this.#deps.onFault(error);
      return;
    }
    this.#schedule(open);
  }

  #letGo(open: OpenSession): void {
    const id = open.session.session;
    open.leaving = true;
    const ending = this.#end(id, open);
    // No run is on, so nothing more is written, and it may be opened anew from here on.
    this.#forget(id);
    void this.#track(ending);
  }

  async #end(id: SessionId, { session }: OpenSession): Promise<void> {
    try {
      await session.close();
    } catch (error) {
      this.#deps.onFault(error);
    } finally {
      if (this.#open.get(id)?.session === session) this.#forget(id);
    }
  }

  #forget(id: SessionId): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.idle?.dispose();
    open?.claiming?.dispose();
    open?.owned.dispose();
  }

  async #deleteStored(id: SessionId): Promise<void> {
    const { history, onFault } = this.#deps;
    this.#leaving.add(id);
    try {
      // One that nothing was said in is stored nowhere.
      if (history.session(id)) {
        await eraseSession(history, id, this.#closing.signal, () => this.#changes.fire());
      }
    } catch (error) {
      onFault(error);
    } finally {
      this.#leaving.delete(id);
      this.#changes.fire();
    }
  }
}
