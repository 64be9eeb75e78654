import * as vscode from 'vscode';
import { visibleName } from '../protocol/visibleText.ts';
import type { FileEdit } from '../tools/editor/editorTool.ts';
import { type FilePlace, FileRefusedError } from '../tools/filePlace.ts';

/** Of the documents on the two sides of a diff. */
const SCHEME = 'computer-use-chat-edit';
/** The latest are kept, as many as fit, and the one that is asked about. */
const MAX_EDITS = 100;
const MAX_BYTES = 50_000_000;

interface KeptEdit extends FileEdit {
  readonly id: number;
  /** In ms since the epoch. */
  readonly at: number;
}

/** Claude's changes of files, to be seen as a diff before and after they are made, and undone. */
export class FileEdits implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #place: FilePlace;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly #edits: KeptEdit[] = [];
  readonly #asked = new Map<number, KeptEdit>();
  #lastId = 0;

  /** @param place - where an edit is undone */
  constructor(place: FilePlace) {
    this.#place = place;
  }

  dispose(): void {
    this.#registration.dispose();
  }

  /** What stands in a side of a diff; the user may have kept it open for longer than the edit is known. */
  provideTextDocumentContent(uri: vscode.Uri): string {
    const [id, side] = uri.query.split('.');
    const edit = this.#asked.get(Number(id)) ?? this.#edits.find((each) => each.id === Number(id));
    const bytes = side === 'before' ? edit?.before : edit?.after;
    return bytes ? new TextDecoder().decode(bytes) : '';
  }

  /**
   * Asks the user, in a notification, whether Claude may make the change, which can be looked at first. Closing it is a no.
   * @param signal - when it aborts, nobody waits for the answer any more; the notification cannot be taken back
   */
  async confirm(edit: FileEdit, signal: AbortSignal): Promise<boolean> {
    const allow = vscode.l10n.t('Allow');
    const refuse = vscode.l10n.t("Don't Allow");
    const show = vscode.l10n.t('Show Changes');
    const name = shownPath(edit.path);
    const question = edit.before
      ? vscode.l10n.t('Claude wants to change the file {0}.', name)
      : vscode.l10n.t('Claude wants to create the file {0}.', name);
    const asked = this.#keep(edit);
    this.#asked.set(asked.id, asked);
    try {
      for (;;) {
        const answer = await vscode.window.showWarningMessage(question, allow, refuse, show);
        if (answer !== show) return answer === allow && !signal.aborted;
        await this.#showDiff(asked);
      }
    } finally {
      this.#asked.delete(asked.id);
    }
  }

  /** Remembers an edit that was made. */
  add(edit: FileEdit): void {
    this.#edits.push(this.#keep(edit));
    while (this.#edits.length > MAX_EDITS || (this.#edits.length > 1 && this.#size > MAX_BYTES))
      this.#edits.shift();
  }

  /** Lets the user choose an edit to be shown or undone, the latest first. */
  async choose(): Promise<void> {
    if (this.#edits.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Claude has changed no file since this window was opened.'),
      );
      return;
    }
    const undo = { iconPath: new vscode.ThemeIcon('discard'), tooltip: vscode.l10n.t('Undo This Change') };
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly edit: KeptEdit }>();
    pick.title = vscode.l10n.t('Files Changed by Claude');
    pick.placeholder = vscode.l10n.t('Choose a change to see it');
    pick.items = this.#edits.toReversed().map((edit) => ({
      label: shownPath(edit.path),
      description: new Date(edit.at).toLocaleTimeString(),
      buttons: [undo],
      edit,
    }));
    await new Promise<void>((resolve) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen) void this.#showDiff(chosen.edit);
        pick.hide();
      });
      pick.onDidTriggerItemButton(({ item }) => {
        pick.hide();
        void this.undo(item.edit);
      });
      pick.onDidHide(() => resolve());
      pick.show();
    });
    pick.dispose();
  }

  /** Puts back what was before the edit, unless the file is not as the edit left it. Tells the user. Never rejects. */
  async undo(edit: FileEdit): Promise<void> {
    const name = shownPath(edit.path);
    try {
      const found = await this.#place.find(edit.path);
      if (found.kind !== 'file' || !Buffer.from(found.bytes).equals(edit.after)) {
        void vscode.window.showWarningMessage(
          vscode.l10n.t('{0} was changed since, so this change cannot be undone.', name),
        );
        return;
      }
      if (edit.before) await this.#place.replace(found, edit.before);
      // Not into the trash, which remote machines do not have: it is Claude's, and nobody has changed it.
      else await vscode.workspace.fs.delete(vscode.Uri.file(found.path));
      const kept = this.#edits.findIndex(({ path, after }) => path === edit.path && after === edit.after);
      if (kept !== -1) this.#edits.splice(kept, 1);
      void vscode.window.showInformationMessage(vscode.l10n.t('The change of {0} was undone.', name));
    } catch (error) {
      const reason = error instanceof FileRefusedError ? visibleLink(error.message) : String(error);
      void vscode.window.showErrorMessage(
        vscode.l10n.t('The change of {0} was not undone: {1}', name, reason),
      );
    }
  }

  get #size(): number {
    return this.#edits.reduce((sum, { before, after }) => sum + (before?.length ?? 0) + after.length, 0);
  }

  #keep(edit: FileEdit): KeptEdit {
    this.#lastId += 1;
    return { ...edit, id: this.#lastId, at: Date.now() };
  }

  async #showDiff({ id, path }: KeptEdit): Promise<void> {
    const side = (which: 'before' | 'after') =>
      vscode.Uri.file(path).with({ scheme: SCHEME, query: `${id}.${which}` });
    const title = vscode.l10n.t('{0} (changed by Claude)', shownPath(path));
    await vscode.commands.executeCommand('vscode.diff', side('before'), side('after'), title);
  }
}

/** From its workspace folder, in one line in which nothing is a link or hidden. */
function shownPath(path: string): string {
  return visibleLink(visibleName(vscode.workspace.asRelativePath(path)));
}

/** Notifications understand `[text](address)`. */
function visibleLink(text: string): string {
  return text.replace(/\]\(/g, '] (');
}
