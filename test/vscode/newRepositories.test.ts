/** Repositories that commands make in the workspace, beside VS Code's own Git. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { NewRepositories } from '../../src/ui/newRepositories.ts';
import { Memento } from './support/memento.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';
import { waitFor } from './support/wait.ts';

const git = () => vscode.workspace.getConfiguration('git');
const NAMES = ['autoRepositoryDetection', 'detectSubmodules'];
const TURN_OFF = 'Turn Off in This Workspace';

/** In ms. */
const SHOW_MS = 3_000;

/**
 * Shows a file, by which Git hears of the repository that it is in. Of one that nothing is shown of it hears as well, but only
 * where the file system tells of folders as fast as they are filled.
 */
async function show(file: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  await vscode.window.showTextDocument(vscode.Uri.file(file));
}

async function asked(
  repositories: NewRepositories,
  button: string | undefined,
): Promise<{ readonly questions: number; readonly error: unknown }> {
  let questions = 0;
  const stub = async () => {
    questions += 1;
    return button;
  };
  const error = await withStub(vscode.window, 'showWarningMessage', stub as never, () =>
    repositories.untilDecided(new AbortController().signal).then(
      () => undefined,
      (reason: unknown) => reason,
    ),
  );
  return { questions, error };
}

async function reset(): Promise<void> {
  for (const name of NAMES) await git().update(name, undefined, vscode.ConfigurationTarget.Workspace);
}

test('without an answer there are no commands, and each asks again', async () => {
  const repositories = new NewRepositories(new Memento());
  for (let round = 0; round < 2; round++) {
    const { questions, error } = await asked(repositories, undefined);
    assert.equal(questions, 1);
    assert.match(String(error), /neither turned that off nor accepted/);
  }
});

test('who accepts it is not asked again in this workspace', async () => {
  const state = new Memento();
  assert.deepEqual(await asked(new NewRepositories(state), 'Leave On'), { questions: 1, error: undefined });
  assert.deepEqual(await asked(new NewRepositories(state), undefined), { questions: 0, error: undefined });
  assert.notEqual(git().get('autoRepositoryDetection'), false);
});

/** Settings of Git in a workspace whose folders have some of their own: by `workspace.NAME` and `folder.NAME`; else true. */
async function withSettings<R>(values: Map<string, unknown>, body: () => Promise<R>): Promise<R> {
  const original = vscode.workspace.getConfiguration;
  const stub = (section?: string, scope?: vscode.ConfigurationScope | null) => {
    if (section !== 'git') return original(section, scope);
    const ofFolder = (name: string) => (scope ? values.get(`folder.${name}`) : undefined);
    return {
      get: (name: string) => ofFolder(name) ?? values.get(`workspace.${name}`) ?? true,
      inspect: (name: string) => ({ workspaceFolderValue: ofFolder(name) }),
      update: async (name: string, value: unknown, target: vscode.ConfigurationTarget) => {
        const isFolder = target === vscode.ConfigurationTarget.WorkspaceFolder;
        if (!values.get('isFixed')) values.set(`${isFolder ? 'folder' : 'workspace'}.${name}`, value);
      },
    };
  };
  return withStub(vscode.workspace, 'getConfiguration', stub as never, body);
}

test('it is turned off in folders, too, that have it on by themselves, and in no others', async () => {
  for (const own of [true, undefined]) {
    const values = new Map<string, unknown>([['folder.detectSubmodules', own]]);
    const { error } = await withSettings(values, () => asked(new NewRepositories(new Memento()), TURN_OFF));
    assert.equal(error, undefined);
    for (const name of NAMES) assert.equal(values.get(`workspace.${name}`), false);
    assert.equal(values.get('folder.detectSubmodules'), own && false);
    assert.equal(values.has('folder.autoRepositoryDetection'), false);
  }
});

test('where it stays on though it was turned off, that is told', async () => {
  const { error } = await withSettings(new Map([['isFixed', true]]), () =>
    asked(new NewRepositories(new Memento()), TURN_OFF),
  );
  assert.match(String(error), /is on all the same.*git\.autoRepositoryDetection and git\.detectSubmodules/);
});

test('once it is turned off, a repository that a command makes runs nothing', async () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder);
  const outside = mkdtempSync(`${folder}-`);
  const attack = (name: string) => {
    const repository = path.join(folder, name);
    const made = path.join(outside, `${name}-made`);
    const ran = path.join(outside, name);
    const hook = path.join(repository, 'hook.sh');
    execFileSync('git', ['init', '-q', made]);
    execFileSync('git', ['-C', made, 'config', 'core.fsmonitor', hook]);
    writeFileSync(path.join(made, 'hook.sh'), `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o755 });
    // Whole at once: Git looks at it when it opens it, and a second time only while the window has the focus.
    renameSync(made, repository);
    let shown = 0;
    return () => {
      if (Date.now() - shown > SHOW_MS) {
        shown = Date.now();
        void show(hook);
      }
      return existsSync(ran);
    };
  };
  try {
    await waitFor('the attack to succeed while it is on', attack('while-on'));
    assert.deepEqual(await asked(new NewRepositories(new Memento()), TURN_OFF), {
      questions: 1,
      error: undefined,
    });
    for (const name of NAMES) assert.equal(git().inspect(name)?.workspaceValue, false);
    const hasRun = attack('while-off');
    assert.equal(hasRun(), false);
    await delay(SHOW_MS);
    assert.equal(hasRun(), false);
    assert.deepEqual(await asked(new NewRepositories(new Memento()), undefined), {
      questions: 0,
      error: undefined,
    });
  } finally {
    await reset();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of ['while-on', 'while-off'])
      rmSync(path.join(folder, name), { recursive: true, force: true });
    rmSync(outside, { recursive: true, force: true });
  }
});
