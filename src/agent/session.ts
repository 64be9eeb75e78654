import type { BetaRunnableToolset } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { untilAborted } from '../base/delay.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { t } from '../base/l10n.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type { Computer, ComputerProvider } from '../computer/computer.ts';
import type { History, SessionProvider, SessionRecord } from '../history/history.ts';
import type { Page, ProviderStatus, RunState, SessionStatus } from '../protocol/messages.ts';
import type { Operation } from '../protocol/operations.ts';
import type { NoticeAction, Ordinal, Revision, ScreenshotRef, SessionId } from '../protocol/transcript.ts';
import type { BackoffPolicy } from './backoff.ts';
import { type Connection, Conversation } from './conversation.ts';
import { HistoryMessageStore } from './messageStore.ts';
import {
  computerNotice,
  failureNotice,
  hostEndedNotice,
  noConnectionNotice,
  stoppedNotice,
} from './notices.ts';
import type { CallObserver } from './observedToolset.ts';
import { StoredImages } from './storedImages.ts';
import { Transcript } from './transcript.ts';
import { HOST_ENDED, HostEnding } from './turn.ts';

/** What a session needs from the world around it. */
export interface SessionDeps {
  readonly history: History;
  readonly surroundings: Surroundings;
  readonly computers: ComputerProvider;
  readonly backoff: BackoffPolicy;
  /** Owns what goes wrong outside of a turn, such as a full disk. */
  readonly onFault: (error: unknown) => void;
}

/** The settings and secrets that sessions share, as they are now. */
export interface Surroundings {
  readonly hasApiKey: boolean;
  readonly modelLabel: string;
  readonly httpLogs: boolean;
  readonly onDidChange: Event<void>;
  /** How to reach `provider`, or why it may not be reached. */
  connect(provider: SessionProvider): Promise<Connection | NoConnection>;
}

/** `no-key`: the API needs one. `restricted`: the workspace is not trusted, so no tool may run. */
export interface NoConnection {
  readonly reason: 'no-key' | 'restricted';
}

/** A session is named after its first prompt, cut to what a tab and a tree row can show. */
const MAX_TITLE_LENGTH = 60;

