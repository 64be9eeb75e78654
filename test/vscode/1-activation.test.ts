/** The first file, since what it asks only holds as long as nobody has used the extension. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { chatTabs, extension } from './support/extension.ts';
import { figure, test } from './support/runner.ts';
import { waitFor } from './support/wait.ts';

test('it is not active before it is used', () => {
  assert.equal(extension().isActive, false);
});

test('it activates when it is used', async () => {
  const begin = performance.now();
  await extension().activate();
  figure('activation-with-editor-ms', Math.round((performance.now() - begin) * 10) / 10);
  assert.equal(extension().isActive, true);
});

test('its command opens a panel', async () => {
  const begin = performance.now();
  await vscode.commands.executeCommand('computerUseChat.open');
  figure('first-open-ms', Math.round((performance.now() - begin) * 10) / 10);
  await waitFor('a chat panel', () => chatTabs().length > 0);
});

test('opening again reveals the same panel', async () => {
  await vscode.commands.executeCommand('computerUseChat.open');
  // Messages between the workbench and the extension host keep their order: after this one a second tab would be known.
  await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
  assert.equal(chatTabs().length, 1);
});

test('the panel closes like any other tab', async () => {
  await vscode.window.tabGroups.close(chatTabs());
  await waitFor('the panel to close', () => chatTabs().length === 0);
});
