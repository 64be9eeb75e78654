/** The editor that Claude is trained on, `text_editor_20250728`, over the files of a place. */
import { type BetaToolsetContent, ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { BetaRunnableTool } from '@anthropic-ai/sdk/lib/tools/BetaRunnableTool';
import { untilAborted } from '../../base/delay.ts';
import { visibleName } from '../../protocol/visibleText.ts';
import { type FilePlace, FileRefusedError, type FoundFile } from '../filePlace.ts';
import { type EditorCommand, parseCommand } from './command.ts';
import { unifiedDiff } from './diff.ts';
import { decodeText, encodeText, type FileText, plainLines, replacePart } from './text.ts';
import { EDITOR_TOOL_NAME } from './toolName.ts';
import { editView, folderView, imageView, linesOf, MAX_SHOWN, textView } from './view.ts';

/** What the tool may do. */
export type FileAccess = 'off' | 'read' | 'write';

/** A change that is about to be made, or was. Its path and texts are the model's: show them escaped. */
export interface FileEdit {
  /** Absolute, without links. */
  readonly path: string;
  /** Undefined for a file that is new. */
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
  /** What a person reads of it: a unified diff. */
  readonly diff: string;
  /** Whether VS Code, Git or another tool, on the user's machine, runs what the file says, or lets itself be set by it. */
  readonly decidesWhatRuns: boolean;
}

/** Whose files they are: what the tool has to ask and tell. */
export interface EditorOwner {
  /** As of now; the tool may have been offered before. */
  readonly access: FileAccess;
  /** Whether the user has changes of that file that are not saved. */
  hasUnsavedChanges(path: string): boolean;
  /** How VS Code is set to read the file: `windows1252`. Absent where there is no such setting. */
  encodingOf?(path: string): string | undefined;
  /** Whether the edit may be made; anything but true is a no. */
  confirm(edit: FileEdit, signal: AbortSignal): Promise<boolean>;
  /** It was made. Does not throw. */
  edited(edit: FileEdit): void;
}

/**
 * The tool as the SDK's runner takes it. Calls at the same time are done one after another, so that none works on what
 * another one is about to change.
 *
 * Its entry in `tools[]` is the same whatever the place and its owner: a session offers it from its first request on or
 * never.
 */
export function createEditorTool(place: FilePlace, owner: EditorOwner): BetaRunnableTool<unknown> {
  const editor = new Editor(place, owner);
  return {
    type: 'text_editor_20250728',
    name: EDITOR_TOOL_NAME,
    max_characters: MAX_SHOWN,
    // As it is: what is wrong with it is a result like any other, and told by `run`.
    parse: (input) => input,
    run: (input, context) => editor.call(input, context?.signal ?? new AbortController().signal),
  };
}

class Editor {
  readonly #place: FilePlace;
  readonly #owner: EditorOwner;
  /** The latest call. Never rejects. */
  #latest: Promise<unknown> = Promise.resolve();

  constructor(place: FilePlace, owner: EditorOwner) {
    this.#place = place;
    this.#owner = owner;
  }

  /** @throws ToolError for what cannot be done, and the signal's reason */
  call(input: unknown, signal: AbortSignal): Promise<string | BetaToolsetContent> {
    const done = this.#latest.then(() => {
      signal.throwIfAborted();
      return this.#run(parseCommand(input), signal);
    });
    this.#latest = done.catch(() => undefined);
    return done;
  }

  async #run(command: EditorCommand, signal: AbortSignal): Promise<string | BetaToolsetContent> {
    const { access } = this.#owner;
    if (access === 'off' || (access === 'read' && command.command !== 'view'))
      throw new ToolError(
        access === 'off'
          ? 'The user has turned this tool off.'
          : 'The user lets you view files but not change them.',
      );
    try {
      switch (command.command) {
        case 'view':
          return await this.#view(command, signal);
        case 'create':
          return await this.#create(command, signal);
        case 'str_replace':
          return await this.#replace(command, signal);
        case 'insert':
          return await this.#insert(command, signal);
      }
    } catch (error) {
      throw error instanceof FileRefusedError ? new ToolError(error.message) : error;
    }
  }

  async #view(
    { path, range }: Extract<EditorCommand, { command: 'view' }>,
    signal: AbortSignal,
  ): Promise<string | BetaToolsetContent> {
    const found = await this.#place.find(path, signal);
    if (found.kind === 'folder') {
      if (range)
        throw new ToolError('The `view_range` parameter is not allowed when `path` points to a directory.');
      return folderView(path, await this.#place.list(path, signal));
    }
    const image = imageView(path, found.bytes);
    if (image) {
      if (range) throw new ToolError('The `view_range` parameter is not allowed for an image.');
      return image;
    }
    const { text, encoding } = textOf(found);
    const notes = [
      textView(path, plainLines(text), range),
      ...(encoding === 'windows-1252' ? [`(${NOT_UTF_8})`] : []),
      ...(this.#owner.hasUnsavedChanges(found.path)
        ? ['(The user has changes of this file in the editor that are not saved and not shown here.)']
        : []),
    ];
    return notes.join('\n');
  }

  async #create(
    { path, text }: Extract<EditorCommand, { command: 'create' }>,
    signal: AbortSignal,
  ): Promise<string> {
    const target = await this.#place.target(path, signal);
    const there = await this.#place.find(path, signal).catch((error: unknown) => {
      if (error instanceof FileRefusedError && error.refusal === 'missing') return undefined;
      throw error;
    });
    if (there?.kind === 'folder') throw new ToolError(`The path ${visibleName(path)} is a directory.`);
    if (there)
      throw new ToolError(
        `File already exists: ${visibleName(path)}. It cannot be created again; use str_replace or insert.`,
      );
    const after = Buffer.from(text);
    const edit = { ...target, before: undefined, after, diff: unifiedDiff('', text) };
    await this.#confirmed(edit, signal);
    await this.#place.create(target, after, signal);
    this.#owner.edited(edit);
    return `File created successfully: ${visibleName(path)}`;
  }

  async #replace(
    { path, old, text }: Extract<EditorCommand, { command: 'str_replace' }>,
    signal: AbortSignal,
  ): Promise<string> {
    const editable = await this.#editable(path, signal);
    const plain = plainLines(editable.decoded.text);
    const wanted = plainLines(old);
    if (wanted === '') throw new ToolError('Parameter `old_str` is empty. Use insert to add text.');
    const at = plain.indexOf(wanted);
    if (at === -1)
      throw new ToolError(
        `No replacement was performed: \`old_str\` did not appear verbatim in ${visibleName(path)}.`,
      );
    const lines = linesWith(plain, wanted);
    if (lines.length > 1)
      throw new ToolError(
        `No replacement was performed. Multiple occurrences of \`old_str\`, which begin in lines ${lines.join(', ')}. Make it unique.`,
      );
    return await this.#edit({ ...editable, path, from: at, to: at + wanted.length, text }, signal);
  }

  async #insert(
    { path, line, text }: Extract<EditorCommand, { command: 'insert' }>,
    signal: AbortSignal,
  ): Promise<string> {
    const editable = await this.#editable(path, signal);
    const plain = plainLines(editable.decoded.text);
    const lines = plain === '' ? [] : linesOf(plain);
    if (line < 0 || line > lines.length)
      throw new ToolError(
        `Invalid \`insert_line\` parameter: ${line}. It should be within the lines of the file: 0 to ${lines.length}.`,
      );
    const at = lines.slice(0, line).reduce((length, each) => length + each.length + 1, 0);
    const added = plainLines(text);
    // Whole lines, whether or not the text, or the last line of the file, ends as one.
    const from = Math.min(at, plain.length);
    const before = at > plain.length ? '\n' : '';
    const after = from < plain.length && !added.endsWith('\n') ? '\n' : '';
    return await this.#edit({ ...editable, path, from, to: from, text: before + added + after }, signal);
  }

  /** The file to be edited. What speaks against an edit is said before the user is asked. */
  async #editable(path: string, signal: AbortSignal): Promise<Editable> {
    const found = await this.#place.find(path, signal);
    if (found.kind === 'folder')
      throw new ToolError(
        `The path ${visibleName(path)} is a directory. Only the view command can be used on directories.`,
      );
    const { decidesWhatRuns } = await this.#place.target(found.path, signal);
    return { found, decoded: textOf(found), decidesWhatRuns };
  }

  async #edit(change: Change, signal: AbortSignal): Promise<string> {
    const { path, found, decoded, decidesWhatRuns, from, to } = change;
    const text = replacePart(decoded.text, from, to, change.text);
    const edit = {
      ...{ path: found.path, decidesWhatRuns, diff: unifiedDiff(decoded.text, text) },
      ...{ before: found.bytes, after: this.#encoded(change, text) },
    };
    await this.#confirmed(edit, signal);
    await this.#place.replace(found, edit.after, signal);
    this.#owner.edited(edit);
    const links =
      found.names > 1 ? '\n(The file had other names, hard links, under which the old content is kept.)' : '';
    return editView(path, plainLines(text), from, plainLines(change.text).length) + links;
  }

  /** @throws ToolError where nobody knows as which bytes a character of the new part is to be written */
  #encoded({ found, decoded, text: part }: Change, text: string): Uint8Array {
    const isGuess =
      decoded.encoding === 'windows-1252' && !isWindows1252(this.#owner.encodingOf?.(found.path));
    const special = [...new Set(part)].filter((character) => character > '\x7f');
    const isNew = (character: string) => !decoded.text.includes(character);
    const bytes = encodeText({ ...decoded, text });
    if (bytes && !(isGuess && special.some(isNew))) return bytes;
    const characters = visibleName(special.filter(isNew).slice(0, 10).join(''));
    throw new ToolError(
      `Not done: ${visibleName(found.path)} cannot take ${characters}. ${NOT_UTF_8} Other characters than it has already are written only where it is in that encoding and the user's setting \`files.encoding\` says so.`,
    );
  }

  /** Asks the user, who may have begun to change the file meanwhile. */
  async #confirmed(edit: FileEdit, signal: AbortSignal): Promise<void> {
    this.#checkSaved(edit.path);
    const isAllowed = await untilAborted(this.#owner.confirm(edit, signal), signal);
    signal.throwIfAborted();
    if (isAllowed !== true) throw new ToolError('Not done: the user did not allow this change.');
    if (this.#owner.access !== 'write') throw new ToolError('Not done: the user has turned changes off.');
    this.#checkSaved(edit.path);
  }

  #checkSaved(path: string): void {
    if (this.#owner.hasUnsavedChanges(path))
      throw new ToolError(
        `Not done: the user has changes of ${visibleName(path)} in the editor that are not saved. Ask the user to save or revert them, then view the file again.`,
      );
  }
}

