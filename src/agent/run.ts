import type {
  BetaMessage,
  BetaMessageParam,
  BetaToolResultBlockParam,
  BetaUsage,
} from '@anthropic-ai/sdk/resources/beta';
import type { BetaMessageThread, BetaToolRunner } from '@anthropic-ai/sdk/resources/beta/messages';
import { untilAborted } from '../base/delay.ts';
import type { Activity } from '../protocol/messages.ts';
import type { NewItem, ScreenshotRef } from '../protocol/transcript.ts';
import { type ApiFailure, classifyFailure } from './apiFailure.ts';
import type { Approvals } from './approvals/approvals.ts';
import { endOfHostNotice } from './approvals/leftQuestions.ts';
import type { BackoffPolicy } from './backoff.ts';
import { COMPACTION_BETA, contextTokens, summaryIn } from './compaction.ts';
import type { Connection, Conversation } from './conversation.ts';
import { endNotice, notSummarizedNotice, stoppedNotice, summarizedNotice } from './notices.ts';
import type { CallObserver } from './observedToolset.ts';
import { Retries } from './retries.ts';
import { type JoinedMonitors, joinMonitors, type RunMonitor } from './runMonitor.ts';
import type { SessionTools } from './sessionTools.ts';
import { NO_ACTIONS, together } from './tally.ts';
import type { Transcript } from './transcript.ts';
import {
  HOST_ENDED,
  HostEnding,
  keepActions,
  keepTurn,
  REPLY_CUT_OFF,
  STOPPED,
  type TurnStep,
} from './turn.ts';
import { observeTurn } from './turnObserver.ts';
import { type ImageKeeper, TurnRecorder } from './turnRecorder.ts';

export interface RunDeps {
  readonly connection: Connection;
  readonly conversation: Conversation;
  readonly transcript: Transcript;
  readonly tools: SessionTools;
  readonly images: ImageKeeper;
  readonly approvals: Approvals;
  readonly lastScreenshot: ScreenshotRef | null;
  readonly backoff: BackoffPolicy;
  readonly signal: AbortSignal;
  /** Follow the run, this one alone. */
  readonly monitors: readonly RunMonitor[];
  /** Where the observer of the calls is to be pointed while a turn runs. */
  readonly observe: (observer: CallObserver | undefined) => void;
  /**
   * Tells the model, before it goes on, that the user had the computer meanwhile, if so. Resolves to the screen it was
   * shown with that.
   */
  readonly tellOfUser: (signal: AbortSignal) => Promise<ScreenshotRef | undefined>;
  readonly onActivity: (activity: Activity) => void;
  readonly onProgress: (steps: readonly TurnStep[]) => void;
  readonly onUsage: (tokens: { readonly input: number; readonly output: number }) => void;
  /** How long calls under way may take to end after a stop, ms; they end at once by contract, this bounds a broken one. */
  readonly stopGraceMs: number;
}

/** How a stretch of turns without a failure ended. */
type Ending =
  | { readonly kind: 'finished'; readonly message: BetaMessage | undefined }
  /** Nothing is wrong, but it takes a new thread to go on. */
  | { readonly kind: 'interrupted' }
  /** A monitor ended it. */
  | { readonly kind: 'halted'; readonly notice: NewItem }
  | { readonly kind: 'failed'; readonly failure: ApiFailure };

/** A reply with the results of its calls, or what kept it from coming. */
type Reply =
  | { readonly message: BetaMessage; readonly results: BetaMessageParam | null }
  | { readonly error: unknown };

type Stream = BetaToolRunner<true> extends AsyncIterable<infer S> ? S : never;

/**
 * One run: from a message of the user until the model has nothing more to do, the user stops it, or it fails for good.
 * Every ending leaves the conversation valid and says in the transcript what happened.
 */
