/** What commands, panels, tree and status bar do with sessions. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SessionRecord } from '../../src/history/history.ts';
import { TREE_PAGE_SIZE } from '../../src/ui/sessionTree.ts';
import { chatTabs, extension, PANEL_VIEW_TYPE } from './support/extension.ts';
import { test } from './support/runner.ts';
import { type Skin, withSkin, withStub } from './support/skin.ts';
import { waitFor } from './support/wait.ts';

const GONE = '00000000-0000-4000-8000-000000000000';

/** A stored session that does not run any more. */
async function talk({ sessions }: Skin, prompt: string): Promise<SessionRecord> {
  const session = sessions.create();
  const run = session.send(prompt);
  session.stop();
  await run;
  const record = sessions.list().find(({ id }) => id === session.session);
  assert.ok(record);
  return record;
}

const restoredPanel = () =>
  vscode.window.createWebviewPanel(PANEL_VIEW_TYPE, 'Restored', vscode.ViewColumn.Active);

test('a new session is stored with its first prompt, and an empty one is used again', () =>
  withSkin(async (skin) => {
    skin.commands.newSession();
    skin.commands.newSession();
    await waitFor('a panel', () => chatTabs().length > 0);
    assert.equal(chatTabs().length, 1);
    assert.deepEqual(skin.sessions.list(), []);
    await talk(skin, 'Hello');
    skin.commands.newSession();
    await waitFor('a second panel', () => chatTabs().length === 2);
    assert.equal(skin.sessions.list().length, 1);
  }));

test('a session is shown in a second panel beside, restored with it, and closed by itself', () =>
  withSkin(async (skin) => {
    const record = await talk(skin, 'Hello');
    skin.commands.openSession(record);
    skin.commands.openToSide(record);
    await waitFor('two panels', () => chatTabs().length === 2);
    assert.notEqual(chatTabs()[0]?.group.viewColumn, chatTabs()[1]?.group.viewColumn);
    skin.commands.openSession(record);
    assert.equal(chatTabs().length, 2);
    const second = chatTabs()[1];
    assert.ok(second);
    await vscode.window.tabGroups.close(second);
    await waitFor('one panel', () => chatTabs().length === 1);
    assert.equal(skin.panels.current, record.id);
    await skin.panels.deserializeWebviewPanel(restoredPanel(), {
      session: record.id,
      anchor: null,
      draft: '',
    });
    await waitFor('two panels', () => chatTabs().length === 2);
    // Nothing tells that this one was of the session.
    await skin.panels.deserializeWebviewPanel(restoredPanel(), undefined);
    await waitFor('two panels', () => chatTabs().length === 2);
    skin.panels.close(record.id);
    await waitFor('no panel', () => chatTabs().length === 0);
  }));

test('a session is renamed in its place', () =>
  withSkin(async (skin) => {
    const older = await talk(skin, 'Older');
    await talk(skin, 'Newer');
    await withStub(vscode.window, 'showInputBox', (async () => ' Renamed ') as never, async () => {
      await skin.commands.renameSession(older);
    });
    assert.deepEqual(
      skin.sessions.list().map(({ title }) => title),
      ['Newer', 'Renamed'],
    );
  }));

test('a session is deleted with its panel, once that is confirmed', () =>
  withSkin(async (skin) => {
    const record = await talk(skin, 'Hello');
    skin.commands.openSession(record);
    await waitFor('its panel', () => chatTabs().length === 1);
    await withStub(vscode.window, 'showWarningMessage', (async () => undefined) as never, async () => {
      await skin.commands.deleteSession(record);
    });
    assert.equal(skin.sessions.list().length, 1);
    await withStub(vscode.window, 'showWarningMessage', (async () => 'Delete') as never, async () => {
      await skin.commands.deleteSession(record);
    });
    assert.deepEqual([skin.sessions.list(), skin.faults], [[], []]);
    await waitFor('its panel to close', () => chatTabs().length === 0);
  }));

test('a restored panel whose session is gone shows an empty one; a second such panel is closed', () =>
  withSkin(async ({ panels, sessions }) => {
    const state = { session: GONE, anchor: null, draft: '' };
    await panels.deserializeWebviewPanel(restoredPanel(), state);
    assert.equal(panels.current, sessions.create().session);
    assert.deepEqual(sessions.list(), []);
    await panels.deserializeWebviewPanel(restoredPanel(), state);
    await waitFor('one panel', () => chatTabs().length === 1);
  }));

