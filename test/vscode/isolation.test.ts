/** What the settings of tools mean, and what is said of them before anything runs. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMPUTER_KINDS } from '../../src/protocol/computers.ts';
import { isolationLine, isolationTexts } from '../../src/ui/isolationTexts.ts';
import { readToolSettings } from '../../src/ui/settings.ts';
import { test } from './support/runner.ts';

async function withSettings(values: Readonly<Record<string, unknown>>, does: () => void): Promise<void> {
  const section = vscode.workspace.getConfiguration('computerUseChat');
  const set = (name: string, value: unknown) =>
    section.update(name, value, vscode.ConfigurationTarget.Global);
  for (const [name, value] of Object.entries(values)) await set(name, value);
  try {
    does();
  } finally {
    for (const name of Object.keys(values)) await set(name, undefined);
  }
}

test('commands of this machine are off until somebody chooses where they run', async () => {
  assert.equal(readToolSettings().shell, 'off');
  for (const [value, shell] of [
    ['sandboxed', 'sandboxed'],
    ['ask', 'ask'],
    [true, 'ask'],
    [false, 'off'],
    ['anything', 'off'],
  ] as const)
    await withSettings({ 'tools.shellOnThisMachine': value }, () =>
      assert.equal(readToolSettings().shell, shell),
    );
  const { access, hosts, readable, memoryMb } = readToolSettings();
  assert.deepEqual(
    { access, hosts, readable, memoryMb },
    { access: 'read', hosts: [], readable: [], memoryMb: 4096 },
  );
});

/** What a quick pick of VS Code shows of a line at its usual size, in characters. */
const PICK_LINE = 80;

test('where a computer is chosen, a line that fits says the same', async () => {
  const lines = new Set<string>();
  const look = () => {
    for (const kind of COMPUTER_KINDS) {
      const line = isolationLine(kind);
      assert.ok(line.length > 20 && line.length <= PICK_LINE, line);
      lines.add(line);
    }
  };
  look();
  for (const settings of [
    { 'virtual.network': 'all', 'docker.network': false, 'browser.profile': 'mine' },
    { 'virtual.network': 'none', 'virtual.sandbox': 'required' },
    { 'virtual.sandbox': 'never', 'browser.attachTo': 'http://127.0.0.1:9222' },
  ])
    await withSettings(settings, look);
  assert.equal([...lines].filter((line) => line.startsWith('Nothing is isolated')).length, 3);
});

test('of each computer something is said of network and files, and where nothing is isolated, that', async () => {
  for (const kind of COMPUTER_KINDS) assert.ok(isolationTexts(kind).join(' ').length > 60, kind);
  assert.match(isolationTexts('vnc').join(' '), /^Nothing is isolated/);
  assert.match(
    isolationTexts('virtual').join(' '),
    /any public host of the web, and neither private networks/,
  );
  await withSettings({ 'virtual.allowedHosts': ['nas.local'] }, () =>
    assert.match(isolationTexts('virtual').join(' '), /web and nas\.local, and neither other private/),
  );
  await withSettings({ 'virtual.network': 'all' }, () =>
    assert.match(isolationTexts('virtual').join(' '), /The network is not isolated/),
  );
  await withSettings({ 'virtual.sandbox': 'never' }, () =>
    assert.match(isolationTexts('virtual').join(' '), /^Nothing is isolated/),
  );
  await withSettings({ 'browser.attachTo': 'http://127.0.0.1:9222' }, () =>
    assert.match(isolationTexts('browser').join(' '), /^Nothing is isolated/),
  );
});

test('what is said of commands follows the settings', async () => {
  const said = () => isolationTexts('browser').join(' ');
  assert.doesNotMatch(said(), /[Cc]ommands/);
  await withSettings({ 'tools.shellOnThisMachine': 'ask' }, () =>
    assert.match(said(), /Commands are not isolated/),
  );
  await withSettings({ 'tools.shellOnThisMachine': 'sandboxed' }, () =>
    assert.match(
      said(),
      /read the workspace, secrets in it included, and change none\. They have no network/,
    ),
  );
  await withSettings(
    {
      'tools.shellOnThisMachine': 'sandboxed',
      'tools.workspaceAccess': 'write',
      'tools.allowedHosts': ['example.com'],
    },
    () =>
      assert.match(said(), /change the workspace[\s\S]*network is example\.com[\s\S]*outside of the sandbox/),
  );
});
