import type { BetaRunnableToolset } from '@anthropic-ai/sdk/helpers/beta/toolsets';

/** `toolset` with another way to run its calls. The `tools[]` entry stays the same. */
export function wrapToolset(
  toolset: BetaRunnableToolset,
  run: BetaRunnableToolset['run'],
): BetaRunnableToolset {
  const entry: object =
    'toJSON' in toolset && typeof toolset.toJSON === 'function' ? toolset.toJSON() : toolset;
  return { ...(entry as BetaRunnableToolset), run };
}
