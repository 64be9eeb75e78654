/** Claude's editor over the files of a real workspace, beside the user's own editors. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { localFiles } from '../../src/tools/localFiles.ts';
import { EditorFiles } from '../../src/ui/editorFiles.ts';
import { FileEdits } from '../../src/ui/fileEdits.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';
import { waitFor } from './support/wait.ts';

const tools = () => vscode.workspace.getConfiguration('computerUseChat.tools');

/** A file of the workspace, an editor with that setting, and an answer to each of its questions. */
async function withEditor(
  access: string | undefined,
  answers: readonly string[],
  body: (world: {
    readonly files: EditorFiles;
    readonly file: string;
    readonly questions: readonly string[];
    readonly run: (input: object) => Promise<string>;
  }) => Promise<void>,
) {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder);
  const file = path.join(folder, 'edited.txt');
  writeFileSync(file, 'one\r\ntwo\r\n');
  const questions: string[] = [];
  const ask = async (message: string) => {
    questions.push(message);
    return answers[questions.length - 1];
  };
  const files = new EditorFiles();
  try {
    await tools().update('editFiles', access, vscode.ConfigurationTarget.Global);
    const stub = ask as unknown as typeof vscode.window.showWarningMessage;
    await withStub(vscode.window, 'showWarningMessage', stub, () =>
      body({
        files,
        file,
        questions,
        run: async (input) => String(await (await files.offer())?.tool.run(input)),
      }),
    );
  } finally {
    files.dispose();
    await tools().update('editFiles', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    rmSync(file, { force: true });
  }
}

const toThree = (file: string) => ({ command: 'str_replace', path: file, old_str: 'two', new_str: 'three' });

test('files are not Claude’s to see unless the user turns that on', async () => {
  for (const access of [undefined, 'off', 'everything'])
    await withEditor(access, [], async ({ files }) => assert.equal(await files.offer(), undefined));
  await withEditor('read', [], async ({ file, run, questions }) => {
    assert.match(await run({ command: 'view', path: file }), /2\ttwo/);
    await assert.rejects(run(toThree(file)), /not change them/);
    assert.deepEqual(questions, []);
  });
});

test('an edit is asked about, seen in an editor that is open, and taken back by Undo there', async () => {
  await withEditor('write', ['Allow'], async ({ file, run, questions }) => {
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    assert.match(await run(toThree(file)), /has been edited/);
    assert.deepEqual(questions, ['Claude wants to change the file edited.txt.']);
    assert.equal(readFileSync(file, 'utf8'), 'one\r\nthree\r\n');
    await waitFor('the editor shows the edit', () => document.getText() === 'one\r\nthree\r\n');
    assert.equal(document.isDirty, false);
    await vscode.commands.executeCommand('undo');
    await waitFor('the edit is undone', () => document.getText() === 'one\r\ntwo\r\n');
  });
});

test('a file with changes that are not saved is left alone', async () => {
  await withEditor('write', ['Allow'], async ({ file, run, questions }) => {
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    await editor.edit((change) => change.insert(new vscode.Position(0, 0), 'mine '));
    await assert.rejects(run(toThree(file)), /not saved/);
    assert.match(await run({ command: 'view', path: file }), /not shown here/);
    assert.deepEqual(questions, []);
    assert.equal(editor.document.getText(), 'mine one\r\ntwo\r\n');
  });
});

test('an edit can be looked at before it is allowed, and is not made otherwise', async () => {
  await withEditor('write', ['Show Changes', "Don't Allow"], async ({ file, run, questions }) => {
    await assert.rejects(run(toThree(file)), /did not allow/);
    assert.equal(questions.length, 2);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    const textOf = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();
    assert.equal(await textOf(input.original), 'one\r\ntwo\r\n');
    assert.equal(await textOf(input.modified), 'one\r\nthree\r\n');
    assert.equal(readFileSync(file, 'utf8'), 'one\r\ntwo\r\n');
  });
});

test('closing the question is a no', async () => {
  await withEditor('write', [], async ({ file, run }) => {
    await assert.rejects(run(toThree(file)), /did not allow/);
    assert.equal(readFileSync(file, 'utf8'), 'one\r\ntwo\r\n');
  });
});

test('an edit is undone where the file is still as it left it', async () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const file = path.join(folder, 'undone.txt');
  const edits = new FileEdits(localFiles(() => [folder]));
  const told: string[] = [];
  const tell = (async (message: string) => {
    told.push(message);
  }) as unknown as typeof vscode.window.showWarningMessage;
  await withStub(vscode.window, 'showWarningMessage', tell, () =>
    withStub(vscode.window, 'showInformationMessage', tell, async () => {
      await edits.choose();
      writeFileSync(file, 'after');
      const edit = { path: file, before: Buffer.from('before'), after: Buffer.from('after') };
      edits.add(edit);
      await edits.undo(edit);
      assert.equal(readFileSync(file, 'utf8'), 'before');
      await edits.undo(edit);
      assert.equal(readFileSync(file, 'utf8'), 'before');
      await edits.undo({ path: file, before: undefined, after: Buffer.from('before') });
      assert.equal(existsSync(file), false);
    }),
  );
  assert.deepEqual(told, [
    'Claude has changed no file since this window was opened.',
    'The change of undone.txt was undone.',
    'undone.txt was changed since, so this change cannot be undone.',
    'The change of undone.txt was undone.',
  ]);
  edits.dispose();
});
