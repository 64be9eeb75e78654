import * as vscode from 'vscode';
import type { ApprovalSettings } from '../agent/approvals/approvals.ts';
import type { Grant } from '../agent/approvals/questions.ts';
import type { ApprovalMode } from '../protocol/approvals.ts';
import { type AllowedEntry, entryKey, entryOf, readAllowed, writeAllowed } from './allowedActions.ts';
import { openSettings, readApprovalMode } from './settings.ts';

/** What the user has confirmed in this workspace, where no repository's settings reach. */
const UNATTENDED_KEY = 'approvals.unattended';
const ALLOWED_KEY = 'approvals.allowed';

/**
 * The user's settings of approvals. A setting alone allows nothing: working unattended is confirmed once in each workspace,
 * and what is allowed for good counts only where it was allowed.
 */
export class ApprovalPreferences implements ApprovalSettings, vscode.Disposable {
  readonly #state: vscode.Memento;
  readonly #onFault: (error: unknown) => void;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  /** Keys of entries that do not count, as the user was told last. */
  #told = '';
  /** The latest write; each waits for the one before. */
  #writing: Promise<void> = Promise.resolve();

  /** Working unattended was confirmed. */
  readonly onDidChange = this.#changes.event;

  /** @param state - of the workspace */
  constructor(state: vscode.Memento, onFault: (error: unknown) => void) {
    this.#state = state;
    this.#onFault = onFault;
    this.#subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('computerUseChat.approvals')) void this.#confirmUnattended();
      if (event.affectsConfiguration('computerUseChat.allowed')) this.#allowedChanged();
    });
    void this.#confirmUnattended();
    this.#allowedChanged();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changes.dispose();
  }

  get mode(): ApprovalMode {
    const mode = readApprovalMode();
    return mode === 'unattended' && !this.#state.get<boolean>(UNATTENDED_KEY) ? 'ask-consequences' : mode;
  }

  /** There is nowhere to write it without a workspace. */
  get canAllow(): boolean {
    return vscode.workspace.workspaceFolders !== undefined;
  }

  isAllowed(grant: Grant): boolean {
    const entry = entryOf(grant);
    return entry !== undefined && this.#counted().some((each) => entryKey(each) === entryKey(entry));
  }

  allow(grant: Grant): void {
    const entry = entryOf(grant);
    if (!entry) return;
    this.#write(async () => {
      // First, so that the setting is not told of as somebody else's.
      await this.#confirm([...this.#confirmed, entryKey(entry)]);
      await writeAllowed([...readAllowed().filter((each) => entryKey(each) !== entryKey(entry)), entry]);
    });
  }

  /** Lets the user see and take away what is allowed for good. */
  async manage(): Promise<void> {
    const remove = { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Remove') };
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly entry: AllowedEntry }>();
    pick.title = vscode.l10n.t('Actions Allowed for Good');
    pick.placeholder = vscode.l10n.t('Choose an entry to remove it');
    const fill = () => {
      pick.items = readAllowed().map((entry) => ({
        label: [entry.what, entry.because].filter((part) => part !== undefined).join(' · '),
        description: entry.host ?? entry.folder ?? '',
        ...(!this.#isConfirmed(entry) && {
          detail: vscode.l10n.t('Does not count: it was not allowed by you in this workspace.'),
        }),
        buttons: [remove],
        entry,
      }));
    };
    fill();
    if (pick.items.length === 0) {
      pick.dispose();
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Nothing is allowed for good in this workspace.'),
      );
      return;
    }
    const take = async (entry: AllowedEntry) => {
      await this.remove(entry);
      fill();
      if (pick.items.length === 0) pick.hide();
    };
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen) void take(chosen.entry);
    });
    pick.onDidTriggerItemButton(({ item }) => void take(item.entry));
    pick.onDidHide(() => pick.dispose());
    pick.show();
  }

  /** Allows it no more. Never rejects. */
  remove(entry: AllowedEntry): Promise<void> {
    const key = entryKey(entry);
    this.#write(async () => {
      await this.#confirm(this.#confirmed.filter((each) => each !== key));
      await writeAllowed(readAllowed().filter((each) => entryKey(each) !== key));
    });
    return this.#writing;
  }

  get #confirmed(): readonly string[] {
    return this.#state.get<readonly string[]>(ALLOWED_KEY, []);
  }

  #confirm(keys: readonly string[]): Thenable<void> {
    return this.#state.update(ALLOWED_KEY, [...new Set(keys)]);
  }

  #isConfirmed(entry: AllowedEntry): boolean {
    return this.#confirmed.includes(entryKey(entry));
  }

  #counted(): readonly AllowedEntry[] {
    return readAllowed().filter((entry) => this.#isConfirmed(entry));
  }

  #write(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch((error) => this.#onFault(error));
  }

  /** What was taken out of the settings is not allowed any more, should it come back by itself. */
  #allowedChanged(): void {
    // Restricted Mode reads none of them. That says nothing of what is there: trust changes the setting.
    if (!vscode.workspace.isTrusted) return;
    const entries = readAllowed();
    this.#write(async () => {
      const there = readAllowed().map(entryKey);
      const left = this.#confirmed.filter((key) => there.includes(key));
      if (left.length < this.#confirmed.length) await this.#confirm(left);
    });
    const others = entries.filter((entry) => !this.#isConfirmed(entry));
    const told = JSON.stringify(others.map(entryKey));
    if (others.length === 0 || told === this.#told) return;
    this.#told = told;
    void this.#tellOf(others.length);
  }

  async #tellOf(count: number): Promise<void> {
    const manage = vscode.l10n.t('Show');
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        'The settings of this workspace allow Claude {0} actions that you have not allowed here. They do not count.',
        count,
      ),
      manage,
    );
    if (choice === manage) await this.manage();
  }

  async #confirmUnattended(): Promise<void> {
    if (readApprovalMode() !== 'unattended' || this.#state.get<boolean>(UNATTENDED_KEY)) return;
    const confirm = vscode.l10n.t('Let Claude Work Unattended');
    const change = vscode.l10n.t('Open Settings');
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t('Let Claude work unattended in this workspace?'),
      {
        modal: true,
        detail: vscode.l10n.t(
          'In an isolated computer Claude then does everything without asking: it may buy, send, publish and delete what it can reach there. You are still asked about files and commands of this machine. Until you confirm, you are asked about all that has consequences.',
        ),
      },
      confirm,
      change,
    );
    if (choice === change) await openSettings('computerUseChat.approvals');
    if (choice !== confirm) return;
    await this.#state.update(UNATTENDED_KEY, true);
    this.#changes.fire();
  }
}
