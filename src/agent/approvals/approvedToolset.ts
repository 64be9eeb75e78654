import { type BetaRunnableToolset, ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import type { CallTarget, NamedCall } from '../../computer/callTarget.ts';
import type { ApprovalQuestion } from '../../protocol/approvals.ts';
import { wrapToolset } from '../toolsetWrapper.ts';
import { askUser } from './asking.ts';
import { natureOf } from './members.ts';
import { type Circumstances, judge } from './policy.ts';
import { isSameQuestion } from './questions.ts';

/** Read by the model. */
const CHANGING_TEXT =
  'Not executed: each time the user allowed this, the page had changed by then. Look at the page, then try again.';
const DENIED_TEXT = 'Not executed: the user did not allow this.';

/** How often the user is asked about one action while the page changes below it. */
const MAX_ROUNDS = 3;

export interface ApprovalContext {
  /** As of now. */
  readonly circumstances: () => Circumstances;
  /** As `Computer.describeTarget`; absent where that is never known. */
  readonly describe?: (call: NamedCall, signal: AbortSignal) => Promise<readonly CallTarget[] | undefined>;
  /** As `Computer.untilIsolationKnown`. */
  readonly untilIsolationKnown?: (signal: AbortSignal) => Promise<void>;
  /** Hears that the mode does not count here, when that matters. */
  readonly onNotUnattended: () => void;
}

/**
 * `toolset` with the user's leave before each call that needs it. What is run is what the user was shown: the input can
 * be changed by nobody, and what it acts on is looked at again after the answer.
 */
export function approveToolset(toolset: BetaRunnableToolset, context: ApprovalContext): BetaRunnableToolset {
  return wrapToolset(toolset, async (runContext, original) => {
    const call: BetaToolUseBlock = { ...original, input: frozen(structuredClone(original.input)) };
    const signal = runContext.signal ?? new AbortController().signal;
    await untilAllowed(call, context, signal);
    return toolset.run({ ...runContext, toolUse: call, toolUseBlock: call }, call);
  });
}

/** @throws ToolError with what the model reads in place of a result; the signal's reason */
async function untilAllowed(
  call: BetaToolUseBlock,
  context: ApprovalContext,
  signal: AbortSignal,
): Promise<void> {
  let allowed: ApprovalQuestion | undefined;
  for (let round = 0; ; round++) {
    const question = await questionAbout(call, context, signal);
    if (!question || (allowed && isSameQuestion(allowed, question))) return;
    if (round >= MAX_ROUNDS) throw new ToolError(CHANGING_TEXT);
    const { mode, isIsolated } = context.circumstances();
    if (mode === 'unattended' && !isIsolated) context.onNotUnattended();
    if (!(await askUser(round === 0 ? question : { ...question, round }, signal)))
      throw new ToolError(DENIED_TEXT);
    allowed = question;
  }
}

async function questionAbout(
  call: BetaToolUseBlock,
  { circumstances, describe, untilIsolationKnown }: ApprovalContext,
  signal: AbortSignal,
): Promise<ApprovalQuestion | undefined> {
  const named = { toolset: call.toolset_name ?? call.name, member: call.name, input: call.input };
  const nature = natureOf(named.toolset, named.member, named.input, circumstances());
  if (nature === 'desktop' || nature === 'command' || nature === 'edit') await untilIsolationKnown?.(signal);
  const isOnPage = nature === 'click' || nature === 'type' || nature === 'fill' || nature === 'key';
  const targets = isOnPage && describe ? await describe(call, signal) : undefined;
  return judge({ ...named, targets }, circumstances());
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
