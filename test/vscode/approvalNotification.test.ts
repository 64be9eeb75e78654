/** Questions of sessions that nobody sees, in notifications of VS Code. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../src/base/emitter.ts';
import type { ApprovalQuestion, AskedAction, UserAnswer } from '../../src/protocol/approvals.ts';
import { sessionId } from '../../src/protocol/transcript.ts';
import { ApprovalNotifications } from '../../src/ui/approvalNotification.ts';
import { test } from './support/runner.ts';
import { withStub } from './support/skin.ts';

const QUESTION: ApprovalQuestion = {
  what: 'file_upload',
  target: 'https://embed.example',
  detail: '/work/report.csv',
  scope: null,
};

const WHATS: readonly AskedAction[] = [
  'file_upload',
  'javascript_exec',
  'read_console',
  'read_network',
  'command',
  'click',
  'type',
  'key',
  'desktop',
  'call',
];

/** A session whose panel is hidden at first, its notifications, and what comes of them. */
function useNotifications() {
  const changes = new Emitter<void>();
  const answers: UserAnswer[] = [];
  const titles: string[] = [];
  let isVisible = false;
  let open = 0;
  let shown = 0;
  const stub = (options: vscode.ProgressOptions, task: () => Thenable<unknown>) => {
    titles.push(options.title ?? '');
    open += 1;
    return task().then(() => {
      open -= 1;
    });
  };
  const session = sessionId('00000000-0000-0000-0000-000000000000');
  return {
    answers,
    titles,
    get open() {
      return open;
    },
    get shown() {
      return shown;
    },
    setVisible(visible: boolean) {
      isVisible = visible;
      changes.fire();
    },
    /** The links of the latest one, by their words. */
    links: () =>
      new Map(
        [...(titles.at(-1) ?? '').matchAll(/\[([^\]]+)\]\((command:[^)\s]+)\)/g)].map((match) => [
          match[1],
          match[2],
        ]),
      ),
    async within(
      body: (
        notifications: ApprovalNotifications,
        ask: (question: ApprovalQuestion) => AbortController,
      ) => Promise<void>,
    ) {
      await withStub(
        vscode.window,
        'withProgress',
        stub as unknown as typeof vscode.window.withProgress,
        async () => {
          const notifications = new ApprovalNotifications({
            isVisible: () => isVisible,
            onDidChangeVisibility: changes.event,
            showSession: () => {
              shown += 1;
            },
          });
          const ask = (question: ApprovalQuestion) => {
            const over = new AbortController();
            const answer = (given: UserAnswer) => {
              answers.push(given);
              over.abort();
            };
            notifications.ask(session, { question, over: over.signal, answer });
            return over;
          };
          try {
            await body(notifications, ask);
          } finally {
            notifications.dispose();
          }
        },
      );
    },
  };
}

/** Clicks a link as VS Code does. */
async function click(link: string | undefined): Promise<void> {
  assert.ok(link);
  const [command, query] = link.slice('command:'.length).split('?');
  await vscode.commands.executeCommand(command ?? '', ...JSON.parse(decodeURIComponent(query ?? '[]')));
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('each question says what and where, and each word does what it says', async () => {
  const view = useNotifications();
  await view.within(async (_notifications, ask) => {
    const messages = new Set<string>();
    for (const what of WHATS) {
      ask({ ...QUESTION, what });
      assert.match(view.titles.at(-1) ?? '', /https:\/\/embed\.example.*\/work\/report\.csv — /);
      messages.add((view.titles.at(-1) ?? '').split('https:')[0] ?? '');
      await click(view.links().get('Allow Once'));
      assert.deepEqual(view.answers.at(-1), { kind: 'once' });
      ask({ ...QUESTION, what });
      await click(view.links().get('Show'));
      await click(view.links().get("Don't Allow"));
      assert.deepEqual(view.answers.at(-1), { kind: 'denied', reason: '' });
    }
    assert.equal(messages.size, WHATS.length);
    assert.equal(view.shown, WHATS.length);
    await settled();
    assert.equal(view.open, 0);
  });
});

test('it is there while the panel is hidden and the question waits', async () => {
  const view = useNotifications();
  view.setVisible(true);
  await view.within(async (_notifications, ask) => {
    const over = ask(QUESTION);
    assert.equal(view.open, 0);
    view.setVisible(false);
    assert.equal(view.open, 1);
    view.setVisible(false);
    assert.equal(view.open, 1);
    view.setVisible(true);
    await settled();
    assert.equal(view.open, 0);
    view.setVisible(false);
    assert.equal(view.open, 1);
    // Answered in another window, or stopped.
    over.abort();
    await settled();
    assert.equal(view.open, 0);
    view.setVisible(false);
    assert.equal(view.open, 0);
  });
});

test('its words do nothing once the question is over, nor with another name for it', async () => {
  const view = useNotifications();
  await view.within(async (_notifications, ask) => {
    const over = ask(QUESTION);
    const links = view.links();
    const [command] = (links.get('Show') ?? '').slice('command:'.length).split('?');
    for (const name of ['guess', undefined, { toString: () => '1' }])
      await vscode.commands.executeCommand(command ?? '', name, 'allow');
    over.abort();
    await click(links.get('Allow Once'));
    await click(links.get('Show'));
    assert.deepEqual(view.answers, []);
    assert.equal(view.shown, 0);
  });
});

test('what is not seen whole there is read in the transcript before it is allowed', async () => {
  const view = useNotifications();
  const hostile = '[Allow](command:workbench.action.quit)\n\n\u202Etxt.exe\u200B';
  await view.within(async (_notifications, ask) => {
    for (const detail of [hostile, 'a\nb', 'x'.repeat(301)]) {
      ask({ ...QUESTION, detail });
      const title = view.titles.at(-1) ?? '';
      assert.deepEqual([...view.links().keys()], ["Don't Allow", 'Show']);
      assert.doesNotMatch(title.split(' — ')[0] ?? '', /\]\(|[\p{Cc}\p{Cf}]/u);
      assert.ok(title.length < 1_000);
      const forged = view.links().get('Show')?.replace('show', 'allow');
      await click(forged);
      assert.deepEqual(view.answers, []);
    }
  });
});
