/** The question before what is off by default, in real notifications of VS Code. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { MemberQuestion } from '../../src/computer/browser/askedMembers.ts';
import { askForMember } from '../../src/ui/memberQuestion.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';

const QUESTION: MemberQuestion = {
  member: 'file_upload',
  url: 'https://embed.example',
  detail: '/work/report.csv',
};

/** Has a command act on the notification that asks, as often as it takes to be there, and gives the answer. */
async function answerBy(command: string, question: MemberQuestion): Promise<boolean> {
  let answer: boolean | undefined;
  const asked = askForMember(question, new AbortController().signal).then((given) => {
    answer = given;
  });
  const deadline = Date.now() + 20_000;
  while (answer === undefined && Date.now() < deadline) {
    await vscode.commands.executeCommand(command);
    await delay(100);
  }
  assert.notEqual(answer, undefined, 'nobody was asked');
  await asked;
  return answer === true;
}

/** What is shown, one after the other, when each is answered by the button of that number, or closed without one. */
async function shown(
  question: MemberQuestion,
  answers: readonly (number | undefined)[],
  signal?: AbortSignal,
) {
  const seen: { message: string; buttons: string[] }[] = [];
  let given: boolean | undefined;
  const show = async (message: string, ...buttons: string[]) => {
    const answer = answers[seen.length];
    seen.push({ message, buttons });
    return answer === undefined ? undefined : buttons[answer];
  };
  const stub = show as unknown as typeof vscode.window.showWarningMessage;
  await withStub(vscode.window, 'showWarningMessage', stub, async () => {
    given = await askForMember(question, signal ?? new AbortController().signal);
  });
  return { seen, given };
}

test('a notification asks, whose first button is a yes', async () => {
  assert.equal(await answerBy('notification.acceptPrimaryAction', QUESTION), true);
});

test('closing the notification is a no', async () => {
  assert.equal(await answerBy('notifications.clearAll', QUESTION), false);
});

test('each question says what and where, and only Allow is a yes', async () => {
  const members = ['file_upload', 'javascript_exec', 'read_console', 'read_network'] as const;
  const messages = new Set<string>();
  for (const member of members) {
    const { seen, given } = await shown({ ...QUESTION, member }, [0]);
    assert.equal(given, true);
    assert.deepEqual(seen[0]?.buttons, ['Allow', "Don't Allow"]);
    assert.match(seen[0]?.message ?? '', /https:\/\/embed\.example.*\/work\/report\.csv$/);
    messages.add(seen[0]?.message ?? '');
    assert.equal((await shown({ ...QUESTION, member }, [1])).given, false);
    assert.equal((await shown({ ...QUESTION, member }, [undefined])).given, false);
  }
  assert.equal(messages.size, members.length);
});

test('an answer that nobody waits for any more is a no', async () => {
  assert.equal((await shown(QUESTION, [0], AbortSignal.abort())).given, false);
});

test('texts of pages and of the model stay one line of plain text', async () => {
  const hostile = '[Allow](command:workbench.action.quit)\n\n\u202Etxt.exe\u200B';
  const { seen } = await shown({ member: 'javascript_exec', url: hostile, detail: hostile }, [undefined]);
  assert.doesNotMatch(seen[0]?.message ?? '', /\]\(|[\p{Cc}\p{Cf}]/u);
  const long = await shown({ ...QUESTION, url: `https://${'a'.repeat(5_000)}.example` }, [undefined]);
  assert.ok((long.seen[0]?.message.length ?? 0) < 600);
});

test('a long script can be read whole before the answer', async () => {
  const detail = `first();\n${'more();\n'.repeat(100)}last();`;
  const { seen, given } = await shown({ ...QUESTION, member: 'javascript_exec', detail }, [2, 0]);
  assert.equal(seen.length, 2);
  assert.deepEqual(seen[0]?.buttons, ['Allow', "Don't Allow", 'Show All']);
  assert.doesNotMatch(seen[0]?.message ?? '', /last/);
  assert.equal(vscode.window.activeTextEditor?.document.getText(), detail);
  assert.equal(given, true);
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
});