export class Run {
  readonly #deps: RunDeps;
  /** Aborts with the user's stop, and when our own store fails: then nothing more may be done that it cannot record. */
  readonly #signal: AbortSignal;
  readonly #faulty = new AbortController();
  #fault: { readonly error: unknown } | undefined;
  /** Aborts when calls under way have had their time to end after the signal aborted. */
  readonly #graceOver = new AbortController();
  #lastScreenshot: ScreenshotRef | null;
  #tally = NO_ACTIONS;
  readonly #retries: Retries;
  readonly #monitors: JoinedMonitors;
  /** Whether a summary was tried because the server found the conversation too long. */
  #hasMadeRoom = false;

  constructor(deps: RunDeps) {
    this.#deps = deps;
    this.#signal = AbortSignal.any([deps.signal, this.#faulty.signal]);
    this.#lastScreenshot = deps.lastScreenshot;
    this.#retries = new Retries(deps);
    this.#monitors = joinMonitors(deps.monitors);
  }

  get lastScreenshot(): ScreenshotRef | null {
    return this.#lastScreenshot;
  }

  /** @throws what the history throws: a run that cannot be recorded ends. */
  async execute(): Promise<void> {
    let grace: NodeJS.Timeout | undefined;
    const onAbort = () => {
      grace = setTimeout(() => this.#graceOver.abort(this.#signal.reason), this.#deps.stopGraceMs);
    };
    if (this.#signal.aborted) onAbort();
    else this.#signal.addEventListener('abort', onAbort, { once: true });
    try {
      await this.#takeTurns();
    } finally {
      clearTimeout(grace);
      this.#signal.removeEventListener('abort', onAbort);
    }
  }

  async #takeTurns(): Promise<void> {
    for (;;) {
      const ending = await this.#converse();
      if (this.#fault) throw this.#fault.error;
      if (ending.kind === 'interrupted') continue;
      if (ending.kind === 'halted') {
        this.#deps.transcript.append(ending.notice);
        return;
      }
      if (ending.kind === 'finished') {
        this.#explainEnd(ending.message);
        return;
      }
      if (!(await this.#waitToRetry(ending.failure))) return;
    }
  }

  async #converse(): Promise<Ending> {
    const { conversation, connection, tools } = this.#deps;
    let last: BetaMessage | undefined;
    const halt = this.#monitors.beforeStep();
    if (halt) return { kind: 'halted', notice: halt };
    try {
      const toSummarize = conversation.isOverfull(connection.model)
        ? conversation.threadToSummarize(connection, tools)
        : undefined;
      const thread = toSummarize ?? conversation.thread(connection, tools);
      const runner = thread.toolRunner({ stream: true, runToolsEagerly: true }, { signal: this.#signal });
      let isSummaryNext = toSummarize !== undefined && this.#askForSummary(thread, runner);
      for await (const stream of runner) {
        if (isSummaryNext) {
          isSummaryNext = false;
          if (!(await this.#takeSummary(stream))) return { kind: 'interrupted' };
          const notice = this.#monitors.beforeStep();
          if (notice) return this.#halted(notice);
          continue;
        }
        const recorder = this.#newRecorder();
        stream.on('streamEvent', (event, snapshot) =>
          this.#guard(() => recorder.streamEvent(event, snapshot)),
        );
        const reply = await this.#replyOf(runner, stream);
        // Eager calls may outlast a reply that ended in another way than by asking for them.
        await untilAborted(recorder.idle(), this.#graceOver.signal).catch(() => {});
        if ('error' in reply) return this.#failed(this.#salvage(recorder, reply.error));
        this.#guard(() =>
          this.#deps.transcript.together(() => this.#recordTurn(recorder, reply.message, reply.results)),
        );
        if (this.#fault) break;
        last = reply.message;
        if (last.stop_reason === 'tool_use') {
          await this.#tellOfUser();
          const notice = this.#monitors.beforeStep();
          if (notice) return this.#halted(notice);
        }
        isSummaryNext = last.stop_reason === 'tool_use' && this.#askForSummary(thread, runner);
      }
    } catch (error) {
      conversation.forget();
      return { kind: 'failed', failure: this.#failureOf(error) };
    } finally {
      this.#deps.observe(undefined);
    }
    return { kind: 'finished', message: last };
  }

  /** The results of the last calls are in the store only. */
  #halted(notice: NewItem): Ending {
    this.#deps.conversation.forget();
    return { kind: 'halted', notice };
  }

  async #tellOfUser(): Promise<void> {
    this.#deps.observe(undefined);
    this.#lastScreenshot = (await this.#deps.tellOfUser(this.#signal)) ?? this.#lastScreenshot;
  }

  /** A conversation that turns out to be too long is tried once more with a summary. */
  #failed(failure: ApiFailure): Ending {
    if (failure.kind !== 'too-long' || this.#hasMadeRoom) return { kind: 'failed', failure };
    this.#hasMadeRoom = true;
    this.#deps.conversation.outgrew();
    return { kind: 'interrupted' };
  }

  /** Has the next thing be a summary where the conversation has grown too long. Returns whether it will be one. */
  #askForSummary(thread: BetaMessageThread, runner: BetaToolRunner<true>): boolean {
    const { conversation, connection } = this.#deps;
    if (!conversation.isOverfull(connection.model)) return false;
    thread.update({ betas: [COMPACTION_BETA] });
    runner.compactBeforeNextTurn();
    this.#deps.onActivity('summarizing');
    return true;
  }

  /**
   * Puts the summary in place of what it was made of. Returns false when the thread is of no more use, because the
   * server makes none; then the conversation goes on whole.
   *
   * @throws whatever else kept it from coming
   */
  async #takeSummary(stream: Stream): Promise<boolean> {
    const { conversation, transcript, images } = this.#deps;
    let message: BetaMessage;
    try {
      message = await stream.finalMessage();
    } catch (error) {
      const failure = this.#failureOf(error);
      if (failure.kind !== 'rejected' && failure.kind !== 'too-long') throw error;
      this.#goOnWhole(failure.detail);
      return false;
    }
    this.#replied(message.usage);
    const summary = summaryIn(message);
    if (summary === undefined) {
      this.#goOnWhole('');
      return false;
    }
    this.#retries.succeeded();
    this.#guard(() => {
      const screen = this.#lastScreenshot ? images.blockOf(this.#lastScreenshot) : undefined;
      conversation.summarized({ role: 'assistant', content: message.content }, screen);
      transcript.append(summarizedNotice(summary));
    });
    if (this.#fault) throw this.#fault.error;
    this.#monitors.summarized();
    return true;
  }

  #replied(usage: BetaUsage): void {
    const output = usage.output_tokens;
    this.#monitors.replied(usage);
    this.#deps.onUsage({ input: contextTokens(usage) - output, output });
  }

  #goOnWhole(detail: string): void {
    this.#deps.conversation.postponeSummary(this.#deps.connection.model);
    this.#guard(() => this.#deps.transcript.append(notSummarizedNotice(detail)));
  }

  /** Waits for the reply and its calls; after a stop no longer than the grace, whatever a call does. */
  async #replyOf(runner: BetaToolRunner<true>, stream: Stream): Promise<Reply> {
    try {
      const message = await stream.finalMessage();
      if (message.stop_reason !== 'tool_use') return { message, results: null };
      const results = await untilAborted(runner.generateToolResponse(), this.#graceOver.signal);
      // The runner has a tool that was stopped answer with an error like any other; what is known of it is not that.
      this.#signal.throwIfAborted();
      return { message, results };
    } catch (error) {
      return { error };
    }
  }

  #newRecorder(): TurnRecorder {
    const { transcript, images, approvals, onActivity, onProgress } = this.#deps;
    onActivity('thinking');
    const recorder = new TurnRecorder({
      transcript,
      images,
      before: this.#lastScreenshot,
      onActivity,
      onProgress,
    });
    this.#deps.observe(
      observeTurn({
        recorder,
        transcript,
        images,
        approvals,
        monitors: this.#monitors,
        signal: this.#signal,
        write: (write) => this.#guard(write),
      }),
    );
    return recorder;
  }

