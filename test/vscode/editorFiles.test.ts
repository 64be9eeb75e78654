/** Claude's editor over the files of a real workspace, beside the user's own editors. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Verdict } from '../../src/agent/approvals/approvals.ts';
import { withAsking } from '../../src/agent/approvals/asking.ts';
import { withEditReports } from '../../src/agent/editReports.ts';
import type { ApprovalQuestion } from '../../src/protocol/approvals.ts';
import type { ShownEdit } from '../../src/protocol/transcript.ts';
import { EditorFiles } from '../../src/ui/editorFiles.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';
import { waitFor } from './support/wait.ts';

const tools = () => vscode.workspace.getConfiguration('computerUseChat.tools');

/** A file of the workspace, an editor with that setting, and what is done about each of its questions. */
async function withEditor(
  access: string | undefined,
  answer: (question: ApprovalQuestion, files: EditorFiles) => Promise<boolean>,
  body: (world: {
    readonly files: EditorFiles;
    readonly file: string;
    readonly questions: readonly ApprovalQuestion[];
    readonly edits: readonly ShownEdit[];
    readonly run: (input: object) => Promise<string>;
  }) => Promise<void>,
) {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder);
  const file = path.join(folder, 'edited.txt');
  writeFileSync(file, 'one\r\ntwo\r\n');
  const questions: ApprovalQuestion[] = [];
  const edits: ShownEdit[] = [];
  const files = new EditorFiles();
  const ask = async (question: ApprovalQuestion): Promise<Verdict> => {
    questions.push(question);
    return (await answer(question, files)) ? { isAllowed: true } : { isAllowed: false, reason: 'No.' };
  };
  try {
    await tools().update('editFiles', access, vscode.ConfigurationTarget.Global);
    await body({
      ...{ files, file, questions, edits },
      run: async (input) => {
        const offered = await files.offer();
        const call = () => withAsking({ ask, waitForUser: (over) => over }, () => offered?.tool.run(input));
        return String(await withEditReports((edit) => edits.push(edit), call));
      },
    });
  } finally {
    files.dispose();
    await tools().update('editFiles', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(file, { force: true });
  }
}

const yes = async () => true;
const no = async () => false;

/** What the user is told by notifications meanwhile. */
async function toldDuring(body: () => Promise<void>): Promise<readonly string[]> {
  const told: string[] = [];
  const tell = (async (message: string) => {
    told.push(message);
  }) as unknown as typeof vscode.window.showWarningMessage;
  await withStub(vscode.window, 'showWarningMessage', tell, () =>
    withStub(vscode.window, 'showInformationMessage', tell, body),
  );
  return told;
}

const textOf = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();

const toThree = (file: string) => ({ command: 'str_replace', path: file, old_str: 'two', new_str: 'three' });

test('files are not Claude’s to see unless the user turns that on', async () => {
  for (const access of [undefined, 'off', 'everything'])
    await withEditor(access, no, async ({ files }) => assert.equal(await files.offer(), undefined));
  await withEditor('read', no, async ({ file, run, questions }) => {
    assert.match(await run({ command: 'view', path: file }), /2\ttwo/);
    await assert.rejects(run(toThree(file)), /not change them/);
    assert.deepEqual(questions, []);
  });
});

test('an edit is asked about, seen in an editor that is open, and taken back by Undo there', async () => {
  await withEditor('write', yes, async ({ file, run, questions, edits }) => {
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    assert.match(await run(toThree(file)), /has been edited/);
    const diff = '@@ -1,2 +1,2 @@\n one\n-two\n+three';
    const [{ edit: _, ...question } = {}] = questions;
    assert.deepEqual(question, {
      what: 'edit',
      target: file,
      detail: diff,
      scope: path.dirname(file),
      always: path.dirname(file),
    });
    assert.deepEqual(
      edits.map(({ id, ...edit }) => [typeof id, edit]),
      [['string', { path: file, diff }]],
    );
    assert.equal(readFileSync(file, 'utf8'), 'one\r\nthree\r\n');
    await waitFor('the editor shows the edit', () => document.getText() === 'one\r\nthree\r\n');
    assert.equal(document.isDirty, false);
    await vscode.commands.executeCommand('undo');
    await waitFor('the edit is undone', () => document.getText() === 'one\r\ntwo\r\n');
  });
});