/** How long an action may take to end after a stop, ms. It ends at once by contract; this bounds a broken one. */
const STOP_GRACE_MS = 2_000;

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
  readonly #images: StoredImages;
  readonly #statusChanges = this.#owned.add(new Emitter<SessionStatus>());
  /** Made for the first run: a session that is only read costs no computer, and does not load what drives one. */
  #computer: { readonly computer: Computer; readonly toolset: BetaRunnableToolset } | undefined;
  #computerLabel: string;
  #record: SessionRecord;
  #observer: CallObserver | undefined;
  #run: RunState = { state: 'idle' };
  #stopping: AbortController | undefined;
  /** Resolves when the latest run has ended. */
  #ended: Promise<void> = Promise.resolve();
  #lastScreenshot: ScreenshotRef | null;

  readonly onStatus = this.#statusChanges.event;

  constructor(record: SessionRecord, deps: SessionDeps) {
    this.session = record.id;
    this.#record = record;
    this.#deps = deps;
    this.#messages = new HistoryMessageStore(deps.history, record.id);
    const unfinished = deps.history.settleOpenItems(record.id, Date.now());
    const cutAnswer = unfinished.findLast((item) => item.kind === 'answer');
    const mended = this.#messages.mendTurn(HOST_ENDED, cutAnswer?.text);
    this.#transcript = this.#owned.add(new Transcript(deps.history, record.id, deps.onFault));
    if (mended || unfinished.length > 0) this.#transcript.append(hostEndedNotice());
    this.#lastScreenshot = this.#transcript.lastScreenshot();
    this.#images = new StoredImages(deps.history.screenshots);
    this.#conversation = new Conversation(this.#messages);
    this.#computerLabel = deps.computers.label;
    this.#owned.add(
      deps.surroundings.onDidChange(() => {
        this.#computerLabel = deps.computers.label;
        this.#publishStatus();
      }),
    );
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

  page(start: Ordinal, count: number): Page {
    return this.#transcript.page(start, count);
  }

  operationsSince(known: Revision): readonly Operation[] | undefined {
    return this.#transcript.operationsSince(known);
  }

  get status(): SessionStatus {
    const { title, tokens } = this.#record;
    const { httpLogs } = this.#deps.surroundings;
    return {
      title,
      tokens,
      httpLogs,
      run: this.#run,
      model: this.#modelStatus(),
      computer: this.#computerLabel,
    };
  }

  // ---- what a user does

  get isRunning(): boolean {
    return this.#run.state !== 'idle';
  }

  /** Says `text` to the model and runs until it is done. Ignored while a run is on. Never rejects. */
  async send(text: string): Promise<void> {
    if (this.isRunning) return;
    await this.#begin(() => {
      this.#say(text);
    });
  }

  /** Ends the run; resolves at once. What was under way ends within moments and the transcript says so. */
  stop(): void {
    if (this.#run.state !== 'running') return;
    this.#setRun({ state: 'stopping' });
    this.#stopping?.abort();
  }

  /** Does what a button of the notice at `place` offers, unless it no longer does. Never rejects. */
  async resume(place: Ordinal, action: Extract<NoticeAction, 'retry' | 'continue'>): Promise<void> {
    const notice = this.#transcript.item(place);
    if (this.isRunning || notice?.kind !== 'notice' || !notice.actions.includes(action)) return;
    await this.#begin(() => {
      // A conversation that ends in an answer needs something to answer.
      if (action === 'continue' || this.#conversation.endsWithAnswer) this.#say(t('Continue.'));
    });
  }

  /** Lets the offline demo model answer. Only a session that has not begun can change who answers. */
  useDemo(): boolean {
    if (this.#transcript.count > 0) return this.#record.provider === 'demo';
    this.#change({ provider: 'demo' });
    return true;
  }

  rename(title: string): void {
    this.#change({ title });
  }

  /** Ends the run, keeps what it did, and ends the computer. */
  async close(): Promise<void> {
    this.#stopping?.abort(new HostEnding());
    await this.#ended;
    try {
      await this.#computer?.computer.close();
    } finally {
      this.#owned.dispose();
    }
  }

  #begin(begin: () => void): Promise<void> {
    this.#ended = this.#runAfter(begin);
    return this.#ended;
  }

  async #runAfter(begin: () => void): Promise<void> {
    const stopping = new AbortController();
    const { signal } = stopping;
    this.#stopping = stopping;
    this.#setRun({ state: 'running', since: Date.now(), activity: 'starting' });
    try {
      // What a run that could not be recorded left behind, before anything is said on top of it.
      this.#messages.mendTurn(HOST_ENDED);
      this.#transcript.withdrawOffers();
      begin();
      const connection = await untilAborted(this.#deps.surroundings.connect(this.#record.provider), signal);
      if ('reason' in connection) this.#transcript.append(noConnectionNotice(connection.reason));
      else await this.#execute(connection, signal);
    } catch (error) {
      if (error !== signal.reason) this.#tellFault(error);
      else this.#transcript.append(error instanceof HostEnding ? hostEndedNotice() : stoppedNotice());
    } finally {
      this.#stopping = undefined;
      this.#setRun({ state: 'idle' });
    }
  }

  #tellFault(error: unknown): void {
    this.#deps.onFault(error);
    try {
      const detail = error instanceof Error ? error.message : String(error);
      this.#transcript.append(failureNotice({ kind: 'unexpected', detail }));
    } catch {
      // The transcript's store is what failed, and that has just been told in another way.
    }
  }

  async #execute(connection: Connection, signal: AbortSignal): Promise<void> {
    const { Run } = await import('./run.ts');
    const run = new Run({
      connection,
      signal,
      conversation: this.#conversation,
      transcript: this.#transcript,
      toolset: await untilAborted(this.#toolset(), signal),
      images: this.#images,
      lastScreenshot: this.#lastScreenshot,
      backoff: this.#deps.backoff,
      stopGraceMs: STOP_GRACE_MS,
      observe: (observer) => {
        this.#observer = observer;
      },
      onActivity: (activity) => {
        if (this.#run.state === 'running' && this.#run.activity !== activity) {
          this.#setRun({ ...this.#run, activity });
        }
      },
      onProgress: (turn) => this.#messages.saveProgress(turn),
      onUsage: ({ input, output }) => {
        const { tokens } = this.#record;
        this.#change({ tokens: { input: tokens.input + input, output: tokens.output + output } });
      },
    });
    await run.execute();
    this.#lastScreenshot = run.lastScreenshot;
  }

  async #toolset(): Promise<BetaRunnableToolset> {
    if (this.#computer) return this.#computer.toolset;
    const { observeToolset } = await import('./observedToolset.ts');
    const computer = await this.#deps.computers.create();
    this.#owned.add(computer.onEvent((event) => this.#transcript.append(computerNotice(event))));
    const toolset = observeToolset(computer.toolset, {
      callStarted: (call) => this.#observer?.callStarted(call),
      callEnded: (call, outcome) => this.#observer?.callEnded(call, outcome),
      keep: (content) => this.#observer?.keep(content) ?? content,
    });
    this.#computer = { computer, toolset };
    return toolset;
  }

  /** The model is told before the transcript: should the second fail, saying it again does no harm. */
  #say(text: string): void {
    this.#conversation.say(text);
    this.#nameAfter(text);
    this.#transcript.append({ kind: 'user', text });
  }

  #nameAfter(prompt: string): void {
    if (this.#transcript.count > 0) {
      this.#change({});
      return;
    }
    const line = prompt.trim().split('\n', 1)[0] ?? '';
    const title = line.length > MAX_TITLE_LENGTH ? `${line.slice(0, MAX_TITLE_LENGTH - 1)}…` : line;
    this.#change({ title });
  }

  #change(change: Partial<Pick<SessionRecord, 'title' | 'provider' | 'tokens'>>): void {
    const updated = { ...change, updatedAt: Date.now() };
    this.#deps.history.updateSession(this.session, updated);
    this.#record = { ...this.#record, ...updated };
    this.#publishStatus();
  }

  #setRun(run: RunState): void {
    this.#run = run;
    this.#publishStatus();
  }

  #publishStatus(): void {
    this.#statusChanges.fire(this.status);
  }

  #modelStatus(): ProviderStatus & { readonly label: string } {
    const { hasApiKey, modelLabel } = this.#deps.surroundings;
    if (this.#record.provider === 'demo') return { provider: 'demo', label: 'Demo' };
    return { provider: hasApiKey ? 'anthropic' : 'none', label: modelLabel };
  }
}
