import type {
  BetaRunnableToolset,
  BetaToolRunContext,
  BetaToolsetContent,
} from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import { type OutputNews, withOutput } from '../base/callOutput.ts';
import { withExitStatus } from '../base/exitStatus.ts';
import type { ScreenSignature } from '../base/screenSignature.ts';
import { withSeenScreen } from '../base/seenScreen.ts';
import { type HowFar, withProgress } from '../computer/progress.ts';
import type { ApprovalQuestion } from '../protocol/approvals.ts';
import type { ShownEdit } from '../protocol/transcript.ts';
import type { Verdict } from './approvals/approvals.ts';
import { withAsking } from './approvals/asking.ts';
import { withEditReports } from './editReports.ts';
import { wrapToolset } from './toolsetWrapper.ts';

/** Hears of each call that really runs, as it happens. Its methods do not throw, but for `ask` when the signal aborts. */
export interface CallObserver {
  callStarted(call: BetaToolUseBlock): void;
  /** What it prints while it runs. */
  outputCame(call: BetaToolUseBlock, news: OutputNews): void;
  callEnded(call: BetaToolUseBlock, outcome: CallOutcome): void;
  /** Asks the user whether the call, begun already, may go on. */
  ask(call: BetaToolUseBlock, question: ApprovalQuestion, signal: AbortSignal): Promise<Verdict>;
  /** The call waits for the user until `over` is settled. Resolves and rejects as that does. */
  waitForUser<T>(over: Promise<T>): Promise<T>;
  /** What goes to the model in place of `content`: the same, in a form that may be held in memory for long. */
  keep(content: BetaToolsetContent): BetaToolsetContent;
  /** What the model is to read below the result of a call, after `keep` and before `callEnded`; empty for nothing. */
  review(call: BetaToolUseBlock, outcome: CallOutcome): string;
}

export type CallOutcome =
  /**
   * `edit`: the change of a file that it made; `exitStatus`: what a command ended with; `screen`: what it saw, where that
   * was the whole screen.
   */
  | {
      readonly status: 'done';
      readonly content: BetaToolsetContent;
      readonly edit?: ShownEdit;
      readonly exitStatus?: number;
      readonly screen?: ScreenSignature;
    }
  | { readonly status: 'failed'; readonly content: string | BetaToolsetContent }
  /** It ended without an outcome for the model: the run was stopped, or the toolset broke. */
  | { readonly status: 'interrupted'; readonly howFar?: HowFar };

/**
 * `toolset` with an observer around every call.
 *
 * The wrapper, not an override in each driver, because it sees what the toolset's own pipeline refuses as well.
 */
export function observeToolset(toolset: BetaRunnableToolset, observer: CallObserver): BetaRunnableToolset {
  return wrapToolset(toolset, async (context, call) => {
    // One that comes after a stop is not begun.
    context.signal?.throwIfAborted();
    observer.callStarted(call);
    let edit: ShownEdit | undefined;
    let exitStatus: number | undefined;
    let screen: ScreenSignature | undefined;
    const running = () => runOrTell(toolset, context, call, observer);
    const watched = () =>
      withSeenScreen((seen) => {
        screen = seen;
      }, running);
    const followed = () =>
      withExitStatus((status) => {
        exitStatus = status;
      }, watched);
    const content = await withEditReports((made) => {
      edit = made;
    }, followed);
    const kept = observer.keep(content);
    const hint = observer.review(call, { status: 'done', content: kept, ...(screen && { screen }) });
    const read: BetaToolsetContent = hint === '' ? kept : [...kept, { type: 'text', text: hint }];
    observer.callEnded(call, {
      status: 'done',
      content: read,
      ...(edit && { edit }),
      ...(exitStatus !== undefined && { exitStatus }),
    });
    return read;
  });
}

function runOrTell(
  toolset: BetaRunnableToolset,
  context: BetaToolRunContext,
  call: BetaToolUseBlock,
  observer: CallObserver,
): Promise<BetaToolsetContent> {
  return withProgress(async (howFar) => {
    try {
      return await withAsking(
        {
          ask: (question, signal) => observer.ask(call, question, signal),
          waitForUser: (over) => observer.waitForUser(over),
        },
        () =>
          withOutput(
            (news) => observer.outputCame(call, news),
            () => toolset.run(context, call),
          ),
      );
    } catch (error) {
      if (!(error instanceof ToolError)) {
        observer.callEnded(call, { status: 'interrupted', howFar: howFar() });
        throw error;
      }
      const hint = observer.review(call, { status: 'failed', content: error.content });
      const told = hint === '' ? error : withHint(error, hint);
      observer.callEnded(call, { status: 'failed', content: told.content });
      throw told;
    }
  });
}

function withHint({ content }: ToolError, hint: string): ToolError {
  if (typeof content === 'string') return new ToolError(`${content}\n${hint}`);
  return new ToolError([...content, { type: 'text', text: hint }]);
}
