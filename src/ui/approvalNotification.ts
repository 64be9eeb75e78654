import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Asked } from '../agent/approvals/approvals.ts';
import type { Event } from '../base/emitter.ts';
import type { ApprovalQuestion } from '../protocol/approvals.ts';
import { assertNever, type SessionId } from '../protocol/transcript.ts';
import { visibleLine } from '../protocol/visibleText.ts';

/** In characters. */
const MAX_DETAIL = 300;
const MAX_TARGET = 150;

/** By which the words of a notification that can be clicked get here. It is in no manifest, and nobody can guess the rest. */
const ANSWER_COMMAND = 'computerUseChat.answerQuestion';

const CHOICES = ['allow', 'refuse', 'show'] as const;
type Choice = (typeof CHOICES)[number];

/** Where a session can be seen, and when that changes. */
export interface SessionViews {
  isVisible(id: SessionId): boolean;
  readonly onDidChangeVisibility: Event<void>;
  /** Shows the session, where the question can be read whole. */
  showSession(id: SessionId): void;
}

interface Waiting {
  readonly session: SessionId;
  readonly asked: Asked;
  /** Names it. */
  readonly token: string;
  /** Takes the notification away, while there is one. */
  close: (() => void) | undefined;
}

/**
 * Asks in notifications what sessions ask in transcripts that nobody sees: from when the panel is hidden until it is seen
 * again, or the question is over. Its words can be clicked, as only a notification of progress can be taken back, and that
 * one has no buttons.
 */
export class ApprovalNotifications implements vscode.Disposable {
  readonly #command = `${ANSWER_COMMAND}.${randomUUID()}`;
  readonly #views: SessionViews;
  readonly #waiting = new Set<Waiting>();
  readonly #subscriptions: readonly { dispose(): void }[];
  #last = 0;

  constructor(views: SessionViews) {
    this.#views = views;
    this.#subscriptions = [
      views.onDidChangeVisibility(() => this.#update()),
      vscode.commands.registerCommand(this.#command, (token: unknown, choice: unknown) =>
        this.#chosen(token, choice),
      ),
    ];
  }

  /** A question waits. */
  ask(session: SessionId, asked: Asked): void {
    const waiting: Waiting = { session, asked, token: `${++this.#last}`, close: undefined };
    this.#waiting.add(waiting);
    asked.over.addEventListener('abort', () => this.#end(waiting), { once: true });
    this.#update();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const waiting of [...this.#waiting]) this.#end(waiting);
  }

  #update(): void {
    for (const waiting of this.#waiting) {
      const isSeen = this.#views.isVisible(waiting.session);
      if (!isSeen) waiting.close ??= notify(waiting, this.#command);
      else {
        waiting.close?.();
        waiting.close = undefined;
      }
    }
  }

  #end(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    waiting.close?.();
  }

  #chosen(token: unknown, choice: unknown): void {
    const waiting = [...this.#waiting].find((each) => each.token === token);
    if (!waiting) return;
    const { asked, session } = waiting;
    if (choice === 'show') this.#views.showSession(session);
    else if (choice === 'refuse') asked.answer({ kind: 'denied', reason: '' });
    else if (choice === 'allow' && isWhole(asked.question)) asked.answer({ kind: 'once' });
  }
}

/** What is cut, or not in one line, is read in the transcript before it is allowed. */
function isWhole({ detail, target }: ApprovalQuestion): boolean {
  return plain(detail, MAX_DETAIL) === detail && plain(target, MAX_TARGET) === target;
}

/** @returns what takes it away */
function notify({ asked, token }: Waiting, command: string): () => void {
  const closed = Promise.withResolvers<void>();
  const labels: Readonly<Record<Choice, string>> = {
    allow: vscode.l10n.t('Allow Once'),
    refuse: vscode.l10n.t("Don't Allow"),
    show: vscode.l10n.t('Show'),
  };
  const offered = CHOICES.filter((choice) => choice !== 'allow' || isWhole(asked.question));
  const links = offered.map((choice) => {
    const parameters = encodeURIComponent(JSON.stringify([token, choice]));
    return `[${labels[choice]}](command:${command}?${parameters})`;
  });
  const title = `${textOf(asked.question)} — ${links.join(' · ')}`;
  void vscode.window.withProgress(
    // Without a button it would show one line. The one there is closes it, and answers nothing.
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    () => closed.promise,
  );
  return closed.resolve;
}

function textOf({ what, target, detail }: ApprovalQuestion): string {
  return `${request(what, plain(target, MAX_TARGET))} ${plain(detail, MAX_DETAIL)}`.trim();
}

function request(what: ApprovalQuestion['what'], target: string): string {
  switch (what) {
    case 'file_upload':
      return vscode.l10n.t('Claude wants to give files of yours to {0}:', target);
    case 'javascript_exec':
      return vscode.l10n.t('Claude wants to run a script in the page {0}:', target);
    case 'read_console':
      return vscode.l10n.t('Claude wants to read the console of the page {0}.', target);
    case 'read_network':
      return vscode.l10n.t('Claude wants to read the requests of the page {0}.', target);
    case 'command':
      return vscode.l10n.t('Claude wants to run a command on this machine, in {0}:', target);
    case 'secret':
      return vscode.l10n.t('Claude wants to have a secret of yours filled in at {0}:', target);
    case 'edit':
      return vscode.l10n.t('Claude wants to write the file {0}:', target);
    case 'edit_config':
      return vscode.l10n.t(
        'Claude wants to write {0}, by which VS Code, Git or other tools run things on this machine:',
        target,
      );
    case 'click':
      return vscode.l10n.t('Claude wants to click in the page {0}:', target);
    case 'type':
      return vscode.l10n.t('Claude wants to type this at {0}:', target);
    case 'key':
      return vscode.l10n.t('Claude wants to press these keys at {0}:', target);
    case 'desktop':
      return vscode.l10n.t('Claude wants to click and type on {0}.', target);
    case 'call':
      return vscode.l10n.t('Claude wants to do this on {0}:', target);
    default:
      return assertNever(what);
  }
}

/** One short line in which nothing is a link: notifications understand `[text](address)`. */
function plain(text: string, length: number): string {
  return visibleLine(text, length).replace(/\]\(/g, '] (');
}
