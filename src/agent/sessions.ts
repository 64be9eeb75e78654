import { Emitter } from '../base/emitter.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type { SessionRecord } from '../history/history.ts';
import type { SessionId } from '../protocol/transcript.ts';
import { AgentSession, type SessionDeps } from './session.ts';

/** All sessions of this workspace: the stored ones, and among them those that are open in this extension host. */
export class Sessions {
  readonly #deps: SessionDeps;
  readonly #open = new Map<SessionId, { readonly session: AgentSession; readonly owned: DisposableStore }>();
  readonly #changes = new Emitter<void>();

  /** A session came, went, changed its name, or began or ended a run. */
  readonly onDidChange = this.#changes.event;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** Newest activity first, at most as many as a tree can show. */
  list(): readonly SessionRecord[] {
    return this.#deps.history.sessions();
  }

  get running(): readonly AgentSession[] {
    return [...this.#open.values()].map(({ session }) => session).filter((session) => session.isRunning);
  }

  isRunning(id: SessionId): boolean {
    return this.#open.get(id)?.session.isRunning ?? false;
  }

  create(): AgentSession {
    const record = this.#deps.history.createSession({ title: '', now: Date.now(), provider: 'anthropic' });
    return this.#adopt(record);
  }

  /** The session, opened if it is not; undefined when it is not (or no longer) in the history. */
  open(id: SessionId): AgentSession | undefined {
    const open = this.#open.get(id);
    if (open) return open.session;
    const record = this.#deps.history.session(id);
    return record && this.#adopt(record);
  }

  rename(id: SessionId, title: string): void {
    this.open(id)?.rename(title);
  }

  /** Stops, closes and forgets the session with all its screenshots. */
  async delete(id: SessionId): Promise<void> {
    const open = this.#open.get(id);
    this.#open.delete(id);
    await open?.session.close();
    open?.owned.dispose();
    this.#deps.history.deleteSession(id);
    this.#changes.fire();
  }

  /** Ends every run and computer. A failure of one does not keep the others from ending. */
  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    const endings = await Promise.allSettled(open.map(({ session }) => session.close()));
    for (const { owned } of open) owned.dispose();
    for (const ending of endings) if (ending.status === 'rejected') this.#deps.onFault(ending.reason);
    this.#changes.dispose();
  }

  #adopt(record: SessionRecord): AgentSession {
    const session = new AgentSession(record, this.#deps);
    const owned = new DisposableStore();
    owned.add(session.onStatus(this.#changedOnly(session)));
    this.#open.set(record.id, { session, owned });
    this.#changes.fire();
    return session;
  }

  /** A listener that passes on what the tree shows, not every token count. */
  #changedOnly(session: AgentSession): () => void {
    let shown = '';
    return () => {
      const { title, run, model } = session.status;
      const now = JSON.stringify([title, run.state, model.provider]);
      if (now === shown) return;
      shown = now;
      this.#changes.fire();
    };
  }
}