const NOT_UTF_8 =
  'This file is not UTF-8. It is shown as Windows-1252, which may be wrong; its bytes are kept.';

interface Editable {
  readonly found: FoundFile;
  readonly decoded: FileText;
  readonly decidesWhatRuns: boolean;
}

interface Change extends Editable {
  /** As the model wrote it. */
  readonly path: string;
  /** In the text with plain line endings. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function textOf({ path, bytes }: FoundFile): FileText {
  const decoded = decodeText(bytes);
  if (decoded) return decoded;
  throw new ToolError(`${visibleName(path)} is a binary file, which this tool does not show or change.`);
}

/** By VS Code's name for it; Latin-1 is a part of it. */
function isWindows1252(encoding: string | undefined): boolean {
  return encoding === 'windows1252' || encoding === 'iso88591';
}

/** The numbers of the lines in which `wanted` begins, overlapping ones too; the first ten. */
function linesWith(text: string, wanted: string): readonly number[] {
  const lines: number[] = [];
  let line = 1;
  let counted = 0;
  for (let at = text.indexOf(wanted); at !== -1 && lines.length < 10; at = text.indexOf(wanted, at + 1)) {
    line += text.slice(counted, at).split('\n').length - 1;
    counted = at;
    lines.push(line);
  }
  return lines;
}
