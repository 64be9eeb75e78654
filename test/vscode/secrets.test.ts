/** Adding a secret: what is said of where it may go, before it is kept. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { addSecret } from '../../src/ui/secrets.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';

test('an address is shown as what it is taken for, before the secret is kept', async () => {
  const kept: unknown[] = [];
  const secrets = { put: async (secret: unknown) => void kept.push(secret) };
  const answers = ['shop', ' shop.example.com, https://pay.example.com', 'correct horse'];
  const checks: NonNullable<vscode.InputBoxOptions['validateInput']>[] = [];
  const input = (async ({ validateInput }: vscode.InputBoxOptions) => {
    assert.ok(validateInput);
    checks.push(validateInput);
    return answers[checks.length - 1];
  }) as never;
  const pages = (async (items: readonly unknown[]) => items.slice(0, 1)) as never;
  const tell = (async () => undefined) as never;
  await withStub(vscode.window, 'showInputBox', input, () =>
    withStub(vscode.window, 'showQuickPick', pages, () =>
      withStub(vscode.window, 'showInformationMessage', tell, () => addSecret(secrets as never)),
    ),
  );
  assert.deepEqual(kept, [
    {
      name: 'shop',
      value: 'correct horse',
      places: ['https://shop.example.com', 'https://pay.example.com'],
    },
  ]);
  const check = checks[1];
  assert.ok(check);
  const told = await check('shop.example.com');
  assert.ok(told && typeof told !== 'string');
  assert.equal(told.severity, vscode.InputBoxValidationSeverity.Info);
  assert.match(told.message, /https:\/\/shop\.example\.com, and nowhere else/);
  assert.ok(await check('https://shop.example.com/login'));
  assert.equal(await check('https://shop.example.com'), undefined);
  assert.equal(typeof (await check('http://shop.example.com')), 'string');
});
