import { type BetaRunnableToolset, ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { Control } from './control.ts';
import { wrapToolset } from './toolsetWrapper.ts';

/** What the model reads in place of the result of an action that the user's grip on the computer kept from happening. */
export const TAKEN_OVER_TEXT =
  'Not executed: the user took control of the computer before this action, and has given it back. What the screen ' +
  'shows may have changed; look at it before you go on.';

/** What it reads of one that was under way when the user took over. */
export const CUT_SHORT_TEXT =
  'The user took control of the computer in the middle of this action, which may have been done in part, and has ' +
  'given it back. What the screen shows may have changed; look at it before you go on.';

/**
 * `toolset` for Claude: its calls wait while the user has the computer, and then are not run but told why, because they
 * were chosen on a screen that is no more.
 */
export function guardToolset(toolset: BetaRunnableToolset, control: Control): BetaRunnableToolset {
  return wrapToolset(toolset, async (context, call) => {
    if (await control.untilClaudes(context.signal)) throw new ToolError(TAKEN_OVER_TEXT);
    const { taken } = control;
    const signal = context.signal ? AbortSignal.any([context.signal, taken]) : taken;
    try {
      return await toolset.run({ ...context, signal }, call);
    } catch (error) {
      if (!taken.aborted || context.signal?.aborted) throw error;
      await control.untilClaudes(context.signal);
      throw new ToolError(CUT_SHORT_TEXT);
    }
  });
}
