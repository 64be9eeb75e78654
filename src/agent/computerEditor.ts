/** Claude's editor for the files of a computer that is kept from the user's things. */
import type { ShellPlace } from '../base/shellPlace.ts';
import { computerFiles } from '../tools/computerFiles.ts';
import { createEditorTool } from '../tools/editor/editorTool.ts';
import { EDITOR_TOOL_NAME } from '../tools/editor/toolName.ts';
import { reportEdit } from './editReports.ts';
import type { OfferedTool } from './sessionTools.ts';

/** Nothing of it is the user's, so nobody is asked, as with commands there. */
export function computerEditor(place: ShellPlace): OfferedTool {
  const tool = createEditorTool(computerFiles(place), {
    access: 'write',
    hasUnsavedChanges: () => false,
    confirm: async () => true,
    edited: ({ path, diff }) => reportEdit({ id: null, path, diff }),
  });
  const briefing = `The ${EDITOR_TOOL_NAME} tool views and changes any files there, as far as its user may.`;
  return { tool, briefing };
}
