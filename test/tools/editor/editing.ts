import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import { onTestFinished } from 'vitest';
import { createEditorTool, type EditorOwner, type FileEdit } from '../../../src/tools/editor/editorTool.ts';
import type { FilePlace } from '../../../src/tools/filePlace.ts';
import { localFiles } from '../../../src/tools/localFiles.ts';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'editor-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An editor in a folder of its own, with an owner who allows everything unless the test says otherwise. */
export function editing(options: Partial<EditorOwner> & { readonly place?: FilePlace } = {}) {
  const folder = temporaryFolder();
  const place = options.place ?? localFiles(() => [folder]);
  const asked: FileEdit[] = [];
  const edits: FileEdit[] = [];
  const tool = createEditorTool(place, {
    access: options.access ?? 'write',
    ...(options.encodingOf && { encodingOf: options.encodingOf }),
    hasUnsavedChanges: options.hasUnsavedChanges ?? (() => false),
    confirm: (edit, signal) => {
      asked.push(edit);
      return options.confirm?.(edit, signal) ?? Promise.resolve(true);
    },
    edited: (edit) => edits.push(edit),
  });
  const run = async (input: object) => tool.run(tool.parse(input));
  return {
    folder,
    place,
    tool,
    asked,
    edits,
    at: (name: string) => path.join(folder, name),
    run,
    /** What the model reads of a call that succeeds. */
    text: async (input: object) => String(await run(input)),
    /** What the model reads of a call that fails. */
    refusal: async (input: object) => {
      const error = await run(input).then(
        (result) => new Error(`It was done: ${String(result)}`),
        (reason: unknown) => reason,
      );
      if (error instanceof ToolError) return error.message;
      throw error;
    },
  };
}
