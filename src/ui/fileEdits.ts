import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { FileEditId } from '../protocol/approvals.ts';
import { visibleName } from '../protocol/visibleText.ts';
import type { FileEdit } from '../tools/editor/editorTool.ts';
import { decodeText } from '../tools/editor/text.ts';
import { withoutEdit } from '../tools/editor/undoing.ts';
import { type FilePlace, FileRefusedError } from '../tools/filePlace.ts';

/** Of the documents on the two sides of a diff. */
const SCHEME = 'computer-use-chat-edit';
/** The latest are kept, as many as fit, and those that are asked about. */
const MAX_EDITS = 100;
const MAX_BYTES = 50_000_000;

interface KeptEdit {
  readonly id: FileEditId;
  readonly edit: FileEdit;
  /** When it was made, in ms since the epoch. */
  readonly at: number;
}

/** A change that the user is asked about, until it is disposed. */
export interface ProposedEdit extends Disposable {
  readonly id: FileEditId;
}

/** Claude's changes of files, to be seen as a diff before and after they are made, and undone. */
export class FileEdits implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #place: FilePlace;
  readonly #hasUnsavedChanges: (path: string) => boolean;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  #made: readonly KeptEdit[] = [];
  readonly #proposed = new Map<FileEditId, KeptEdit>();

  /** @param place - where an edit is undone */
  constructor(place: FilePlace, hasUnsavedChanges: (path: string) => boolean) {
    this.#place = place;
    this.#hasUnsavedChanges = hasUnsavedChanges;
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** What stands in a side of a diff; the user may have kept it open for longer than the edit is known. */
  provideTextDocumentContent(uri: vscode.Uri): string {
    const [id = '', side] = uri.query.split('.');
    const edit = this.#find(id)?.edit;
    const bytes = side === 'before' ? edit?.before : edit?.after;
    return (bytes && decodeText(bytes)?.text) ?? '';
  }

  propose(edit: FileEdit): ProposedEdit {
    const kept = { id: randomUUID(), edit, at: Date.now() };
    this.#proposed.set(kept.id, kept);
    return { id: kept.id, [Symbol.dispose]: () => void this.#proposed.delete(kept.id) };
  }

  /** Remembers an edit that was made. */
  add(edit: FileEdit): FileEditId {
    const kept = { id: randomUUID(), edit, at: Date.now() };
    this.#made = [...this.#made, kept].slice(-MAX_EDITS);
    while (this.#made.length > 1 && sizeOf(this.#made) > MAX_BYTES) this.#made = this.#made.slice(1);
    return kept.id;
  }

  /** Shows an edit side by side. Tells the user where it is not kept any more. Never rejects. */
  async show(id: FileEditId): Promise<void> {
    const kept = this.#find(id);
    if (!kept) return tellGone();
    const side = (which: 'before' | 'after') =>
      vscode.Uri.file(kept.edit.path).with({ scheme: SCHEME, query: `${id}.${which}` });
    const name = shownPath(kept.edit.path);
    const title = this.#proposed.has(id)
      ? vscode.l10n.t('{0} (proposed by Claude, not made)', name)
      : vscode.l10n.t('{0} (changed by Claude)', name);
    try {
      await vscode.commands.executeCommand('vscode.diff', side('before'), side('after'), title);
    } catch (error) {
      void vscode.window.showErrorMessage(String(error));
    }
  }

  /** Lets the user choose an edit to be shown or undone, the latest first. */
  async choose(): Promise<void> {
    if (this.#made.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Claude has changed no file since this window was opened.'),
      );
      return;
    }
    const undo = { iconPath: new vscode.ThemeIcon('discard'), tooltip: vscode.l10n.t('Undo This Change') };
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly id: FileEditId }>();
    pick.title = vscode.l10n.t('Files Changed by Claude');
    pick.placeholder = vscode.l10n.t('Choose a change to see it');
    pick.items = this.#made.toReversed().map(({ id, edit, at }) => ({
      label: shownPath(edit.path),
      description: new Date(at).toLocaleTimeString(),
      buttons: [undo],
      id,
    }));
    await new Promise<void>((resolve) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen) void this.show(chosen.id);
        pick.hide();
      });
      pick.onDidTriggerItemButton(({ item }) => {
        pick.hide();
        void this.undo(item.id);
      });
      pick.onDidHide(() => resolve());
      pick.show();
    });
    pick.dispose();
  }

  /**
   * Takes back what the edit changed and nothing that was changed since; where that cannot be told apart, nothing. Tells
   * the user. Never rejects.
   */
  async undo(id: FileEditId): Promise<void> {
    const kept = this.#made.find((each) => each.id === id);
    if (!kept) return tellGone();
    const name = shownPath(kept.edit.path);
    try {
      const problem = await this.#undo(kept.edit, name);
      if (problem !== undefined) return await this.#tellProblem(id, problem);
      this.#made = this.#made.filter((each) => each !== kept);
      void vscode.window.showInformationMessage(vscode.l10n.t('The change of {0} was undone.', name));
    } catch (error) {
      const reason = error instanceof FileRefusedError ? visibleLink(error.message) : String(error);
      void vscode.window.showErrorMessage(
        vscode.l10n.t('The change of {0} was not undone: {1}', name, reason),
      );
    }
  }

  /** @returns why it was not, for the user */
  async #undo({ path, before, after }: FileEdit, name: string): Promise<string | undefined> {
    const found = await this.#place.find(path);
    if (this.#hasUnsavedChanges(path))
      return vscode.l10n.t('{0} has changes that are not saved. Save or revert them first.', name);
    const changedSince = vscode.l10n.t('{0} was changed since, so this change cannot be undone.', name);
    if (found.kind !== 'file') return changedSince;
    if (before) {
      const undone = withoutEdit(found.bytes, before, after);
      if (!undone) return changedSince;
      await this.#place.replace(found, undone);
      return undefined;
    }
    if (!Buffer.from(found.bytes).equals(after)) return changedSince;
    // Not into the trash, which remote machines do not have: it is Claude's, and nobody has changed it.
    await vscode.workspace.fs.delete(vscode.Uri.file(found.path));
    return undefined;
  }

  async #tellProblem(id: FileEditId, problem: string): Promise<void> {
    const show = vscode.l10n.t('Open Diff');
    if ((await vscode.window.showWarningMessage(problem, show)) === show) await this.show(id);
  }

  #find(id: FileEditId): KeptEdit | undefined {
    return this.#proposed.get(id) ?? this.#made.find((each) => each.id === id);
  }
}

function sizeOf(edits: readonly KeptEdit[]): number {
  return edits.reduce((sum, { edit }) => sum + (edit.before?.length ?? 0) + edit.after.length, 0);
}

function tellGone(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t('This change is not kept any more: it was undone, or the window was reloaded since.'),
  );
}

/** From its workspace folder, in one line in which nothing is a link or hidden. */
function shownPath(path: string): string {
  return visibleLink(visibleName(vscode.workspace.asRelativePath(path)));
}

/** Notifications understand `[text](address)`. */
function visibleLink(text: string): string {
  return text.replace(/\]\(/g, '] (');
}
