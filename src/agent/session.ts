import { Emitter, type Event } from '../base/emitter.ts';
import { t } from '../base/l10n.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type { ComputerProvider, PointerCheck, Screen } from '../computer/computer.ts';
import type { SessionProvider, SessionRecord } from '../history/history.ts';
import type { UserAnswer } from '../protocol/approvals.ts';
import type { Controller } from '../protocol/liveMessages.ts';
import {
  type Access,
  MAX_SEARCH_HITS,
  type Page,
  type SearchResults,
  type SessionStatus,
} from '../protocol/messages.ts';
import type { Operation } from '../protocol/operations.ts';
import type { NoticeAction, Ordinal, Revision, SessionId } from '../protocol/transcript.ts';
import { endOfHostNotice } from './approvals/leftQuestions.ts';
import { SessionApprovals, type SessionComputerFacts } from './approvals/sessionApprovals.ts';
import { Control } from './control.ts';
import { Conversation } from './conversation.ts';
import { NO_LIMITS } from './limits/runLimits.ts';
import { mendSession } from './mending.ts';
import { HistoryMessageStore } from './messageStore.ts';
import { computerNotice, handedBackNotice, takenOverNotice } from './notices.ts';
import { endedInInterruption, NEW_COMPUTER_TEXT } from './resumption.ts';
import { ScreenNews } from './screenNews.ts';
import { SessionComputer } from './sessionComputer.ts';
import { type EntryChange, SessionEntry } from './sessionEntry.ts';
import { SessionRuns } from './sessionRuns.ts';
import { accessTo, hasConsent, sessionStatus } from './sessionStatus.ts';
import { titleOf } from './sessionTitle.ts';
import { DEFAULT_COMMAND_LIMIT_MS } from './sessionTools.ts';
import { StoredImages } from './storedImages.ts';
import type { SessionDeps } from './surroundings.ts';
import { Transcript } from './transcript.ts';
import { HOST_ENDED } from './turn.ts';

/**
 * One conversation, one computer, one transcript. Lives in the extension host whether or not a panel shows it; at most
 * one run at a time.
 */
export class AgentSession {
  readonly session: SessionId;
  readonly #deps: SessionDeps;
  readonly #owned = new DisposableStore();
  readonly #transcript: Transcript;
  readonly #messages: HistoryMessageStore;
  readonly #conversation: Conversation;
  readonly #statusChanges = this.#owned.add(new Emitter<SessionStatus>());
  readonly #control = this.#owned.add(new Control());
  readonly #approvals: SessionApprovals;
  readonly #computer: SessionComputer;
  readonly #entry: SessionEntry;
  readonly #runs: SessionRuns;
  #hadApiKey: boolean;
  /** Whether the run on began after an action was interrupted. */
  #isResuming = false;

  readonly onStatus = this.#statusChanges.event;

