import * as vscode from 'vscode';
import type { Sessions } from '../agent/sessions.ts';

/** The context key that enables Stop in menus and keybindings. */
const RUNNING_CONTEXT = 'computerUseChat.running';

/** A status bar entry that stops what runs. It is there only while something runs, panel or no panel. */
export class RunStatusBar implements vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #entry: vscode.StatusBarItem;
  readonly #subscription: { dispose(): void };

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#entry = vscode.window.createStatusBarItem(
      'computerUseChat.run',
      vscode.StatusBarAlignment.Left,
      100,
    );
    this.#entry.name = vscode.l10n.t('Computer Use Chat: Run');
    this.#entry.command = 'computerUseChat.stop';
    this.#subscription = sessions.onDidChange(() => this.#update());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#entry.dispose();
  }

  #update(): void {
    const running = this.#sessions.running.length;
    void vscode.commands.executeCommand('setContext', RUNNING_CONTEXT, running > 0);
    if (running === 0) {
      this.#entry.hide();
      return;
    }
    this.#entry.text =
      running === 1
        ? `$(debug-stop) ${vscode.l10n.t('Stop Claude')}`
        : `$(debug-stop) ${vscode.l10n.t('Stop Claude ({0} runs)', running)}`;
    this.#entry.tooltip = vscode.l10n.t('Claude is using a computer. Click to stop.');
    this.#entry.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    this.#entry.show();
  }
}
