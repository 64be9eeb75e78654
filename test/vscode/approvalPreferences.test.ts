/** What the user allows for good, and working unattended: settings alone allow nothing. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Grant } from '../../src/agent/approvals/questions.ts';
import { readAllowed, writeAllowed } from '../../src/ui/allowedActions.ts';
import { ApprovalPreferences } from '../../src/ui/approvalPreferences.ts';
import { Memento } from './support/memento.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';
import { waitFor } from './support/wait.ts';

const GRANT: Grant = {
  what: 'click',
  because: 'submit',
  scope: 'https://example.org',
  always: 'example.org',
};
const ENTRY = { what: 'click', because: 'submit', host: 'example.org' };

const SECTION = () => vscode.workspace.getConfiguration('computerUseChat');

/** With what warnings were shown, each answered with the button of this name. */
async function withWarnings(
  button: string | undefined,
  body: (shown: string[]) => Promise<void>,
): Promise<void> {
  const shown: string[] = [];
  const stub = async (text: string) => {
    shown.push(text);
    return button;
  };
  await withStub(vscode.window, 'showWarningMessage', stub as never, () => body(shown));
}

async function withPreferences(
  state: Memento,
  body: (preferences: ApprovalPreferences) => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  const preferences = new ApprovalPreferences(state, (error) => faults.push(error));
  try {
    await body(preferences);
    assert.deepEqual(faults, []);
  } finally {
    preferences.dispose();
  }
}

// The extension itself is active beside these, and tells the same.

test('what is allowed for good is written where people can read it, and taken away', async () => {
  const state = new Memento();
  await withWarnings(undefined, async (shown) => {
    await withPreferences(state, async (preferences) => {
      assert.equal(preferences.canAllow, true);
      assert.equal(preferences.isAllowed(GRANT), false);
      preferences.allow(GRANT);
      await waitFor('that', () => preferences.isAllowed(GRANT));
      assert.deepEqual(SECTION().inspect('allowed')?.workspaceValue, [ENTRY]);
      assert.equal(preferences.isAllowed({ ...GRANT, because: 'send' }), false);
      assert.equal(preferences.isAllowed({ ...GRANT, always: 'other.example' }), false);
      assert.equal(preferences.isAllowed({ ...GRANT, what: 'key' }), false);
    });
    await withPreferences(state, async (preferences) => {
      assert.equal(preferences.isAllowed(GRANT), true);
      await preferences.remove(ENTRY);
      assert.equal(preferences.isAllowed(GRANT), false);
      assert.deepEqual(readAllowed(), []);
      // It comes back with the files of the workspace.
      await writeAllowed([ENTRY]);
      assert.equal(preferences.isAllowed(GRANT), false);
    });
    assert.match(shown.at(-1) ?? '', /1 actions.*do not count/);
  });
  await writeAllowed([]);
});

test('Restricted Mode, which hides what is allowed, takes nothing of it away', async () => {
  const state = new Memento();
  await withWarnings(undefined, async () => {
    await withPreferences(state, async (preferences) => {
      preferences.allow(GRANT);
      await waitFor('that', () => preferences.isAllowed(GRANT));
    });
    const isTrusted = Object.getOwnPropertyDescriptor(vscode.workspace, 'isTrusted');
    assert.ok(isTrusted);
    Object.defineProperty(vscode.workspace, 'isTrusted', { ...isTrusted, get: () => false });
    const hidden = (() => ({
      get: () => undefined,
      inspect: () => ({}),
      update: async () => undefined,
    })) as never;
    try {
      await withStub(vscode.workspace, 'getConfiguration', hidden, () =>
        withPreferences(state, async (preferences) => {
          assert.equal(preferences.isAllowed(GRANT), false);
          // Behind whatever else is written.
          await preferences.remove({ what: 'nothing' });
        }),
      );
    } finally {
      Object.defineProperty(vscode.workspace, 'isTrusted', isTrusted);
    }
    await withPreferences(state, async (preferences) => assert.equal(preferences.isAllowed(GRANT), true));
  });
  await writeAllowed([]);
});

test('an entry that somebody else wrote does not count, and the user is told', async () => {
  await writeAllowed([ENTRY, { what: 'edit', folder: '/' }, 'nonsense' as never]);
  await withWarnings(undefined, async (shown) => {
    await withPreferences(new Memento(), async (preferences) => {
      assert.equal(preferences.isAllowed(GRANT), false);
      assert.equal(preferences.isAllowed({ what: 'edit', scope: '/', always: '/' }), false);
      assert.match(shown.at(-1) ?? '', /2 actions.*do not count/);
    });
  });
  await writeAllowed([]);
});

test('working unattended is confirmed once in each workspace', async () => {
  const state = new Memento();
  const set = (mode: string | undefined) =>
    SECTION().update('approvals', mode, vscode.ConfigurationTarget.Global);
  try {
    await withWarnings(undefined, (shown) =>
      withPreferences(state, async (preferences) => {
        await set('unattended');
        await waitFor('that', () => shown.length > 0);
        assert.equal(preferences.mode, 'ask-consequences');
      }),
    );
    await withWarnings('Let Claude Work Unattended', (shown) =>
      withPreferences(state, async (preferences) => {
        await waitFor('that', () => preferences.mode === 'unattended');
        assert.match(shown[0] ?? '', /unattended in this workspace/);
        await set('ask-everything');
        await waitFor('that', () => preferences.mode === 'ask-everything');
        await set('unattended');
        await waitFor('that', () => preferences.mode === 'unattended');
      }),
    );
  } finally {
    await set(undefined);
  }
});
