/** Clean Up Session History, with real settings and files, and a real notification of its progress. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { History } from '../../src/history/history.ts';
import {
  type Item,
  ordinal,
  type ScreenshotRef,
  type SessionId,
  screenshotFileName,
} from '../../src/protocol/transcript.ts';
import { solidPng } from '../support/png.ts';
import { extension } from './support/extension.ts';
import { test } from './support/runner.ts';
import { type Skin, withSkin, withStub } from './support/skin.ts';

const DAY_MS = 24 * 60 * 60_000;
const LIMITS = ['history.maxAgeDays', 'history.maxSizeMb'] as const;

const settings = () => vscode.workspace.getConfiguration('computerUseChat');

/** Runs `body` while the user's settings have this limit. */
async function withLimit(name: (typeof LIMITS)[number], value: number, body: () => Promise<void>) {
  await settings().update(name, value, vscode.ConfigurationTarget.Global);
  try {
    assert.equal(settings().get(name), value);
    await body();
  } finally {
    await settings().update(name, undefined, vscode.ConfigurationTarget.Global);
  }
}

/** A stored session of so many items, last used so many days ago, that shows these screenshots. */
function seed({ history }: Skin, days: number, images: readonly ScreenshotRef[], items = 3): SessionId {
  const at = Date.now() - days * DAY_MS;
  const { id } = history.createSession({
    title: `${days} days old`,
    now: at,
    provider: 'demo',
    computer: 'browser',
  });
  const text = 'word '.repeat(50);
  history.transaction(() => {
    for (let next = 0; next < items; next += 1) {
      const place = { ordinal: ordinal(next), at };
      const image = images[next];
      const item: Item = image
        ? { kind: 'screenshot', ...place, image, scope: 'screen', caption: 'A page' }
        : { kind: 'answer', ...place, text, state: 'complete' };
      history.appendItem(id, item);
    }
  });
  return id;
}

const picture = ({ history }: Skin, shade: number) =>
  history.screenshots.put(solidPng(8, 8, shade), 'image/png');
const files = ({ history }: Skin) => [...history.screenshots.names()].sort();
const names = (...images: readonly ScreenshotRef[]) => images.map(screenshotFileName).sort();
const listed = ({ sessions }: Skin) => new Set(sessions.list().map(({ id }) => id));

interface Seen {
  readonly options: vscode.ProgressOptions[];
  readonly progress: string[];
  readonly told: string[];
}

/**
 * Runs the command. VS Code shows what it shows; this sees it too.
 *
 * @param cancelAt - the progress at which the user is taken to press Cancel
 */
async function runCleanUp(skin: Skin, cancelAt?: string): Promise<Seen> {
  const seen: Seen = { options: [], progress: [], told: [] };
  const show = vscode.window.withProgress;
  const withProgress: typeof show = (options, task) =>
    show(options, (progress, token) => {
      seen.options.push(options);
      const cancelling = new vscode.CancellationTokenSource();
      token.onCancellationRequested(() => cancelling.cancel());
      const report = (value: Parameters<typeof progress.report>[0]) => {
        progress.report(value);
        const { message = '' } = value as { message?: string };
        seen.progress.push(message);
        if (message === cancelAt) cancelling.cancel();
      };
      return task({ report }, cancelling.token);
    });
  const tell = (async (text: string) => void seen.told.push(text)) as never;
  await withStub(vscode.window, 'withProgress', withProgress, () =>
    withStub(vscode.window, 'showInformationMessage', tell, async () => {
      await skin.commands.cleanUpHistory();
    }),
  );
  return seen;
}

test('old sessions go with the screenshots only they show; those in use anywhere stay', () =>
  withSkin(async (skin) => {
    const [own, shared, leased] = [picture(skin, 1), picture(skin, 2), picture(skin, 3)];
    const old = [seed(skin, 40, [own, shared]), seed(skin, 31, [shared])];
    const open = seed(skin, 50, []);
    const running = skin.sessions.open(open);
    const elsewhere = seed(skin, 60, [leased]);
    const recent = seed(skin, 29, [shared]);
    const other = History.open(skin.folder);
    try {
      assert.ok(running && other.claimSession(elsewhere));
      await withLimit('history.maxAgeDays', 30, async () => {
        const { options, progress, told } = await runCleanUp(skin);
        assert.deepEqual(
          options.map(({ location, cancellable }) => [location, cancellable]),
          [[vscode.ProgressLocation.Notification, true]],
        );
        assert.deepEqual(progress, ['0 of 2 sessions deleted', '1 of 2 sessions deleted']);
        assert.match(told.join(), /^2 old sessions were deleted; [\d.]+ MB are free again\.$/);
      });
      assert.deepEqual(listed(skin), new Set([open, elsewhere, recent]));
      assert.deepEqual(files(skin), names(shared, leased));
      for (const id of old) assert.equal(skin.history.itemCount(id), 0);
    } finally {
      other.dispose();
    }
    assert.deepEqual(skin.faults, []);
  }));

test('past the size the longest unused go first', () =>
  withSkin(async (skin) => {
    // About 0.6 MB each.
    const [first, second, third] = [3, 1, 2].map((days) => seed(skin, days, [], 1_200));
    await withLimit('history.maxSizeMb', 1, async () => {
      const { told } = await runCleanUp(skin);
      assert.match(told.join(), /^2 old sessions were deleted/);
    });
    assert.ok(first && second && third);
    assert.deepEqual(listed(skin), new Set([second]));
  }));

test('a clean-up that is cancelled leaves whole sessions, and the next one goes on', () =>
  withSkin(async (skin) => {
    const images = [1, 2, 3].map((shade) => picture(skin, shade));
    const ids = images.map((image, index) => seed(skin, 50 - index, [image], 2_000));
    await withLimit('history.maxAgeDays', 30, async () => {
      const { told } = await runCleanUp(skin, '1 of 3 sessions deleted');
      assert.match(told.join(), /^One old session was deleted; [\d.]+ MB are free again\.$/);
      const left = skin.sessions.list();
      // The second was begun with: it is hidden, and its deletion is noted.
      assert.deepEqual(
        left.map(({ id, itemCount }) => [id, itemCount]),
        [[ids[2], 2_000]],
      );
      assert.deepEqual(skin.history.unfinishedErasures(), [ids[1]]);
      assert.equal(skin.sessions.open(ids[1] as SessionId), undefined);
      assert.equal(skin.history.readItems(ids[2] as SessionId, ordinal(0), 3_000).length, 2_000);
      assert.equal(files(skin).length, 2);
      await runCleanUp(skin);
    });
    assert.deepEqual([skin.sessions.list(), skin.history.unfinishedErasures(), files(skin)], [[], [], []]);
    assert.deepEqual(skin.faults, []);
  }));

test('without limits nothing is deleted, and the settings are offered', () =>
  withSkin(async (skin) => {
    seed(skin, 5_000, []);
    const { options, told } = await runCleanUp(skin);
    assert.deepEqual([options, told], [[], ['All sessions are kept: no limit of age or size is set.']]);
    assert.equal(skin.sessions.list().length, 1);
  }));

test('how much is kept is a setting of the machine, with no limit by default; a workspace cannot say it', async () => {
  const { properties } = extension().packageJSON.contributes.configuration;
  for (const name of LIMITS) {
    const { scope, minimum } = properties[`computerUseChat.${name}`];
    assert.deepEqual([scope, minimum, settings().get(name)], ['machine', 0, 0]);
    await assert.rejects(
      Promise.resolve(settings().update(name, 1, vscode.ConfigurationTarget.Workspace)),
      name,
    );
  }
});
