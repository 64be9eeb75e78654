import type { BetaToolsetContent } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type {
  BetaContentBlock,
  BetaContentBlockParam,
  BetaImageBlockParam,
  BetaMessage,
  BetaRawMessageStreamEvent,
  BetaToolResultBlockParam,
  BetaToolUseBlock,
  BetaUsage,
} from '@anthropic-ai/sdk/resources/beta';
import type { OutputNews } from '../base/callOutput.ts';
import type { Approval } from '../protocol/approvals.ts';
import type { Activity } from '../protocol/messages.ts';
import type { Ordinal, ScreenshotRef } from '../protocol/transcript.ts';
import { BASH_TOOL_NAME } from '../tools/bash/toolName.ts';
import { EDITOR_TOOL_NAME } from '../tools/editor/toolName.ts';
import { isYes } from './approvals/approvals.ts';
import { GrowingText } from './growingText.ts';
import type { CallOutcome } from './observedToolset.ts';
import { reachedForModel, reachedForUser } from './reached.ts';
import { shownOutput, shownText } from './shownText.ts';
import type { Tally } from './tally.ts';
import type { Transcript } from './transcript.ts';
import { errorResult, type TurnProgress, type TurnStep } from './turn.ts';
import { TurnActions } from './turnActions.ts';

/** Keeps images outside of memory. */
export interface ImageKeeper {
  /** The same content with its images in the store; their bytes are read when they are sent. */
  keep(content: BetaToolsetContent): BetaToolsetContent;
  /** The stored image a block of kept content shows; undefined for a block that shows none. */
  refOf(block: BetaToolsetContent[number]): ScreenshotRef | undefined;
  /** A block that shows the model a stored image. */
  blockOf(image: ScreenshotRef): BetaImageBlockParam;
}

export interface RecorderDeps {
  readonly transcript: Transcript;
  readonly images: ImageKeeper;
  /** The screenshot the model saw last before this turn: the one it chooses its points on. */
  readonly before: ScreenshotRef | null;
  readonly onActivity: (activity: Activity) => void;
  /** Called with what is worth surviving a crash: blocks that are finished, calls begun and ended. */
  readonly onProgress: (steps: readonly TurnStep[]) => void;
}

/** Calls whose images are no full screenshot: Claude chooses no points on them. */
const NOT_THE_SCREEN: ReadonlySet<string> = new Set(['zoom', EDITOR_TOOL_NAME]);

/**
 * Writes one turn into the transcript while it streams and its calls run, and remembers how far it got.
 *
 * Fed from two sides: stream events, and the toolset's calls, which start while the reply still streams.
 */