  /** @param isStored - whether `record` came out of the history, or is one of a session to be */
  constructor(record: SessionRecord, deps: SessionDeps, isStored: boolean) {
    this.session = record.id;
    this.#entry = new SessionEntry(deps.history, record, isStored);
    this.#deps = deps;
    this.#messages = new HistoryMessageStore(deps.history, record.id);
    this.#transcript = this.#owned.add(new Transcript(deps.history, record.id, deps.onFault));
    this.#conversation = new Conversation(this.#messages, () =>
      `${this.#provider.briefing} ${this.#computer.toolBriefing}`.trim(),
    );
    this.#approvals = new SessionApprovals({
      settings: deps.approvals,
      transcript: this.#transcript,
      conversation: this.#conversation,
      computer: () => this.#computerFacts,
      onAsked: (asked) => deps.onAsked?.(record.id, asked),
      tell: (notice) => this.#runs.tell(notice),
    });
    this.#computer = new SessionComputer({
      provider: () => this.#provider,
      control: this.#control,
      calledTools: () => this.#messages.calledTools(),
      thisMachine: () => (this.#entry.record.computer === 'browser' ? deps.tools?.thisMachine() : undefined),
      editor: async () => (this.#entry.record.computer === 'browser' ? deps.tools?.editor?.() : undefined),
      commandLimitMs: () => deps.tools?.commandLimitMs() ?? DEFAULT_COMMAND_LIMIT_MS,
      circumstances: () => this.#approvals.circumstances,
      onNotUnattended: () => this.#approvals.tellNotUnattended(),
      vault: deps.secrets,
      onFault: deps.onFault,
      onEvent: (event) => {
        this.#transcript.append(computerNotice(event));
        // There is nothing left to have.
        if (event.type === 'crashed') this.#control.handBack();
      },
    });
    this.#runs = this.#createRuns();
    this.#owned.add(this.#control.onDidChange((holder) => this.#controlChanged(holder)));
    this.#hadApiKey = deps.surroundings.hasApiKey;
    this.#owned.add(deps.surroundings.onDidChange(() => this.#surroundingsChanged()));
    this.#owned.add(
      deps.history.onDidLoseSession((id) => {
        if (id === this.session) this.#lose();
      }),
    );
    try {
      this.claim();
    } catch (error) {
      this.#owned.dispose();
      throw error;
    }
  }

  // ---- what a panel reads

  get revision(): Revision {
    return this.#transcript.revision;
  }

  get count(): number {
    return this.#transcript.count;
  }

  get onOperation(): Event<{ readonly revision: Revision; readonly operation: Operation }> {
    return this.#transcript.onOperation;
  }

  get onReload(): Event<void> {
    return this.#transcript.onReload;
  }

  page(start: Ordinal, count: number): Page {
    return this.#transcript.page(start, count);
  }

  operationsSince(known: Revision): readonly Operation[] | undefined {
    return this.#transcript.operationsSince(known);
  }

  search(query: string, from: Ordinal): SearchResults {
    return this.#transcript.search(query, from, MAX_SEARCH_HITS);
  }

  findUser(from: Ordinal, direction: 'before' | 'after'): Ordinal | null {
    return this.#deps.history.findUser(this.session, from, direction) ?? null;
  }

  /** The computer's screen, to be watched; used only while {@link status} says that the user has control. */
  get screen(): Screen | undefined {
    return this.#computer.screen;
  }

  /** {@link screen} is another one now, or gone. */
  get onScreen(): Event<Screen | undefined> {
    return this.#computer.onScreen;
  }

  get status(): SessionStatus {
    return sessionStatus(this.#entry, this.#deps, {
      run: this.#runs.state,
      endsInOffer: this.#transcript.endsInOffer,
      control: this.#control.holder,
      unattended: this.#approvals.unattended,
    });
  }

  // ---- what a user does

  get isRunning(): boolean {
    return this.#runs.isRunning;
  }

  /** Whether nothing was said in it so far. */
  get isEmpty(): boolean {
    return this.#transcript.count === 0;
  }

  /**
   * Makes the session this host's unless another one that lives has it, and mends what its last host left behind.
   * Returns whether it is this host's now.
   */
  claim(): boolean {
    if (this.#entry.isWritable) return true;
    if (this.isRunning || !this.#entry.claim()) return false;
    try {
      const wasInterrupted = mendSession(this.#deps.history, this.session, this.#messages);
      this.#conversation.reload();
      this.#transcript.reload();
      if (wasInterrupted) this.#transcript.append(endOfHostNotice(this.#transcript));
    } catch (error) {
      this.#entry.release();
      throw error;
    }
    this.#runs.lastScreenshot = this.#transcript.lastScreenshot();
    this.#publishStatus();
    return true;
  }

  /**
   * Says `text` to the model and begins a run. Returns false, with nothing said and nothing stored, while a run is on,
   * where no run may be, and when it cannot be stored.
   */
  prompt(text: string): boolean {
    return this.#begin(() => this.#say(text));
  }

  /** As {@link prompt}; resolves when the run has ended. Never rejects. */
  async send(text: string): Promise<void> {
    if (this.prompt(text)) await this.#runs.ended;
  }

  /** Ends the run; resolves at once. What was under way ends within moments and the transcript says so. */
  stop(): void {
    this.#runs.stop();
  }

  /**
   * Answers the question about the action at `place`; of no effect where none waits, nor was left by an earlier host. An
   * answer to one that was left begins a run.
   *
   * @param round - of the question that was read
   */
  answer(place: Ordinal, round: number, answer: UserAnswer): void {
    this.#approvals.answer(place, round, answer, (say) => this.#begin(say));
  }

  /** Gives the computer to the user until {@link handBack}. Nothing happens while there is none that runs. */
  takeOver(): void {
    if (this.#computer.hasState && this.#access === 'full') this.#control.takeOver();
  }

  /** Gives it back to Claude, who is told so and shown the screen before the next action. */
  handBack(): void {
    this.#control.handBack();
  }

  /** Finds out how far off the pointer of a desktop is, unless the user has it. Never rejects. */
  checkPointer(): Promise<PointerCheck> {
    return this.#computer.checkPointer();
  }

  /** Does what a button of the notice at `place` offers, unless it no longer does. Never rejects. */
  async resume(place: Ordinal, action: Extract<NoticeAction, 'retry' | 'continue'>): Promise<void> {
    const notice = this.#transcript.item(place);
    if (notice?.kind !== 'notice' || !notice.actions.includes(action)) return;
    const begun = this.#begin(() => {
      // A conversation that ends in an answer needs something to answer.
      if (action === 'continue' || this.#conversation.endsWithAnswer) this.#say(t('Continue.'));
    });
    if (begun) await this.#runs.ended;
  }

  /** Lets `provider` answer. Only an empty session can change that; returns whether it is `provider` now. */
  useProvider(provider: SessionProvider): boolean {
    if (this.#entry.record.provider === provider) return true;
    if (!this.isEmpty) return false;
    // The demo knows its way about one page.
    const computer = provider === 'demo' ? 'browser' : this.#deps.computers.preferred;
    this.#entry.adopt({ provider, computer });
    this.#publishStatus();
    return true;
  }

  /** Takes a name that the history has already. */
  renamed(title: string): void {
    this.#entry.adopt({ title });
    this.#publishStatus();
  }

  /**
   * Ends the run, keeps what it did, lets go of the session, and ends the computer. When no run is on, the session is
   * let go of at once and can be opened anew while its computer still ends.
   */
  async close(): Promise<void> {
    if (this.isRunning) {
      this.#runs.abandon();
      await this.#runs.ended;
    }
    try {
      this.#owned.dispose();
      this.#entry.release();
    } finally {
      await this.#computer.close();
    }
  }

  #createRuns(): SessionRuns {
    const { history, surroundings, backoff, onFault, limits } = this.#deps;
    const conversation = this.#conversation;
    const transcript = this.#transcript;
    const images = new StoredImages(history.screenshots);
    return new SessionRuns({
      backoff,
      onFault,
      limits: limits ?? (() => NO_LIMITS),
      conversation,
      transcript,
      images,
      approvals: this.#approvals.questions,
      messages: this.#messages,
      computer: this.#computer,
      news: new ScreenNews({ conversation, transcript, images, control: this.#control }),
      connect: () => surroundings.connect(this.#entry.record.provider),
      onState: () => this.#publishStatus(),
      onUsage: ({ input, output }) => {
        const { tokens } = this.#entry.record;
        this.#change({ tokens: { input: tokens.input + input, output: tokens.output + output } });
      },
    });
  }

  #begin(begin: () => void): boolean {
    if (this.isRunning || this.#owned.isDisposed) return false;
    try {
      if (!this.claim() || this.#access !== 'full') return false;
      if (!hasConsent(this.#entry.record.provider, this.#deps.surroundings)) return false;
      this.#entry.store();
      // What a run that could not be recorded left behind, before anything is said on top of it.
      this.#messages.mendTurn(HOST_ENDED);
      this.#transcript.withdrawOffers();
      this.#isResuming = endedInInterruption(this.#transcript.latest());
      this.#deps.history.transaction(() => {
        this.#approvals.settleLeft();
        begin();
      });
    } catch (error) {
      // Nothing of it is stored, so nothing of it may be remembered.
      this.#recall();
      this.#runs.tellFault(error);
      return false;
    }
    this.#runs.begin(this.#isResuming);
    return true;
  }

  get #computerFacts(): SessionComputerFacts {
    const { computer, provider } = this.#entry.record;
    const { isIsolated, hasState: isRunning } = this.#computer;
    return {
      kind: computer,
      label: this.#provider.label,
      isRunning,
      isIsolated,
      isMadeUp: provider === 'demo',
    };
  }

  #controlChanged(holder: Controller): void {
    this.#runs.tell(
      holder === 'user' ? takenOverNotice(this.#runs.state.state === 'running') : handedBackNotice(),
    );
    this.#publishStatus();
  }

  #recall(): void {
    this.#conversation.reload();
    if (!this.#entry.isStored) return;
    try {
      this.#entry.reload();
      this.#transcript.reload();
    } catch (error) {
      this.#deps.onFault(error);
    }
  }

  /** Within a transaction: the model and the transcript are told both or neither. */
  #say(text: string): void {
    const isComputerNew = this.#isResuming && !this.#computer.hasState;
    this.#conversation.say(text, isComputerNew ? NEW_COMPUTER_TEXT : '');
    // Named after what was said first.
    this.#change(this.isEmpty ? { title: titleOf(text) } : {});
    this.#transcript.append({ kind: 'user', text });
  }

  #change(change: EntryChange): void {
    this.#entry.change(change);
    this.#publishStatus();
  }

  /** Another host has taken the session, because this one stood still for too long. */
  #lose(): void {
    this.#entry.lost();
    this.#runs.abandon();
    this.#publishStatus();
  }

  get #provider(): ComputerProvider {
    return this.#deps.computers.of(this.#entry.record.computer);
  }

  get #access(): Access {
    return accessTo(this.#entry, this.#deps.surroundings);
  }

  #surroundingsChanged(): void {
    const { computers, surroundings } = this.#deps;
    const { provider } = this.#entry.record;
    // Nothing was done on it so far, so it may still be another one.
    if (this.isEmpty && provider !== 'demo') this.#entry.adopt({ computer: computers.preferred });
    const gotKey = surroundings.hasApiKey && !this.#hadApiKey;
    this.#hadApiKey = surroundings.hasApiKey;
    // Somebody who sets a key wants the real model, where it is not too late for that.
    if (!(gotKey && this.isEmpty && provider === 'demo')) this.#publishStatus();
    else this.useProvider('anthropic');
  }

  #publishStatus(): void {
    this.#statusChanges.fire(this.status);
  }
}
