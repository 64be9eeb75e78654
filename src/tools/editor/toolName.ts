/** By which the model calls `text_editor_20250728`. */
export const EDITOR_TOOL_NAME = 'str_replace_based_edit_tool';