export class TurnRecorder {
  readonly #deps: RecorderDeps;
  /** The finished blocks by their index in the reply. */
  readonly #blocks = new Map<number, BetaContentBlockParam>();
  readonly #results = new Map<string, BetaToolResultBlockParam>();
  readonly #actions: TurnActions;
  readonly #started = new Map<string, number>();
  readonly #running = new Set<string>();
  /** How far calls got that were cut short, where that is known: what the model reads. */
  readonly #reached = new Map<string, string>();
  /** Steps that are not kept yet. */
  #unkept: TurnStep[] = [];
  /** Set once the turn is recorded: what still arrives belongs to no turn and changes nothing. */
  #closed = false;
  #onIdle: () => void = () => {};
  /** The text that the reply is in the middle of. */
  #text: GrowingText | undefined;
  #lastScreenshot: ScreenshotRef | null;
  #usage: BetaUsage | undefined;

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
    this.#lastScreenshot = deps.before;
    this.#actions = new TurnActions(deps.transcript, deps.before);
  }

  /** The latest full screenshot, from this turn or before it. */
  get lastScreenshot(): ScreenshotRef | null {
    return this.#lastScreenshot;
  }

  /** What the reply has taken so far; undefined before it begins. */
  get usage(): BetaUsage | undefined {
    return this.#usage;
  }

  /** The turn as far as it got. An unfinished text block is part of it; any other unfinished block is not. */
  get progress(): TurnProgress {
    const blocks = new Map(this.#blocks);
    if (this.#text?.kind === 'answer' && this.#text.text !== '') {
      blocks.set(this.#text.index, { type: 'text', text: this.#text.text });
    }
    return {
      blocks: [...blocks].sort(([a], [b]) => a - b).map(([, block]) => block),
      results: [...this.#results.values()],
      started: [...this.#started.keys()],
      reached: this.#reached,
    };
  }

  /** What became of its actions so far. */
  get tally(): Tally {
    return this.#actions.tally;
  }

  streamEvent(event: BetaRawMessageStreamEvent, snapshot: BetaMessage): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'content_block_start':
        this.#blockStarted(event.index, event.content_block);
        break;
      case 'content_block_delta':
        if (event.delta.type === 'text_delta') this.#text?.extend(event.delta.text);
        else if (event.delta.type === 'thinking_delta') this.#text?.extend(event.delta.thinking);
        break;
      case 'content_block_stop': {
        const block = snapshot.content[event.index];
        if (block) this.#blockEnded(event.index, block);
        break;
      }
      case 'message_start':
      case 'message_delta':
        this.#usage = snapshot.usage;
        break;
      case 'message_stop':
        break;
    }
  }

  /** The intent is written down before the call runs: see `onProgress`. */
  callStarted(call: BetaToolUseBlock): void {
    this.#started.set(call.id, Date.now());
    this.#running.add(call.id);
    if (this.#closed) return;
    this.#take({ kind: 'started', call: call.id }, () => this.#actions.show(call.id, { status: 'running' }));
    this.#deps.onActivity('acting');
  }

  /** Where the call is in the transcript. */
  placeOf(call: BetaToolUseBlock): Ordinal | undefined {
    return this.#closed ? undefined : this.#actions.placeOf(call.id);
  }

  /** While the user is asked nothing of the call is done, so it is as if it were not begun. */
  approvalChanged(call: BetaToolUseBlock, approval: Approval): void {
    if (this.#closed || !this.#actions.setApproval(call.id, approval)) return;
    const { answer } = approval;
    if (answer && (isYes(answer) || answer.kind === 'denied')) {
      this.callStarted(call);
      return;
    }
    this.#started.delete(call.id);
    this.#take({ kind: 'asked', call: call.id }, () => this.#actions.show(call.id, { status: 'queued' }));
    this.#deps.onActivity(answer === null ? 'asking' : 'acting');
  }

  /** What a call prints while it runs. */
  outputCame(call: BetaToolUseBlock, news: OutputNews): void {
    if (!this.#closed) this.#actions.showOutput(call.id, news);
  }

  callEnded(call: BetaToolUseBlock, outcome: CallOutcome): void {
    try {
      if (!this.#closed) this.#recordOutcome(call, outcome);
    } finally {
      this.#running.delete(call.id);
      if (this.#running.size === 0) this.#onIdle();
    }
  }

  #recordOutcome(call: BetaToolUseBlock, outcome: CallOutcome): void {
    if (outcome.status === 'interrupted') {
      if (outcome.howFar === 'not-begun') this.#started.delete(call.id);
      // Stopped while the user was asked, or before the computer was there: as is said when the turn is closed.
      if (!this.#started.has(call.id)) return;
      const reached = reachedForModel(outcome.howFar);
      if (reached) this.#reached.set(call.id, reached);
    }
    const durationMs = Date.now() - (this.#started.get(call.id) ?? Date.now());
    const result = this.#resultOf(call, outcome);
    if (result) this.#results.set(call.id, result);
    // In one: the model is never told that nobody knows what a person saw done.
    try {
      this.#take(result && { kind: 'ended', result }, () => this.#showOutcome(call, outcome, durationMs));
    } finally {
      this.#actions.settled(call.id);
    }
  }

  /**
   * Keeps the step and shows it, both or neither; where it cannot be kept, people still see what they can. Steps that
   * could not be kept are kept with the next one: without them it would not make sense.
   */
  #take(step: TurnStep | undefined, show: () => void): void {
    if (step) this.#unkept.push(...this.#textBefore(step), step);
    try {
      this.#deps.transcript.together(() => {
        if (this.#unkept.length > 0) this.#deps.onProgress(this.#unkept);
        show();
      });
    } catch (error) {
      show();
      throw error;
    }
    this.#unkept = [];
  }

  /** What there is, and was not kept yet, of a text that is not finished at this step. */
  #textBefore(step: TurnStep): TurnStep[] {
    const open = this.#text;
    if (open?.kind !== 'answer' || step.kind === 'block') return [];
    const text = open.takeNew();
    return text === '' ? [] : [{ kind: 'text', index: open.index, text }];
  }

  #showOutcome(call: BetaToolUseBlock, outcome: CallOutcome, durationMs: number): void {
    const shown = call.name === BASH_TOOL_NAME ? shownOutput : shownText;
    switch (outcome.status) {
      case 'done':
        this.#actions.show(call.id, {
          status: 'done',
          durationMs,
          result: shown(textOf(outcome.content)),
          ...(outcome.edit && { edit: outcome.edit }),
          ...(outcome.exitStatus && { exitStatus: outcome.exitStatus }),
        });
        this.#showImages(call, outcome.content);
        break;
      case 'failed':
        this.#actions.show(call.id, { status: 'failed', durationMs, error: shown(textOf(outcome.content)) });
        break;
      case 'interrupted': {
        const progress = reachedForUser(outcome.howFar);
        this.#actions.show(call.id, { status: 'interrupted', durationMs, ...(progress && { progress }) });
        break;
      }
    }
  }

  #resultOf(call: BetaToolUseBlock, outcome: CallOutcome): BetaToolResultBlockParam | undefined {
    switch (outcome.status) {
      case 'done':
        return toolsetResult(call, outcome.content);
      case 'failed':
        return errorResult(call, textOf(outcome.content) || 'The action failed.');
      case 'interrupted':
        return undefined;
    }
  }

  /** Records the results the runner gave to calls that never ran (an earlier one failed, an unknown tool). */
  resultsGiven(results: readonly BetaToolResultBlockParam[]): void {
    for (const result of results) {
      if (this.#started.has(result.tool_use_id)) continue;
      this.#results.set(result.tool_use_id, result);
      const text = typeof result.content === 'string' ? result.content : textOf(result.content ?? []);
      this.#actions.settle(result.tool_use_id, { status: 'skipped', reason: shownText(text) });
    }
  }

  /** Resolves when no call is under way. */
  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /**
   * Closes what is still open: the reply ended, as planned or not.
   *
   * @param reason - why calls that never ran did not
   * @param keepsQuestions - whether what the user is asked stays open, for the next host
   */
  close(reason: string, keepsQuestions = false): void {
    this.#closed = true;
    const faults: unknown[] = [];
    const attempt = (write: () => void) => {
      try {
        write();
      } catch (error) {
        faults.push(error);
      }
    };
    attempt(() => this.#text?.settle('interrupted'));
    this.#text = undefined;
    for (const id of this.#actions.calls) {
      if (keepsQuestions && this.#actions.isAsking(id)) continue;
      const startedAt = this.#started.get(id);
      attempt(() =>
        this.#actions.settle(
          id,
          startedAt === undefined
            ? { status: 'skipped', reason }
            : { status: 'interrupted', durationMs: Date.now() - startedAt },
        ),
      );
    }
    if (faults.length > 0) throw faults[0];
  }

  #blockStarted(index: number, block: BetaContentBlock): void {
    const kind = block.type === 'text' ? 'answer' : block.type === 'thinking' ? 'thinking' : undefined;
    if (!kind) return;
    this.#deps.onActivity(kind === 'answer' ? 'answering' : 'thinking');
    this.#text = new GrowingText(this.#deps.transcript, index, kind);
  }

  #blockEnded(index: number, block: BetaContentBlock): void {
    // A response block is accepted back as it came; the SDK sends it back the same way.
    const finished = block as BetaContentBlockParam;
    this.#blocks.set(index, finished);
    try {
      this.#take({ kind: 'block', index, block: finished }, () => {
        this.#text?.settle('complete');
        if (block.type === 'tool_use') this.#actions.announce(block);
      });
    } finally {
      this.#text = undefined;
    }
  }

  #showImages(call: BetaToolUseBlock, content: BetaToolsetContent): void {
    for (const block of content) {
      const image = this.#deps.images.refOf(block);
      if (!image) continue;
      const scope = NOT_THE_SCREEN.has(call.name) ? 'region' : 'screen';
      if (scope === 'screen') this.#lastScreenshot = image;
      this.#deps.transcript.append({ kind: 'screenshot', image, scope, caption: captionOf(call, content) });
    }
  }
}

function toolsetResult(call: BetaToolUseBlock, content: BetaToolsetContent): BetaToolResultBlockParam {
  return {
    type: 'tool_result',
    tool_use_id: call.id,
    ...(call.toolset_name ? { toolset_name: call.toolset_name } : {}),
    content,
  } as BetaToolResultBlockParam;
}

function textOf(content: string | BetaToolsetContent | readonly { readonly type: string }[]): string {
  if (typeof content === 'string') return content;
  return content
    .map((block) => ('text' in block && typeof block.text === 'string' ? block.text : ''))
    .filter((text) => text !== '')
    .join('\n');
}

function captionOf(call: BetaToolUseBlock, content: BetaToolsetContent): string {
  if (call.name === EDITOR_TOOL_NAME) return textOf(content);
  const what = call.name === 'zoom' ? 'Zoomed in' : 'Screenshot';
  for (const block of content) {
    if (block.type !== 'browser_state') continue;
    const tab = block.tabs.find((candidate) => candidate.active);
    if (tab) return [what, tab.title, tab.url].filter((part) => part !== '').join(' · ');
  }
  return what;
}
