import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension } from './support/extension.ts';
import { test } from './support/runner.ts';

test('every command of the manifest is registered', async () => {
  await extension().activate();
  const registered = new Set(await vscode.commands.getCommands(true));
  const declared: { command: string }[] = extension().packageJSON.contributes.commands;
  assert.ok(declared.length > 0);
  assert.deepEqual(
    declared.map(({ command }) => command).filter((command) => !registered.has(command)),
    [],
  );
});

test('every command has a title in words', () => {
  const declared: { command: string; title: string }[] = extension().packageJSON.contributes.commands;
  for (const { command, title } of declared) assert.doesNotMatch(title, /^%|^$/, command);
});
