import { type BetaRunnableToolset, ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { howFar, noteBegun, noteNotBegun } from '../computer/progress.ts';
import { type Control, CUT_SHORT_TEXT, TAKEN_OVER_TEXT } from './control.ts';
import type { CallObserver } from './observedToolset.ts';
import { reachedForModel } from './reached.ts';
import { wrapToolset } from './toolsetWrapper.ts';

/**
 * `toolset` for Claude: its calls wait while the user has the computer, and then are not run but told why, because they
 * were chosen on a screen that is no more.
 *
 * @param waitForUser - is given what each wait is over with
 */
export function guardToolset(
  toolset: BetaRunnableToolset,
  control: Control,
  waitForUser: CallObserver['waitForUser'],
): BetaRunnableToolset {
  const signals = new JoinedSignals();
  return wrapToolset(toolset, async (context, call) => {
    noteNotBegun();
    if (await waitForUser(control.untilClaudes(context.signal))) throw new ToolError(TAKEN_OVER_TEXT);
    const { taken } = control;
    const signal = signals.of(context.signal, taken);
    noteBegun();
    try {
      return await toolset.run({ ...context, signal }, call);
    } catch (error) {
      if (!taken.aborted || context.signal?.aborted) throw error;
      const reached = reachedForModel(howFar());
      await waitForUser(control.untilClaudes(context.signal));
      throw new ToolError(`${CUT_SHORT_TEXT} ${reached}`.trim());
    }
  });
}

/**
 * Aborts with either of two signals. The same pair gets the same one, call after call: what listens to a signal lives as
 * long as what it is made of, which is a whole run.
 */
class JoinedSignals {
  #latest: { readonly of: readonly [AbortSignal, AbortSignal]; readonly signal: AbortSignal } | undefined;

  of(run: AbortSignal | null | undefined, taken: AbortSignal): AbortSignal {
    if (!run) return taken;
    const known = this.#latest;
    if (known?.of[0] === run && known.of[1] === taken) return known.signal;
    const signal = AbortSignal.any([run, taken]);
    this.#latest = { of: [run, taken], signal };
    return signal;
  }
}
