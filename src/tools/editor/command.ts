/** What the model asks of the editor, checked. */
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';

/** An input of `text_editor_20250728`. Lines count from 1. */
export type EditorCommand =
  | { readonly command: 'view'; readonly path: string; readonly range: ViewRange | undefined }
  | { readonly command: 'create'; readonly path: string; readonly text: string }
  | { readonly command: 'str_replace'; readonly path: string; readonly old: string; readonly text: string }
  /** After line `line`, 0 for the beginning. */
  | { readonly command: 'insert'; readonly path: string; readonly line: number; readonly text: string };

export interface ViewRange {
  readonly from: number;
  /** -1 for the end of the file. */
  readonly to: number;
}

/** @throws ToolError that says what is wrong */
export function parseCommand(input: unknown): EditorCommand {
  const fields = isRecord(input) ? input : {};
  const path = textOf(fields, 'path');
  switch (fields.command) {
    case 'view':
      return { command: 'view', path, range: rangeOf(fields.view_range) };
    case 'create':
      return { command: 'create', path, text: contentOf(fields, 'file_text') };
    case 'str_replace':
      // Without `new_str` the text is taken away.
      return {
        command: 'str_replace',
        path,
        old: textOf(fields, 'old_str'),
        text: fields.new_str === undefined || fields.new_str === null ? '' : contentOf(fields, 'new_str'),
      };
    case 'insert':
      return {
        command: 'insert',
        path,
        line: lineOf(fields.insert_line),
        text: contentOf(fields, 'insert_text'),
      };
    default:
      throw new ToolError(
        `Unrecognized command ${JSON.stringify(fields.command)}. Allowed commands are: view, create, str_replace, insert.`,
      );
  }
}

/** What a file is to hold. With a NUL it would be a binary one, of which people are shown no text. */
function contentOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = textOf(fields, name);
  if (value.includes('\0')) throw new ToolError(`Parameter \`${name}\` holds a NUL, which no text file has.`);
  return value;
}

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string')
    throw new ToolError(`Parameter \`${name}\` is required for this command, and has to be a string.`);
  if (!value.isWellFormed())
    throw new ToolError(`Parameter \`${name}\` holds half of a surrogate pair, which no file can keep.`);
  return value;
}

function lineOf(value: unknown): number {
  if (!Number.isSafeInteger(value))
    throw new ToolError('Parameter `insert_line` is required for this command, and has to be an integer.');
  return Number(value);
}

function rangeOf(value: unknown): ViewRange | undefined {
  if (value === undefined || value === null) return undefined;
  const [from, to] = Array.isArray(value) && value.length === 2 ? value : [];
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to))
    throw new ToolError('Invalid `view_range`. It should be a list of two integers.');
  return { from: Number(from), to: Number(to) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