test('the demo is chosen and left again in an empty session, and takes over a prompt nobody answered', () =>
  withSkin(async (skin) => {
    const { panels, sessions } = skin;
    const session = sessions.create();
    panels.runCommand(session, 'start-demo');
    assert.equal(session.status.model.provider, 'demo');
    panels.runCommand(session, 'end-demo');
    assert.equal(session.status.model.provider, 'none');
    const begun = await talk(skin, 'Order a coffee');
    const stored = sessions.open(begun.id);
    assert.ok(stored);
    panels.runCommand(stored, 'start-demo');
    assert.deepEqual(
      sessions.list().map(({ title, provider }) => [title, provider]),
      [
        ['Order a coffee', 'demo'],
        ['Order a coffee', 'anthropic'],
      ],
    );
  }));

test('the tree shows a page of sessions, and more when asked', () =>
  withSkin(async ({ history, tree, commands }) => {
    for (let made = 0; made <= TREE_PAGE_SIZE; made += 1) {
      history.createSession({ title: `Session ${made}`, now: made, provider: 'demo', computer: 'browser' });
    }
    const first = tree.getChildren();
    assert.equal(first.length, TREE_PAGE_SIZE + 1);
    const more = first.at(-1);
    assert.ok(more);
    const row = tree.getTreeItem(more);
    assert.deepEqual(
      [row.command?.command, row.contextValue],
      ['computerUseChat.showMoreSessions', undefined],
    );
    commands.showMoreSessions();
    const all = tree.getChildren();
    assert.ok(all.every((node) => tree.getTreeItem(node).contextValue === 'session'));
    assert.equal(all.length, TREE_PAGE_SIZE + 1);
  }));

test('a long title leaves room for the time in its row, and is told in full with all else in the tooltip', () =>
  withSkin(async ({ history, tree }) => {
    const title = 'Order a flat white and two croissants for Ada at the café';
    const now = new Date(2026, 0, 31, 14, 5).getTime();
    const row = tree.getTreeItem(
      history.createSession({ title, now, provider: 'demo', computer: 'browser' }),
    );
    assert.equal(row.label, 'Order a flat white and two…');
    assert.ok(row.description);
    assert.ok(row.tooltip instanceof vscode.MarkdownString);
    // Markdown escapes and hard spaces are of no interest here.
    const tooltip = row.tooltip.value.replaceAll('\\', '').replaceAll(/&nbsp;|\s/g, ' ');
    for (const part of [title, 'Offline demo', 'Saturday, January 31, 2026', '2:05']) {
      assert.ok(tooltip.includes(part), `${part} in ${tooltip}`);
    }
  }));

test('Stop is offered while something runs, and asks which where that is not clear', () =>
  withSkin(async ({ sessions, commands }) => {
    const contexts: unknown[] = [];
    const record = (async (command: string, ...args: unknown[]) => {
      if (command === 'setContext') contexts.push(args);
    }) as never;
    await withStub(vscode.commands, 'executeCommand', record, async () => {
      const runs = ['One', 'Two', 'Three'].map((prompt) => sessions.create().send(prompt));
      assert.deepEqual(contexts.at(-1), ['computerUseChat.running', true]);
      const pick = (label: string) =>
        (async (items: { label: string }[]) => items.find((item) => item.label === label)) as never;
      await withStub(vscode.window, 'showQuickPick', pick('Two'), commands.stop);
      await runs[1];
      assert.equal(sessions.running.length, 2);
      await withStub(vscode.window, 'showQuickPick', pick('All'), commands.stop);
      await Promise.all(runs);
      assert.deepEqual(contexts.at(-1), ['computerUseChat.running', false]);
    });
  }));

test('Stop is enabled by the context that says that something runs', () => {
  const { menus, keybindings } = extension().packageJSON.contributes;
  const places = [...menus.commandPalette, ...menus['editor/title'], ...keybindings] as {
    command: string;
    when?: string;
  }[];
  const stops = places.filter(({ command }) => command === 'computerUseChat.stop');
  assert.equal(stops.length, 3);
  for (const { when } of stops) assert.match(when ?? '', /computerUseChat\.running/);
});

test('the HTTP log toggle writes the setting', async () => {
  await extension().activate();
  const isOn = () => vscode.workspace.getConfiguration('computerUseChat').get('httpExchangeLogs') === true;
  await vscode.commands.executeCommand('computerUseChat.toggleHttpLogs');
  await waitFor('the setting', isOn);
  await vscode.commands.executeCommand('computerUseChat.toggleHttpLogs');
  await waitFor('the setting to be taken back', () => !isOn());
});

test('a workspace cannot say where the key goes, or which program runs', async () => {
  const section = vscode.workspace.getConfiguration('computerUseChat');
  for (const name of ['apiBaseUrl', 'browser.executablePath']) {
    await assert.rejects(
      Promise.resolve(section.update(name, 'http://elsewhere.test', vscode.ConfigurationTarget.Workspace)),
      name,
    );
  }
});
