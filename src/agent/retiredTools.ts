/** Tools that a session had and that are turned off now: what it has said before still names them. */
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { BASH_TOOL_NAME } from '../tools/bash/toolName.ts';
import { EDITOR_TOOL_NAME } from '../tools/editor/toolName.ts';
import type { OfferedTool, SessionTool } from './sessionTools.ts';

const ENTRIES: Readonly<Record<string, object>> = {
  [BASH_TOOL_NAME]: { type: 'bash_20250124' },
  [EDITOR_TOOL_NAME]: { type: 'text_editor_20250728' },
};

/** How a tool is declared of which nothing is known any more. */
const UNKNOWN = { type: 'custom', description: 'Turned off.', input_schema: { type: 'object' } };

/**
 * Those of `called` that are not `offered`. The API takes no messages that call a tool which is not declared, so each stays
 * declared, but does nothing.
 */
export function retiredTools(called: Iterable<string>, offered: readonly SessionTool[]): OfferedTool[] {
  const names = new Set(offered.map((tool) => ('name' in tool ? tool.name : '')));
  return [...new Set(called)]
    .filter((name) => !names.has(name))
    .sort()
    .map(retired);
}

function retired(name: string): OfferedTool {
  const tool = {
    ...(Object.hasOwn(ENTRIES, name) ? ENTRIES[name] : UNKNOWN),
    name,
    parse: (input: unknown) => input,
    run: () => {
      throw new ToolError(
        'Not executed: the person has turned this tool off since it was last used here. Go on without it.',
      );
    },
  } as unknown as SessionTool;
  return { tool, briefing: `The tool ${name} is turned off; do not call it.` };
}
