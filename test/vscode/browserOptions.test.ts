/** The user's settings of the browser, as VS Code gives them, and what becomes of them. */
import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { browserOptions } from '../../src/ui/browserOptions.ts';
import { extension } from './support/extension.ts';
import { test } from './support/runner.ts';

const STORAGE = vscode.Uri.file('/storage');
const NAMES = Object.keys(extension().packageJSON.contributes.configuration.properties)
  .filter((name) => name.startsWith('computerUseChat.browser.'))
  .map((name) => name.slice('computerUseChat.browser.'.length));

const section = () => vscode.workspace.getConfiguration('computerUseChat.browser');

/** Runs `body` while the user has these settings. */
async function withSettings(values: Readonly<Record<string, unknown>>, body: () => void | Promise<void>) {
  try {
    for (const [name, value] of Object.entries(values))
      await section().update(name, value, vscode.ConfigurationTarget.Global);
    await body();
  } finally {
    for (const name of Object.keys(values))
      await section().update(name, undefined, vscode.ConfigurationTarget.Global);
  }
}

test('without settings the browser is our own, without a window, and what asks is off', () => {
  const { uploadFolders, confirm, ...options } = browserOptions(STORAGE);
  assert.ok(confirm);
  assert.deepEqual(options, {
    executablePath: '',
    urls: { allowed: [], blocked: [] },
    members: [],
    isVisible: false,
    attachTo: '',
  });
  const folders = vscode.workspace.workspaceFolders ?? [];
  assert.deepEqual(
    uploadFolders,
    folders.map(({ uri }) => uri.fsPath),
  );
});

test('settings take effect for the next browser', async () => {
  const values = {
    executablePath: ' /opt/chrome ',
    allowedUrls: ['*.example.com'],
    blockedUrls: ['localhost:9999'],
    members: ['file_upload', 'javascript_exec'],
    uploadFolders: ['/data', '~/pictures'],
    profile: 'Work',
    visible: true,
    attachTo: 'http://127.0.0.1:9222',
  };
  assert.deepEqual(Object.keys(values).sort(), [...NAMES].sort());
  await withSettings(values, () => {
    const options = browserOptions(STORAGE);
    assert.equal(options.executablePath, '/opt/chrome');
    assert.deepEqual(options.urls, { allowed: ['*.example.com'], blocked: ['localhost:9999'] });
    assert.deepEqual(options.members, ['file_upload', 'javascript_exec']);
    assert.deepEqual(options.uploadFolders?.slice(-2), ['/data', path.join(os.homedir(), 'pictures')]);
    assert.deepEqual(options.profile, { name: 'Work', root: path.join('/storage', 'browser-profiles') });
    assert.equal(options.isVisible, true);
    assert.equal(options.attachTo, 'http://127.0.0.1:9222');
  });
  assert.equal(browserOptions(STORAGE).isVisible, false);
});

test('settings of another kind than they should have are as good as none', async () => {
  const values = {
    allowedUrls: 'example.com',
    blockedUrls: [1, 'ads.example', null],
    members: ['file_upload', 'navigate', '__proto__', 7],
    uploadFolders: { 0: '/' },
    visible: 'yes',
  };
  await withSettings(values, () => {
    const options = browserOptions(STORAGE);
    assert.deepEqual(options.urls, { allowed: [], blocked: ['ads.example'] });
    assert.deepEqual(options.members, ['file_upload']);
    assert.equal(options.uploadFolders?.includes('/'), false);
    assert.equal(options.isVisible, false);
  });
});

test('a workspace has no say in them', async () => {
  for (const name of NAMES)
    await assert.rejects(
      async () => section().update(name, section().get(name), vscode.ConfigurationTarget.Workspace),
      name,
    );
});
