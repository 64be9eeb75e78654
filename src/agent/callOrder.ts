import type { BetaRunnableToolset } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { untilAborted } from '../base/delay.ts';
import { wrapToolset } from './toolsetWrapper.ts';

/**
 * Has the calls of tools run one after another, as the model wrote them: the SDK's runner has them run side by side, and a
 * question about one would let those after it go ahead.
 *
 * @returns what to put around each of these tools
 */
export function inOrder(): (tool: BetaRunnableToolset) => BetaRunnableToolset {
  /** The latest call. Never rejects. */
  let latest: Promise<unknown> = Promise.resolve();
  return (tool) =>
    wrapToolset(tool, (context, call) => {
      const { signal } = context;
      const turn = signal ? untilAborted(latest, signal) : latest;
      const done = turn.then(async () => {
        signal?.throwIfAborted();
        return await tool.run(context, call);
      });
      const before = latest;
      latest = done.then(
        () => before,
        () => before,
      );
      return done;
    });
}
