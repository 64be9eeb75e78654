/** Questions of sessions that nobody sees, in notifications of VS Code. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApprovalQuestion, UserAnswer } from '../../src/protocol/approvals.ts';
import { notifyOfQuestion } from '../../src/ui/approvalNotification.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';

const QUESTION: ApprovalQuestion = {
  what: 'file_upload',
  target: 'https://embed.example',
  detail: '/work/report.csv',
  scope: null,
};

/** What is shown, and what comes of the button with this name. */
async function asked(question: ApprovalQuestion, button: string | undefined) {
  const answers: UserAnswer[] = [];
  let message = '';
  let buttons: string[] = [];
  let shown = 0;
  const show = async (text: string, ...choices: string[]) => {
    message = text;
    buttons = choices;
    return choices.find((choice) => choice === button);
  };
  const stub = show as unknown as typeof vscode.window.showWarningMessage;
  await withStub(vscode.window, 'showWarningMessage', stub, async () => {
    const { signal } = new AbortController();
    const waiting = { question, over: signal, answer: (answer: UserAnswer) => void answers.push(answer) };
    await notifyOfQuestion(waiting, () => {
      shown += 1;
    });
  });
  return { answers, message, buttons, shown };
}

test('each question says what and where, and each button does what it says', async () => {
  const messages = new Set<string>();
  for (const what of ['file_upload', 'javascript_exec', 'read_console', 'read_network', 'command'] as const) {
    const question = { ...QUESTION, what };
    const allowed = await asked(question, 'Allow Once');
    assert.deepEqual(allowed.answers, [{ kind: 'once' }]);
    assert.match(allowed.message, /https:\/\/embed\.example.*\/work\/report\.csv$/);
    messages.add(allowed.message);
    assert.deepEqual((await asked(question, "Don't Allow")).answers, [{ kind: 'denied', reason: '' }]);
    assert.deepEqual((await asked(question, undefined)).answers, []);
    assert.equal((await asked(question, 'Show')).shown, 1);
  }
  assert.equal(messages.size, 5);
});

test('what is not seen whole there is read in the transcript before it is allowed', async () => {
  const hostile = '[Allow](command:workbench.action.quit)\n\n\u202Etxt.exe\u200B';
  for (const detail of [hostile, 'a\nb', 'x'.repeat(301)]) {
    const { message, buttons } = await asked({ ...QUESTION, detail }, undefined);
    assert.deepEqual(buttons, ['Show', "Don't Allow"]);
    assert.doesNotMatch(message, /\]\(|[\p{Cc}\p{Cf}]/u);
    assert.ok(message.length < 600);
  }
});
