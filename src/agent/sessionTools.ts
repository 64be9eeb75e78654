/** The tools that a session has beside its computer's toolset. */
import type { BetaRunnableToolset, BetaToolsetContent } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaRunnableTool } from '@anthropic-ai/sdk/lib/tools/BetaRunnableTool';
import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import type { ShellPlace } from '../base/shellPlace.ts';

/** What the model may call: the same objects for a session's whole life, as they are part of the cached prefix. */
export interface SessionTools {
  readonly toolset: BetaRunnableToolset;
  readonly tools: readonly SessionTool[];
}

export type SessionTool = BetaRunnableTool<unknown>;

/** A tool, and what the model has to know of it, in a sentence. */
export interface OfferedTool {
  readonly tool: SessionTool;
  readonly briefing: string;
}

/** What the user's settings say of tools. */
export interface ToolSettings {
  /** This machine for commands of sessions with a browser; undefined where the user has not turned that on. */
  readonly thisMachine: () => ShellPlace | undefined;
  /** An editor for files of this machine, for those sessions too; undefined where the user has not turned that on. */
  readonly editor?: () => Promise<OfferedTool | undefined>;
  /** How long a command may take, in ms, as of now. */
  readonly commandLimitMs: () => number;
}

/** Of a command, where no setting says otherwise. */
export const DEFAULT_COMMAND_LIMIT_MS = 120_000;

/** A tool as a toolset's calls are, so that what is put around those fits it as well. */
export function throughToolset(
  tool: SessionTool,
  wrap: (toolset: BetaRunnableToolset) => BetaRunnableToolset,
): SessionTool {
  const { parse, run, ...entry } = tool;
  const wrapped = wrap({
    ...(entry as object as BetaRunnableToolset),
    async run(context, call) {
      return contentOf(await run(parse(call.input), context));
    },
  });
  return {
    ...tool,
    // What is wrong with an input is told by the call, so that it is seen like any other.
    parse: (input) => input,
    run(input, context) {
      if (!context) throw new Error('A tool is called by the runner only.');
      // Of the runner for messages, which knows no other calls.
      const call = { ...(context.toolUse as BetaToolUseBlock), input };
      return wrapped.run(
        { ...context, toolUse: call, toolUseBlock: call },
        call,
      ) as Promise<BetaToolsetContent>;
    },
  } as SessionTool;
}

function contentOf(content: Awaited<ReturnType<SessionTool['run']>>): BetaToolsetContent {
  return (typeof content === 'string' ? [{ type: 'text', text: content }] : content) as BetaToolsetContent;
}
