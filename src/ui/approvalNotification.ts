import * as vscode from 'vscode';
import type { Asked } from '../agent/approvals/approvals.ts';
import type { ApprovalQuestion } from '../protocol/approvals.ts';
import { assertNever } from '../protocol/transcript.ts';
import { visibleLine } from '../protocol/visibleText.ts';

/** In characters. */
const MAX_DETAIL = 300;
const MAX_TARGET = 150;

/**
 * Asks in a notification what a session asks in a transcript that nobody sees. Closing it answers nothing. It cannot be
 * taken back, so an answer that comes when the question is over has no effect.
 *
 * @param show - shows the session, where the question can be read whole
 */
export async function notifyOfQuestion(asked: Asked, show: () => void): Promise<void> {
  const { question } = asked;
  const allow = vscode.l10n.t('Allow Once');
  const refuse = vscode.l10n.t("Don't Allow");
  const open = vscode.l10n.t('Show');
  // What is cut, or not in one line, is read before it is allowed.
  const isWhole =
    plain(question.detail, MAX_DETAIL) === question.detail &&
    plain(question.target, MAX_TARGET) === question.target;
  const choices = isWhole ? [allow, refuse, open] : [open, refuse];
  const choice = await vscode.window.showWarningMessage(textOf(question), ...choices);
  if (choice === allow) asked.answer({ kind: 'once' });
  else if (choice === refuse) asked.answer({ kind: 'denied', reason: '' });
  else if (choice === open) show();
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
    case 'edit':
      return vscode.l10n.t('Claude wants to write the file {0}:', target);
    case 'edit_config':
      return vscode.l10n.t(
        'Claude wants to write {0}, by which VS Code or Git run things on this machine:',
        target,
      );
    case 'click':
      return vscode.l10n.t('Claude wants to click on this at {0}:', target);
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
