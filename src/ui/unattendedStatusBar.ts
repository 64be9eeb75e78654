import * as vscode from 'vscode';
import type { ApprovalPreferences } from './approvalPreferences.ts';
import { onDidChangeSettings, settingsCommand } from './settings.ts';

/** Says in the status bar, for as long as it is so, that Claude is let work without asking. */
export class UnattendedStatusBar implements vscode.Disposable {
  readonly #approvals: ApprovalPreferences;
  readonly #entry: vscode.StatusBarItem;
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(approvals: ApprovalPreferences) {
    this.#approvals = approvals;
    this.#entry = vscode.window.createStatusBarItem(
      'computerUseChat.unattended',
      vscode.StatusBarAlignment.Left,
      99,
    );
    this.#entry.name = vscode.l10n.t('Computer Use Chat: Unattended');
    this.#entry.text = `$(warning) ${vscode.l10n.t('Claude works unattended')}`;
    this.#entry.tooltip = vscode.l10n.t(
      'In isolated computers Claude does not ask before what it does. Click to change that.',
    );
    this.#entry.backgroundColor = new vscode.ThemeColor('statusBarItem.errorBackground');
    this.#entry.command = settingsCommand('computerUseChat.approvals');
    const update = () => this.#update();
    this.#subscriptions = [approvals.onDidChange(update), onDidChangeSettings(update)];
    update();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#entry.dispose();
  }

  #update(): void {
    if (this.#approvals.mode === 'unattended') this.#entry.show();
    else this.#entry.hide();
  }
}