test('a file with changes that are not saved is left alone', async () => {
  await withEditor('write', yes, async ({ file, run, questions }) => {
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    await editor.edit((change) => change.insert(new vscode.Position(0, 0), 'mine '));
    await assert.rejects(run(toThree(file)), /not saved/);
    assert.match(await run({ command: 'view', path: file }), /not shown here/);
    assert.deepEqual(questions, []);
    assert.equal(editor.document.getText(), 'mine one\r\ntwo\r\n');
  });
});

test('an edit can be looked at before it is allowed, and is not made otherwise', async () => {
  const look = async ({ edit = '' }: ApprovalQuestion, { edits }: EditorFiles) => {
    await edits.show(edit);
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.equal(tab?.label, 'edited.txt (proposed by Claude, not made)');
    assert.ok(tab.input instanceof vscode.TabInputTextDiff);
    assert.equal(await textOf(tab.input.original), 'one\r\ntwo\r\n');
    assert.equal(await textOf(tab.input.modified), 'one\r\nthree\r\n');
    return false;
  };
  await withEditor('write', look, async ({ files, file, run, questions }) => {
    await assert.rejects(run(toThree(file)), /^ToolError: No\.$/);
    assert.equal(questions.length, 1);
    assert.equal(readFileSync(file, 'utf8'), 'one\r\ntwo\r\n');
    const told = await toldDuring(() => files.edits.show(questions[0]?.edit ?? ''));
    assert.match(told.join(), /not kept any more/);
  });
});

test('what decides what VS Code or Git run is asked about as that, each time', async () => {
  await withEditor('write', no, async ({ file, run, questions }) => {
    const target = path.join(path.dirname(file), '.vscode', 'tasks.json');
    await assert.rejects(run({ command: 'create', path: target, file_text: '{}' }));
    const [{ edit: _, ...question } = {}] = questions;
    const detail = '@@ -0,0 +1,1 @@\n+{}\n\\ No newline at end of file';
    assert.deepEqual(question, { what: 'edit_config', target, detail, scope: null });
    assert.equal(existsSync(target), false);
  });
});

test('an edit is undone, and what the user changed since is kept', async () => {
  await withEditor('write', yes, async ({ files, file, run, edits }) => {
    const undo = () => files.edits.undo(edits.at(-1)?.id ?? '');
    const edit = () => run(toThree(file));
    assert.deepEqual(await toldDuring(() => files.edits.undo('unknown')), [
      'This change is not kept any more: it was undone, or the window was reloaded since.',
    ]);
    await edit();
    writeFileSync(file, 'one\r\nthree\r\nby the user\r\n');
    assert.deepEqual(await toldDuring(undo), ['The change of edited.txt was undone.']);
    assert.equal(readFileSync(file, 'utf8'), 'one\r\ntwo\r\nby the user\r\n');
    await edit();
    writeFileSync(file, 'one\r\nthree, by the user\r\n');
    assert.deepEqual(await toldDuring(undo), [
      'edited.txt was changed since, so this change cannot be undone.',
    ]);
    assert.equal(readFileSync(file, 'utf8'), 'one\r\nthree, by the user\r\n');
    writeFileSync(file, 'one\r\nthree\r\n');
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    await waitFor('the editor has the file', () => editor.document.getText() === 'one\r\nthree\r\n');
    await editor.edit((change) => change.insert(new vscode.Position(0, 0), 'mine '));
    assert.deepEqual(await toldDuring(undo), [
      'edited.txt has changes that are not saved. Save or revert them first.',
    ]);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    assert.deepEqual(await toldDuring(undo), ['The change of edited.txt was undone.']);
    assert.match((await toldDuring(undo)).join(), /not kept any more/);
    rmSync(file);
    await run({ command: 'create', path: file, file_text: 'new' });
    assert.deepEqual(await toldDuring(undo), ['The change of edited.txt was undone.']);
    assert.equal(existsSync(file), false);
  });
});

test('before the first change there is nothing to choose', async () => {
  await withEditor('write', yes, async ({ files }) => {
    assert.deepEqual(await toldDuring(() => files.edits.choose()), [
      'Claude has changed no file since this window was opened.',
    ]);
  });
});
