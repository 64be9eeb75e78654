import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ComputerChoice } from '../../src/ui/computers.ts';
import { readDesktopLimits } from '../../src/ui/desktopLimits.ts';
import { readDockerSettings, readVirtualSettings, readVncSettings } from '../../src/ui/desktopSettings.ts';
import { desktopProviders } from '../../src/ui/desktops.ts';
import { certificateText, VncCertificates } from '../../src/ui/vncCertificates.ts';
import { VncPasswords } from '../../src/ui/vncPasswords.ts';
import { fakeComputers } from '../support/fakeComputers.ts';
import { extension } from './support/extension.ts';
import { Memento } from './support/memento.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';
import { waitFor } from './support/wait.ts';

/** Sets settings, runs `body`, and takes them back. */
async function withSettings(
  settings: Readonly<Record<string, unknown>>,
  body: () => void | Promise<void>,
): Promise<void> {
  const section = vscode.workspace.getConfiguration('computerUseChat');
  const set = async (name: string, value: unknown) =>
    section.update(name, value, vscode.ConfigurationTarget.Global);
  for (const [name, value] of Object.entries(settings)) await set(name, value);
  try {
    await body();
  } finally {
    for (const name of Object.keys(settings)) await set(name, undefined);
  }
}

function secretsInMemory(): vscode.SecretStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (name) => kept.get(name),
    keys: async () => [...kept.keys()],
    store: async (name, value) => void kept.set(name, value),
    delete: async (name) => void kept.delete(name),
    onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
  };
}

const fail = (error: unknown) => assert.fail(String(error));

const none = fakeComputers('None', () => Promise.reject(new Error('No computer is needed here.')));
const choice = () =>
  new ComputerChoice({
    browser: none.of('browser'),
    virtual: none.of('virtual'),
    docker: none.of('docker'),
    vnc: none.of('vnc'),
  });

test('without settings a desktop is of a good size, sandboxed where that can be, and limited', () => {
  assert.deepEqual(readVirtualSettings(), {
    size: { width: 1280, height: 800 },
    sandbox: 'preferred',
    network: 'web',
    allowedHosts: [],
  });
  const { limits, image, hasNetwork } = readDockerSettings();
  assert.deepEqual(
    { limits, image, hasNetwork },
    {
      limits: { memoryMb: 3072, cpus: 2, processes: 1024 },
      image: '',
      hasNetwork: true,
    },
  );
  assert.equal(readVncSettings().allowUnencrypted, false);
});

test('settings of desktops count, and nonsense in them does not', async () => {
  await withSettings(
    {
      'desktop.size': '1024x768',
      'virtual.sandbox': 'required',
      'virtual.network': 'none',
      'virtual.allowedHosts': ['nas.local', 5],
      'docker.memoryMb': -5,
      'docker.cpus': 0.5,
    },
    () => {
      assert.deepEqual(readVirtualSettings(), {
        size: { width: 1024, height: 768 },
        sandbox: 'required',
        network: 'none',
        allowedHosts: ['nas.local'],
      });
      assert.deepEqual(readDockerSettings().limits, { memoryMb: 3072, cpus: 0.5, processes: 1024 });
    },
  );
  // As it was written when it could be on or off.
  for (const [value, network] of [
    [true, 'web'],
    [false, 'none'],
    ['all', 'all'],
    ['shared', 'web'],
  ] as const)
    await withSettings({ 'virtual.network': value }, () =>
      assert.equal(readVirtualSettings().network, network),
    );
  await withSettings({ 'desktop.size': '9x9; rm -rf', 'virtual.sandbox': 'perhaps' }, () => {
    assert.deepEqual(readVirtualSettings().size, { width: 1280, height: 800 });
    assert.equal(readVirtualSettings().sandbox, 'preferred');
  });
});

test('how long a screen is waited for can be set, within reason', async () => {
  assert.deepEqual(readDesktopLimits(), { quietMs: 40, settleMs: 2_000 });
  await withSettings({ 'desktop.quietMs': 120, 'desktop.settleMs': 5_000 }, () => {
    assert.deepEqual(readDesktopLimits(), { quietMs: 120, settleMs: 5_000 });
  });
  await withSettings({ 'desktop.quietMs': -1, 'desktop.settleMs': 1e9 }, () => {
    assert.deepEqual(readDesktopLimits(), { quietMs: 40, settleMs: 2_000 });
  });
});

test('a desktop is named by what the settings say of it', async () => {
  const passwords = new VncPasswords(secretsInMemory(), fail);
  const certificates = new VncCertificates(new Memento(), fail);
  const { docker, vnc } = desktopProviders(extension().extensionUri, { passwords, certificates });
  assert.equal(docker.label, 'Container');
  assert.equal(vnc.label, 'Remote desktop');
  await withSettings({ 'docker.image': 'acme/desk:1', 'vnc.address': 'vnc://host.test' }, () => {
    assert.equal(docker.label, 'Container (acme/desk:1)');
    assert.equal(vnc.label, 'vnc://host.test');
  });
});

