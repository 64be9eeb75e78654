import * as vscode from 'vscode';
import type { Sessions } from '../agent/sessions.ts';
import type { SessionRecord } from '../history/history.ts';

/** The tree of sessions in the activity bar: a flat list, newest activity first. */
export class SessionTree implements vscode.TreeDataProvider<SessionRecord>, vscode.Disposable {
  readonly #sessions: Sessions;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscription: { dispose(): void };

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#subscription = sessions.onDidChange(() => this.#changes.fire());
  }

  getChildren(parent?: SessionRecord): readonly SessionRecord[] & SessionRecord[] {
    return parent ? [] : [...this.#sessions.list()];
  }

  getTreeItem(record: SessionRecord): vscode.TreeItem {
    const item = new vscode.TreeItem(titleOf(record.title));
    item.id = record.id;
    item.description = describe(record);
    item.iconPath = new vscode.ThemeIcon(
      this.#sessions.isRunning(record.id)
        ? 'loading~spin'
        : record.provider === 'demo'
          ? 'beaker'
          : 'comment-discussion',
    );
    item.tooltip = new vscode.MarkdownString().appendText(titleOf(record.title));
    item.command = {
      command: 'computerUseChat.openSession',
      title: vscode.l10n.t('Open Session'),
      arguments: [record],
    };
    return item;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changes.dispose();
  }
}

/** What a session is called where it has no name yet. */
export function titleOf(title: string): string {
  return title || vscode.l10n.t('New session');
}

function describe(record: SessionRecord): string {
  const when = new Date(record.updatedAt);
  const today = new Date().toDateString() === when.toDateString();
  return today
    ? when.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' })
    : when.toLocaleDateString(vscode.env.language);
}
