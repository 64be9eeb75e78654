import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension } from './support/extension.ts';
import { test } from './support/runner.ts';

interface SettingSchema {
  default?: unknown;
  description?: string;
  markdownDescription?: string;
}

function declaredSettings(): [string, SettingSchema][] {
  return Object.entries(extension().packageJSON.contributes.configuration.properties);
}

test('every setting has a default that VS Code knows', () => {
  assert.ok(declaredSettings().length > 0);
  for (const [name, schema] of declaredSettings()) {
    assert.notEqual(schema.default, undefined, name);
    assert.deepEqual(vscode.workspace.getConfiguration().inspect(name)?.defaultValue, schema.default, name);
  }
});

test('every setting has a description in words', () => {
  for (const [name, schema] of declaredSettings()) {
    const description = schema.markdownDescription ?? schema.description ?? '';
    assert.ok(description.length > 20 && !description.startsWith('%'), name);
  }
});

test('HTTP exchange logs are off by default', () => {
  assert.equal(vscode.workspace.getConfiguration('computerUseChat').get('httpExchangeLogs'), false);
});