test('what is picked is what new sessions get', async () => {
  const computers = choice();
  assert.equal(computers.preferred, 'browser');
  let picked: string | undefined;
  const picking = computers.choose().then((kind) => {
    picked = kind;
  });
  // Until the list is open these commands do nothing.
  while (picked === undefined) {
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await picking;
  try {
    assert.equal(computers.preferred, picked);
  } finally {
    const section = vscode.workspace.getConfiguration('computerUseChat');
    await section.update('computer', undefined, vscode.ConfigurationTarget.Global);
  }
});

test('a remote desktop without an address is not chosen before one is given', async () => {
  const computers = choice();
  const section = () => vscode.workspace.getConfiguration('computerUseChat');
  const pickRemote = (async (items: readonly { readonly computer: string }[]) =>
    items.find(({ computer }) => computer === 'vnc')) as never;
  const answering = (address: string | undefined) => (async () => address) as never;
  const choose = (address: string | undefined) =>
    withStub(vscode.window, 'showQuickPick', pickRemote, () =>
      withStub(vscode.window, 'showInputBox', answering(address), () => computers.choose()),
    );
  try {
    assert.equal(await choose(undefined), undefined);
    assert.equal(computers.preferred, 'browser');
    assert.equal(await choose(' vnc://host.test '), 'vnc');
    assert.equal(section().get('vnc.address'), 'vnc://host.test');
  } finally {
    await section().update('computer', undefined, vscode.ConfigurationTarget.Global);
    await section().update('vnc.address', undefined, vscode.ConfigurationTarget.Global);
  }
});

test('a VNC password is read by its address, and where there is none the user is asked without being waited for', async () => {
  const secrets = secretsInMemory();
  const passwords = new VncPasswords(secrets, fail);
  secrets.kept.set('vncPassword:vnc://host.test', 's3cret');
  assert.equal(await passwords.read('vnc://host.test'), 's3cret');
  assert.equal(await passwords.read('vnc://other.test'), undefined);
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  assert.deepEqual([...secrets.kept.keys()], ['vncPassword:vnc://host.test']);
});

test('a question about a certificate has all that it is known by, quoted, and says so when it has changed', () => {
  const question = {
    address: 'vnc://host.test',
    subject: 'host" Trusted: "yes',
    issuer: 'someone',
    validUntil: 'Dec 31 23:59:59 2049 GMT',
    fingerprint: 'AB:CD',
    problem: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    isChanged: false,
  };
  const first = certificateText(question);
  assert.match(first.title, /vnc:\/\/host\.test/);
  assert.match(
    first.detail,
    /Subject: "host\\" Trusted: \\"yes"\nIssuer: "someone"\n.*2049.*\nSHA-256: AB:CD\n/,
  );
  const changed = certificateText({ ...question, isChanged: true });
  assert.match(changed.title, /another certificate than the one you trusted/);
  assert.match(changed.detail, /in between/);
});

test('certificates that were trusted are listed, and those that are chosen are trusted no more', async () => {
  const state = new Memento();
  const trust = (title: string, _options: unknown, button: string) =>
    Promise.resolve(title.includes('trust') ? button : undefined);
  const certificates = new VncCertificates(state, fail);
  const certificate = {
    fingerprint: 'AB:CD',
    subject: 'host',
    issuer: 'host',
    validUntil: '',
    isTrusted: false,
    problem: '',
  };
  const addresses = ['vnc://one.test', 'vnc://two.test'];
  await state.update('other', 'kept');
  await withStub(vscode.window, 'showWarningMessage', trust as never, async () => {
    for (const address of addresses) {
      assert.equal(certificates.judge(address, certificate), false);
      await waitFor('that it is trusted', () => certificates.judge(address, certificate));
    }
  });
  let listed: readonly string[] = [];
  const pickFirst = async (items: readonly vscode.QuickPickItem[]) => {
    listed = items.map(({ label, detail }) => `${label} ${detail}`);
    return items.slice(0, 1);
  };
  await withStub(vscode.window, 'showQuickPick', pickFirst as never, () => certificates.remove());
  assert.deepEqual(
    listed,
    addresses.map((address) => `${address} SHA-256: AB:CD`),
  );
  await withStub(vscode.window, 'showWarningMessage', (async () => undefined) as never, async () =>
    assert.deepEqual(
      addresses.map((address) => certificates.judge(address, certificate)),
      [false, true],
    ),
  );
  assert.equal(state.get('other'), 'kept');
});
