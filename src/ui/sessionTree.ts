import * as vscode from 'vscode';
import type { Sessions } from '../agent/sessions.ts';
import type { SessionProvider, SessionRecord } from '../history/history.ts';
import { assertNever } from '../protocol/transcript.ts';
import { visibleLine } from '../protocol/visibleText.ts';

/** Sessions shown at first, and added each time more are asked for. */
export const TREE_PAGE_SIZE = 100;

/** Of a title told in full, in UTF-16 units. */
const MAX_TITLE = 200;

/** Code points of a title in its row; more would push the time out of a side bar of the usual width. */
const MAX_ROW_TITLE_LENGTH = 28;

/** The last row, while there are sessions that are not shown. */
const SHOW_MORE = 'show-more';

export type SessionTreeNode = SessionRecord | typeof SHOW_MORE;

/** The tree of sessions in the activity bar: a flat list, newest activity first, a page at a time. */
export class SessionTree implements vscode.TreeDataProvider<SessionTreeNode>, vscode.Disposable {
  #limit = TREE_PAGE_SIZE;
  readonly #sessions: Sessions;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscription: { dispose(): void };

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#subscription = sessions.onDidChange(() => this.#changes.fire());
  }

  getChildren(parent?: SessionTreeNode): SessionTreeNode[] {
    if (parent) return [];
    // One more than is shown tells whether there is more.
    const records = this.#sessions.list(this.#limit + 1);
    return records.length > this.#limit ? [...records.slice(0, this.#limit), SHOW_MORE] : [...records];
  }

  /** Shows one more page. */
  showMore(): void {
    this.#limit += TREE_PAGE_SIZE;
    this.#changes.fire();
  }

  getTreeItem(node: SessionTreeNode): vscode.TreeItem {
    return node === SHOW_MORE ? showMoreItem() : this.#sessionItem(node);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changes.dispose();
  }

  #sessionItem(record: SessionRecord): vscode.TreeItem {
    const title = titleOf(record.title);
    const when = shortTime(record.updatedAt);
    const item = new vscode.TreeItem(shorten(title));
    item.id = record.id;
    item.contextValue = 'session';
    item.description = when;
    item.accessibilityInformation = { label: `${title}, ${when}` };
    item.iconPath = new vscode.ThemeIcon(
      this.#sessions.isRunning(record.id)
        ? 'loading~spin'
        : record.provider === 'demo'
          ? 'beaker'
          : 'comment-discussion',
    );
    item.tooltip = new vscode.MarkdownString()
      .appendText(title)
      .appendMarkdown('\n\n')
      .appendText(`${providerName(record.provider)} · ${fullTime(record.updatedAt)}`);
    item.command = {
      command: 'computerUseChat.openSession',
      title: vscode.l10n.t('Open Session'),
      arguments: [record],
    };
    return item;
  }
}

function showMoreItem(): vscode.TreeItem {
  const title = vscode.l10n.t('Show More…');
  const item = new vscode.TreeItem(title);
  item.id = SHOW_MORE;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'computerUseChat.showMoreSessions', title };
  return item;
}

/** What a session is called where it has no name yet. */
export function titleOf(title: string): string {
  return visibleLine(title, MAX_TITLE) || vscode.l10n.t('New session');
}

/** A date and time in full. @param time - ms since the epoch */
export function fullTime(time: number): string {
  return new Date(time).toLocaleString(vscode.env.language, { dateStyle: 'full', timeStyle: 'short' });
}

/** The time of something of today, else the date; the year only where it is another. @param time - ms since the epoch */
function shortTime(time: number): string {
  const when = new Date(time);
  const now = new Date();
  if (now.toDateString() === when.toDateString()) {
    return when.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });
  }
  const year = now.getFullYear() === when.getFullYear() ? undefined : 'numeric';
  return when.toLocaleDateString(vscode.env.language, { day: 'numeric', month: 'short', year });
}

function shorten(title: string): string {
  const points = [...title];
  if (points.length <= MAX_ROW_TITLE_LENGTH) return title;
  return `${points
    .slice(0, MAX_ROW_TITLE_LENGTH - 1)
    .join('')
    .trimEnd()}…`;
}

function providerName(provider: SessionProvider): string {
  switch (provider) {
    case 'anthropic':
      return vscode.l10n.t('Claude');
    case 'demo':
      return vscode.l10n.t('Offline demo');
    default:
      return assertNever(provider);
  }
}