  /** Does what writes to the history; its first failure ends the run. */
  #guard(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#fault ??= { error };
      this.#deps.conversation.forget();
      this.#faulty.abort(error);
    }
  }

  #recordTurn(recorder: TurnRecorder, message: BetaMessage, results: BetaMessageParam | null): void {
    this.#retries.succeeded();
    this.#lastScreenshot = recorder.lastScreenshot;
    const { conversation } = this.#deps;
    const reply: BetaMessageParam = { role: 'assistant', content: message.content };
    switch (message.stop_reason) {
      case 'tool_use':
        if (results) recorder.resultsGiven(results.content as readonly BetaToolResultBlockParam[]);
        conversation.record(results ? [reply, results] : [reply]);
        break;
      case 'end_turn':
      case 'stop_sequence':
      case 'pause_turn':
        conversation.record([reply]);
        break;
      case 'refusal':
        // A refused reply must not be sent back, or everything after it is refused as well.
        conversation.rewrite(keepActions(recorder.progress, REPLY_CUT_OFF));
        break;
      default:
        conversation.rewrite(keepTurn(recorder.progress, REPLY_CUT_OFF));
    }
    recorder.close(REPLY_CUT_OFF.notStarted);
    this.#tally = together(this.#tally, recorder.tally);
    this.#replied(message.usage);
    conversation.grew(contextTokens(message.usage));
  }

  /** Keeps of a broken turn what has to be kept. Returns why it broke. */
  #salvage(recorder: TurnRecorder, error: unknown): ApiFailure {
    const { conversation, signal } = this.#deps;
    const failure = this.#failureOf(error);
    this.#lastScreenshot = recorder.lastScreenshot;
    // What was read for a reply that broke off is charged all the same.
    if (recorder.usage) this.#monitors.replied(recorder.usage);
    const turn = recorder.progress;
    // With the store at fault the draft of the turn is what is left of it; the next run mends it.
    if (this.#fault) {
      this.#guard(() => recorder.close(HOST_ENDED.notStarted));
      return failure;
    }
    this.#guard(() => {
      if (signal.aborted) {
        const explain = signal.reason instanceof HostEnding ? HOST_ENDED : STOPPED;
        conversation.rewrite(keepTurn(turn, explain));
        recorder.close(explain.notStarted, explain === HOST_ENDED);
        return;
      }
      // A server too busy to answer has not touched the thread: it can go on as it is.
      if (failure.kind !== 'busy' || turn.blocks.length > 0) {
        conversation.rewrite(keepActions(turn, REPLY_CUT_OFF));
      }
      recorder.close(REPLY_CUT_OFF.notStarted);
    });
    this.#tally = together(this.#tally, recorder.tally);
    return failure;
  }

  #failureOf(error: unknown): ApiFailure {
    const { connection, signal } = this.#deps;
    return classifyFailure(error, signal, connection.client.apiKey ? [connection.client.apiKey] : []);
  }

  /** Waits for the next try, or ends the run with a notice. Resolves to whether to go on. */
  async #waitToRetry(failure: ApiFailure): Promise<boolean> {
    if (failure.kind !== 'aborted') {
      const outcome = await this.#retries.wait(failure);
      if (outcome !== 'stopped') return outcome === 'again';
    }
    this.#sayStopped();
    return false;
  }

  #sayStopped(): void {
    const { transcript, signal } = this.#deps;
    transcript.append(
      signal.reason instanceof HostEnding ? endOfHostNotice(transcript) : stoppedNotice(this.#tally),
    );
  }

  #explainEnd(message: BetaMessage | undefined): void {
    if (message?.stop_reason === 'model_context_window_exceeded') this.#deps.conversation.outgrew();
    const notice = message && endNotice(message);
    if (notice) this.#deps.transcript.append(notice);
  }
}
