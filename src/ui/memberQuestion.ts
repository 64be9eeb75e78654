import * as vscode from 'vscode';
import type { AskedMember, MemberQuestion } from '../computer/browser/askedMembers.ts';
import { assertNever } from '../protocol/transcript.ts';

/** In characters; longer ones can be read in full before the answer. */
const MAX_DETAIL = 300;
const MAX_URL = 150;

/**
 * Asks the user, in a notification, whether Claude may do what is off by default. Closing it is a no.
 * @param signal - when it aborts, nobody waits for the answer any more; the notification cannot be taken back
 */
export function askForMember(question: MemberQuestion, signal: AbortSignal): Promise<boolean> {
  return ask(textOf(question), question.detail, signal);
}

/** As {@link askForMember}, for a command on this machine. */
export function askForCommand(command: string, signal: AbortSignal): Promise<boolean> {
  const what = plain(command, MAX_DETAIL);
  return ask(vscode.l10n.t('Claude wants to run a command on this machine: {0}', what), command, signal);
}

/** @param detail - what exactly, to be shown whole where the question may have cut it */
async function ask(question: string, detail: string, signal: AbortSignal): Promise<boolean> {
  const allow = vscode.l10n.t('Allow');
  const refuse = vscode.l10n.t("Don't Allow");
  const showAll = vscode.l10n.t('Show All');
  // Lines and characters that are not seen are not in the question.
  const isLong = detail !== plain(detail, MAX_DETAIL);
  for (;;) {
    const buttons = [allow, refuse, ...(isLong ? [showAll] : [])];
    const answer = await vscode.window.showWarningMessage(question, ...buttons);
    if (answer !== showAll) return answer === allow && !signal.aborted;
    const document = await vscode.workspace.openTextDocument({ content: detail });
    await vscode.window.showTextDocument(document);
  }
}

function textOf({ member, url, detail }: MemberQuestion): string {
  const page = plain(url, MAX_URL);
  const what = plain(detail, MAX_DETAIL);
  return `${request(member, page)} ${what}`.trim();
}

function request(member: AskedMember, page: string): string {
  switch (member) {
    case 'file_upload':
      return vscode.l10n.t('Claude wants to give files of yours to {0}:', page);
    case 'javascript_exec':
      return vscode.l10n.t('Claude wants to run a script in the page {0}:', page);
    case 'read_console':
      return vscode.l10n.t('Claude wants to read the console of the page {0}.', page);
    case 'read_network':
      return vscode.l10n.t('Claude wants to read the requests of the page {0}.', page);
    default:
      return assertNever(member);
  }
}

/** One short line in which nothing is a link: notifications understand `[text](address)`. */
function plain(text: string, length: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').replace(/\]\(/g, '] (');
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
