/** The VS Code skin over sessions of its own, in the real extension host: what the extension's activation makes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_BACKOFF } from '../../../src/agent/backoff.ts';
import { Sessions } from '../../../src/agent/sessions.ts';
import { Emitter } from '../../../src/base/emitter.ts';
import { History } from '../../../src/history/history.ts';
import { ApiKey } from '../../../src/ui/apiKey.ts';
import { ApprovalPreferences } from '../../../src/ui/approvalPreferences.ts';
import { HistoryCleanUp } from '../../../src/ui/cleanUp.ts';
import { commandsFor } from '../../../src/ui/commands.ts';
import { ComputerChoice } from '../../../src/ui/computers.ts';
import { EditorFiles } from '../../../src/ui/editorFiles.ts';
import { Panels } from '../../../src/ui/panels.ts';
import { StoredSecrets } from '../../../src/ui/secretVault.ts';
import { SessionTree } from '../../../src/ui/sessionTree.ts';
import { RunStatusBar } from '../../../src/ui/statusBar.ts';
import { VncCertificates } from '../../../src/ui/vncCertificates.ts';
import { VncPasswords } from '../../../src/ui/vncPasswords.ts';
import { fakeComputers } from '../../support/fakeComputers.ts';
import { extension } from './extension.ts';
import { Memento } from './memento.ts';

/** Sessions whose runs wait for a connection until they are stopped, and the views of them. */
export function createSkin() {
  const folder = mkdtempSync(join(tmpdir(), 'cuc-skin-'));
  const history = History.open(folder);
  const faults: unknown[] = [];
  const onFault = (error: unknown) => void faults.push(error);
  const none = fakeComputers('None', () => Promise.reject(new Error('No computer is needed here.')));
  const computers = new ComputerChoice({
    browser: none.of('browser'),
    virtual: none.of('virtual'),
    docker: none.of('docker'),
    vnc: none.of('vnc'),
  });
  const sessions = new Sessions({
    history,
    backoff: DEFAULT_BACKOFF,
    computers,
    onFault,
    surroundings: {
      hasApiKey: false,
      isTrusted: true,
      hasConsent: true,
      modelLabel: 'Test',
      httpLogs: false,
      onDidChange: new Emitter<void>().event,
      connect: () => new Promise(() => {}),
    },
  });
  const panels = new Panels({
    extensionUri: extension().extensionUri,
    screenshotsFolder: vscode.Uri.file(history.screenshots.folder),
    sessions,
    runCommand: () => {},
    log: () => {},
    fileEdit: () => {},
  });
  const tree = new SessionTree(sessions);
  const statusBar = new RunStatusBar(sessions);
  const httpLog = vscode.window.createOutputChannel('Test');
  const cleanUp = new HistoryCleanUp({ history, sessions, onFault });
  const secrets: vscode.SecretStorage = {
    get: async () => undefined,
    keys: async () => [],
    store: async () => {},
    delete: async () => {},
    onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
  };
  const trust = {
    passwords: new VncPasswords(secrets, onFault),
    certificates: new VncCertificates(new Memento(), onFault),
  };
  const key = new ApiKey({
    secrets,
    memory: { get: () => undefined, update: async () => {} },
    environment: undefined,
  });
  const approvals = new ApprovalPreferences(new Memento(), onFault);
  const editorFiles = new EditorFiles();
  const commands = commandsFor({
    sessions,
    panels,
    tree,
    key,
    computers,
    approvals,
    trust,
    secrets: new StoredSecrets(secrets, onFault),
    editorFiles,
    httpLog,
    cleanUp,
  });
  const close = async () => {
    for (const part of [panels, tree, statusBar, httpLog, key, cleanUp, editorFiles, approvals])
      part.dispose();
    await sessions.close();
    history.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, history, sessions, panels, tree, commands, faults, close };
}

export type Skin = ReturnType<typeof createSkin>;

/** Runs `body` with a skin, and closes it and every chat panel whatever happens. */
export async function withSkin(body: (skin: Skin) => Promise<void>): Promise<void> {
  const skin = createSkin();
  try {
    await body(skin);
  } finally {
    await skin.close();
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs);
  }
}

/** Puts `answer` in the place of `name` of an API of VS Code while `body` runs. */
export async function withStub<T extends object, K extends keyof T, R>(
  api: T,
  name: K,
  answer: T[K],
  body: () => Promise<R>,
): Promise<R> {
  const original = api[name];
  api[name] = answer;
  try {
    return await body();
  } finally {
    api[name] = original;
  }
}
