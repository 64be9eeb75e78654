import { realpathSync } from 'node:fs';
import * as vscode from 'vscode';
import { askUser } from '../agent/approvals/asking.ts';
import { questionOf } from '../agent/approvals/policy.ts';
import { reportEdit } from '../agent/editReports.ts';
import type { OfferedTool } from '../agent/sessionTools.ts';
import { visibleName } from '../protocol/visibleText.ts';
import type { FileAccess } from '../tools/editor/editorTool.ts';
import { EDITOR_TOOL_NAME } from '../tools/editor/toolName.ts';
import { localFiles } from '../tools/localFiles.ts';
import { endShellsOver } from '../tools/sandbox/sandboxedPlace.ts';
import { FileEdits } from './fileEdits.ts';
import { readFileAccess } from './settings.ts';

/** The files of the workspace for Claude's editor, and what it did to them. */
export class EditorFiles implements vscode.Disposable {
  readonly #place = localFiles(workspaceFolders);
  /** What was changed, and is about to be. */
  readonly edits = new FileEdits(this.#place, hasUnsavedChanges);

  dispose(): void {
    this.edits.dispose();
  }

  /** An editor of the workspace's files; undefined where the user has not turned that on, or there are none. */
  async offer(): Promise<OfferedTool | undefined> {
    const access = accessNow();
    const folders = this.#place.roots.map(visibleName).join(', ');
    if (access === 'off' || folders === '') return undefined;
    const { createEditorTool } = await import('../tools/editor/editorTool.ts');
    const { edits } = this;
    const tool = createEditorTool(this.#place, {
      get access() {
        return accessNow();
      },
      hasUnsavedChanges,
      encodingOf: (path) => vscode.workspace.getConfiguration('files', vscode.Uri.file(path)).get('encoding'),
      confirm: async (edit, signal) => {
        using proposed = edits.propose(edit);
        const what = edit.decidesWhatRuns ? 'edit_config' : 'edit';
        const question = { ...questionOf(what, edit.path, edit.diff), edit: proposed.id };
        if (!(await askUser(question, signal))) return false;
        if (edit.decidesWhatRuns) await endShellsOver(edit.path);
        return true;
      },
      edited: (edit) => reportEdit({ id: edits.add(edit), path: edit.path, diff: edit.diff }),
    });
    const what = access === 'write' ? 'views and changes' : 'views';
    const briefing = `The ${EDITOR_TOOL_NAME} tool ${what} files on the person's own machine, in ${folders}.`;
    return { tool, briefing };
  }
}

/** In a workspace that is not trusted no tool runs, whatever the settings say. */
function accessNow(): FileAccess {
  return vscode.workspace.isTrusted ? readFileAccess() : 'off';
}

function workspaceFolders(): readonly string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}

/** Also of a notebook, or of what an editor of another extension shows. */
function hasUnsavedChanges(path: string): boolean {
  const { textDocuments, notebookDocuments } = vscode.workspace;
  const documents = [...textDocuments, ...notebookDocuments].filter(({ isDirty }) => isDirty);
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ isDirty }) => isDirty);
  const custom = tabs.map(({ input }) => input).filter((input) => input instanceof vscode.TabInputCustom);
  return [...documents, ...custom].some(
    ({ uri }) => uri.scheme === 'file' && withoutLinks(uri.fsPath) === withoutLinks(path),
  );
}

/** A file that was deleted while it was open has no other name than its own. */
function withoutLinks(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
