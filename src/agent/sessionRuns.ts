import { untilAborted } from '../base/delay.ts';
import { redactText } from '../http/redact.ts';
import type { RunState } from '../protocol/messages.ts';
import type { NewItem, ScreenshotRef } from '../protocol/transcript.ts';
import type { Approvals } from './approvals/approvals.ts';
import type { Connection, Conversation } from './conversation.ts';
import type { RunLimits } from './limits/runLimits.ts';
import type { HistoryMessageStore } from './messageStore.ts';
import { failureNotice, hostEndedNotice, noConnectionNotice, stoppedNotice } from './notices.ts';
import type { ScreenNews } from './screenNews.ts';
import type { SessionComputer } from './sessionComputer.ts';
import type { SessionDeps } from './surroundings.ts';
import { ToldSuspicions } from './suspicion/toldSuspicions.ts';
import type { Transcript } from './transcript.ts';
import { HostEnding } from './turn.ts';
import type { ImageKeeper } from './turnRecorder.ts';

/** How long an action may take to end after a stop, ms. It ends at once by contract; this bounds a broken one. */
const STOP_GRACE_MS = 2_000;

export interface SessionRunsDeps extends Pick<SessionDeps, 'backoff' | 'onFault'> {
  /** As of now, for the next run. */
  readonly limits: () => RunLimits;
  readonly conversation: Conversation;
  readonly transcript: Transcript;
  readonly messages: HistoryMessageStore;
  readonly images: ImageKeeper;
  readonly approvals: Approvals;
  readonly news: ScreenNews;
  readonly computer: SessionComputer;
  readonly connect: () => ReturnType<SessionDeps['surroundings']['connect']>;
  readonly onState: (state: RunState) => void;
  readonly onUsage: (tokens: { readonly input: number; readonly output: number }) => void;
}

/** The runs of a session: one after another, each told in the transcript to its end, whatever that is. */
export class SessionRuns {
  readonly #deps: SessionRunsDeps;
  #state: RunState = { state: 'idle' };
  #stopping: AbortController | undefined;
  #ended: Promise<void> = Promise.resolve();
  readonly #toldSuspicions = new ToldSuspicions();
  /** The screenshot the model saw last. */
  lastScreenshot: ScreenshotRef | null = null;

  constructor(deps: SessionRunsDeps) {
    this.#deps = deps;
  }

  get state(): RunState {
    return this.#state;
  }

  get isRunning(): boolean {
    return this.#state.state !== 'idle';
  }

  /** Resolves when the latest run has ended. Never rejects. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** @param isResuming - whether the model last knew of an action of which nobody knows what came of it */
  begin(isResuming: boolean): void {
    this.#ended = this.#runToEnd(isResuming);
  }

  /** Ends the run; resolves at once. */
  stop(): void {
    if (this.#state.state !== 'running') return;
    this.#setState({ state: 'stopping' });
    this.#stopping?.abort();
    void this.#deps.computer.stopCommands();
  }

  /** Ends the run because this host is about to end, or has lost the session. */
  abandon(): void {
    this.#stopping?.abort(new HostEnding());
  }

  /** Tells a fault to its owner, and in the transcript if that is not where it is. */
  tellFault(error: unknown): void {
    const { onFault, transcript } = this.#deps;
    onFault(error);
    try {
      const detail = redactText(error instanceof Error ? error.message : String(error), []);
      transcript.append(failureNotice({ kind: 'unexpected', detail }));
    } catch {
      // The transcript's store is what failed, and that has just been told in another way.
    }
  }

  /** Adds a notice, which is all that is lost when it cannot be stored. */
  tell(notice: NewItem): void {
    try {
      this.#deps.transcript.append(notice);
    } catch (error) {
      this.#deps.onFault(error);
    }
  }

  async #runToEnd(isResuming: boolean): Promise<void> {
    const stopping = new AbortController();
    const { signal } = stopping;
    this.#stopping = stopping;
    this.#setState({ state: 'running', since: Date.now(), activity: 'starting' });
    try {
      const connection = await untilAborted(this.#deps.connect(), signal);
      if ('reason' in connection) this.#deps.transcript.append(noConnectionNotice(connection.reason));
      else await this.#execute(connection, isResuming, signal);
    } catch (error) {
      if (error !== signal.reason) this.tellFault(error);
      else this.tell(error instanceof HostEnding ? hostEndedNotice() : stoppedNotice());
    } finally {
      this.#stopping = undefined;
      this.#setState({ state: 'idle' });
    }
  }

  async #execute(connection: Connection, isResuming: boolean, signal: AbortSignal): Promise<void> {
    const { conversation, transcript, messages, images, news, computer, backoff, onUsage } = this.#deps;
    const [{ Run }, { monitorsOf }] = await Promise.all([import('./run.ts'), import('./monitors.ts')]);
    const hasScreen = computer.hasState;
    const tools = await untilAborted(computer.tools(), signal);
    const { toolset } = tools;
    if (hasScreen) {
      const seen = isResuming ? await news.afterInterruption(toolset, signal) : undefined;
      this.lastScreenshot = (await news.afterUser(toolset, signal)) ?? seen ?? this.lastScreenshot;
    }
    const run = new Run({
      connection,
      signal,
      conversation,
      transcript,
      tools,
      images,
      approvals: this.#deps.approvals,
      backoff,
      onUsage,
      monitors: monitorsOf({
        connection,
        contextTokens: conversation.contextTokens,
        limits: this.#deps.limits(),
        toldSuspicions: this.#toldSuspicions,
        images,
      }),
      lastScreenshot: this.lastScreenshot,
      stopGraceMs: STOP_GRACE_MS,
      observe: (observer) => computer.observe(observer),
      tellOfUser: (forRun) => news.afterUser(toolset, forRun),
      onActivity: (activity) => {
        if (this.#state.state === 'running' && this.#state.activity !== activity) {
          this.#setState({ ...this.#state, activity });
        }
      },
      onProgress: (steps) => messages.saveProgress(steps),
    });
    await run.execute();
    this.lastScreenshot = run.lastScreenshot;
  }

  #setState(state: RunState): void {
    this.#state = state;
    this.#deps.onState(state);
  }
}
