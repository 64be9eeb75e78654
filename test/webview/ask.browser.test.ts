/** Questions beside actions, in a real browser: by keys, for screen readers, with hostile texts. */
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/protocol/approvals.ts';
import type { NewItem } from '../../src/protocol/transcript.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';

const webview = useWebview();

const HOSTILE = '<img src=x onerror="window.broken=1">\u202Egpj.exe\u200B p\u0430ypal [a](command:quit)';

function asking(
  approval: Approval,
  state: Extract<NewItem, { kind: 'action' }>['state'] = { status: 'queued' },
): NewItem {
  return {
    kind: 'action',
    toolset: 'browser',
    member: 'javascript_exec',
    summary: 'Run JavaScript in the page',
    input: '{}',
    points: [],
    before: null,
    approval,
    state,
  };
}

async function open(
  question: Partial<Approval['question']> = {},
  name = 'Claude wants to run a script in the page',
) {
  const page = await webview.open('session=empty');
  const approval: Approval = {
    question: {
      what: 'javascript_exec',
      target: 'https://example.org/page',
      detail: 'run()',
      scope: 'https://example.org',
      ...question,
    },
    answer: null,
  };
  const ordinal = await page.evaluate((item) => window.fakeHost.append(item), asking(approval));
  const card = page.getByRole('group', { name });
  await card.waitFor();
  const answers = () =>
    page.evaluate(() =>
      window.fakeHost.received.flatMap((message) => (message.type === 'approval-answer' ? [message] : [])),
    );
  return { page, card, ordinal, answers };
}

describe('a question', () => {
  it('is followed to the end, where it goes on, once it is answered', async () => {
    const { page, card } = await open();
    for (let count = 0; count < 40; count++)
      await page.evaluate(
        (text) => window.fakeHost.append({ kind: 'answer', text, state: 'complete' }),
        `Answer ${count}`,
      );
    await page.getByText('Answer 39').hover();
    await page.mouse.wheel(0, -100_000);
    await card.getByRole('button', { name: 'Allow Once' }).click();
    await page.getByText('Answer 39').waitFor({ state: 'visible' });
  });

  it('is answered by keys, each control having a name', async () => {
    const { page, card, ordinal, answers } = await open();
    await card.getByRole('button', { name: 'Allow Once' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await card.getByRole('textbox', { name: 'Why not, for Claude (optional)' }).focus();
    await page.keyboard.type('Not now');
    await page.keyboard.press('Enter');
    await expect.poll(answers).toEqual([
      { type: 'approval-answer', ordinal, round: 0, answer: { kind: 'once' } },
      { type: 'approval-answer', ordinal, round: 0, answer: { kind: 'session' } },
      { type: 'approval-answer', ordinal, round: 0, answer: { kind: 'denied', reason: 'Not now' } },
    ]);
  });

  it('that a closed window left waits on until there is a key, which its answer leads to', async () => {
    const { page, card, ordinal, answers } = await open();
    const commands = () =>
      page.evaluate(() =>
        window.fakeHost.received.flatMap((message) => (message.type === 'command' ? [message.command] : [])),
      );
    await page.evaluate(() => window.fakeHost.setStatus({ model: { provider: 'none', label: 'No model' } }));
    await page.waitForSelector('.provider-bar.is-none');
    await card.getByRole('button', { name: 'Allow Once' }).click();
    await expect.poll(commands).toEqual(['set-api-key']);
    expect(await answers()).toEqual([]);

    // One that a run waits for needs nothing more.
    const run = { state: 'running', since: 0, activity: 'asking' } as const;
    await page.evaluate((status) => window.fakeHost.setStatus(status), { run });
    await page.waitForSelector('.stop');
    await card.getByRole('button', { name: 'Allow Once' }).click();
    await expect
      .poll(answers)
      .toEqual([{ type: 'approval-answer', ordinal, round: 0, answer: { kind: 'once' } }]);
    expect(await commands()).toEqual(['set-api-key']);
  });

  it('that a closed window left brings back the risks that were not agreed to, and is answered then', async () => {
    const { page, card, ordinal, answers } = await open();
    await page.fill('.prompt', 'Not yet');
    await page.evaluate(() => window.fakeHost.setStatus({ consent: 'needed' }));
    await page.getByRole('button', { name: 'Not Now' }).click();
    await page.waitForSelector('.consent', { state: 'detached' });
    const allow = card.getByRole('button', { name: 'Allow Once' });
    await allow.click();
    await page.waitForFunction(() => document.activeElement?.id === 'consent-title');
    await allow.click();
    await page.waitForFunction(() => document.activeElement?.id === 'consent-title');
    expect(await answers()).toEqual([]);

    await page.evaluate(() => window.fakeHost.setStatus({ consent: 'given' }));
    await page.waitForSelector('.consent', { state: 'detached' });
    await allow.click();
    await expect
      .poll(answers)
      .toEqual([{ type: 'approval-answer', ordinal, round: 0, answer: { kind: 'once' } }]);
    expect(await page.inputValue('.prompt')).toBe('Not yet');
    const isSent = () => page.evaluate(() => window.fakeHost.received.some(({ type }) => type === 'send'));
    expect(await isSent()).toBe(false);
  });

  it('that was answered no is told in the words of the user, not in those for the model', async () => {
    const { page, card } = await open();
    expect(await page.locator('.action .outcome').innerText()).toBe('Waiting for you');
    await page.evaluate(
      (item) => window.fakeHost.append(item),
      asking(
        {
          question: { what: 'javascript_exec', target: '', detail: '', scope: null },
          answer: { kind: 'denied', reason: 'Too\u200B dear' },
        },
        { status: 'failed', durationMs: 5, error: 'Not executed: the user did not allow this.' },
      ),
    );
    const denied = page.locator('.action.is-failed');
    await denied.waitFor();
    const text = await denied.innerText();
    expect(text).toContain('Not allowed');
    expect(text).toContain('You did not allow this: Too\\u{200b} dear');
    expect(text).not.toMatch(/Not executed|Failed/);
    expect(await card.count()).toBe(1);
  });

  it('about a file offers to allow what is in its folder', async () => {
    const { card } = await open(
      {
        what: 'edit',
        target: '/home/me/project/notes.txt',
        detail: '@@ -1,1 +1,1 @@\n-one\n+two',
        scope: '/home/me/project',
        always: '/home/me/project',
        edit: 'some-id',
      },
      'Claude wants to write the file /home/me/project/notes.txt',
    );
    expect(await card.getByRole('button').allInnerTexts()).toEqual([
      'Allow Once',
      'Allow for This Session in /home/me/project',
      'Always Allow in /home/me/project',
      expect.stringContaining('Open Diff'),
      "Don't Allow",
    ]);
  });

  it('about a file is its diff, which VS Code shows as well', async () => {
    const { page, card } = await open(
      {
        what: 'edit_config',
        target: '/home/me/\u202E.vscode/tasks.json',
        detail: `@@ -1,2 +1,2 @@\n same\n-${HOSTILE}\n+new\u200B\n\\ No newline at end of file`,
        scope: null,
        edit: 'some-id',
      },
      'Claude wants to write /home/me/\\u{202e}.vscode/tasks.json, by which VS Code, Git or other tools run things',
    );
    expect(await card.locator('.diff-removed').innerText()).toContain(
      '-<img src=x onerror="window.broken=1">\\u{202e}gpj',
    );
    expect((await card.locator('.diff-added').innerText()).trimEnd()).toBe(
      '+new\\u{200b}\n\\ No newline at end of file',
    );
    await page.evaluate(() => {
      for (const kind of ['inserted', 'removed'])
        document.documentElement.style.setProperty(
          `--vscode-diffEditor-${kind}LineBackground`,
          kind === 'inserted' ? 'green' : 'red',
        );
    });
    const backgrounds = await card
      .locator('.diff > span')
      .evaluateAll((parts) => parts.map((part) => getComputedStyle(part).backgroundColor));
    expect(new Set(backgrounds).size).toBe(3);
    expect(await card.locator('img, a').count()).toBe(0);
    await card.getByRole('button', { name: 'Open Diff' }).click();
    expect(
      await page.evaluate(() => window.fakeHost.received.filter(({ type }) => type === 'file-edit')),
    ).toEqual([{ type: 'file-edit', id: 'some-id', action: 'show' }]);
  });

  it.each([
    [400, 480],
    [900, 700],
  ])('about a click shows where, above its buttons, all in sight at %i x %i', async (width, height) => {
    const page = await webview.open('session=rich');
    await page.setViewportSize({ width, height });
    const question = {
      what: 'click',
      because: 'pay',
      target: 'https://shop.example.org/',
      detail: '“Buy now”',
      scope: 'https://shop.example.org',
      always: 'shop.example.org',
    } as const;
    const click = { ...asking({ question, answer: null }), points: [{ x: 400, y: 300 }] } as NewItem;
    await page.evaluate((item) => {
      const shown = window.fakeHost.items.findLast((one) => one.kind === 'screenshot');
      const before = shown?.kind === 'screenshot' ? shown.image : null;
      window.fakeHost.append({ ...item, before } as typeof item);
    }, click);
    const card = page.getByRole('group', { name: `Claude wants to click in the page ${question.target}` });
    await card.waitFor();
    const inSight = async () => {
      const list = await page.locator('.scroller').boundingBox();
      const peek = await card.locator('.peek').boundingBox();
      const buttons = await card.locator('.ask-actions').boundingBox();
      if (!list || !peek || !buttons) return 'missing';
      if (peek.y + peek.height > buttons.y) return 'below';
      return peek.y >= list.y && buttons.y + buttons.height <= list.y + list.height ? 'in sight' : 'hidden';
    };
    await expect.poll(inSight).toBe('in sight');
    expect(await page.locator('.row').last().locator('.peek').count()).toBe(1);
  });

  it('says why, and that it is another one; the answer is to that one', async () => {
    const { page, card, ordinal, answers } = await open({
      because: 'pay',
      round: 2,
      always: 'example.org',
    });
    const text = await card.innerText();
    expect(text).toContain('It may cost you money.');
    expect(text).toContain('What you allowed has changed since.');
    await card.getByRole('button', { name: 'Always Allow on example.org' }).focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(answers)
      .toEqual([{ type: 'approval-answer', ordinal, round: 2, answer: { kind: 'always' } }]);
  });

  it('shows what is hostile as it is', async () => {
    const { page, card } = await open({ target: HOSTILE, detail: `${HOSTILE}\n${HOSTILE}`, scope: null });
    const text = (await card.innerText()).replace(/\s+/g, ' ');
    expect(text).toContain('<img src=x onerror="window.broken=1">\\u{202e}gpj.exe\\u{200b} p\\u{430}ypal');
    expect(text).not.toMatch(/\p{Cf}/u);
    expect(await card.locator('img, a').count()).toBe(0);
    expect(await page.evaluate(() => 'broken' in window)).toBe(false);
    expect(await card.getByRole('button').allInnerTexts()).toEqual(['Allow Once', "Don't Allow"]);
  });
});

describe('an edit that was made', () => {
  const made = (id: string | null): NewItem =>
    ({
      ...asking({
        question: { what: 'edit', target: '', detail: '', scope: null },
        answer: { kind: 'once' },
      }),
      kind: 'action',
      state: {
        status: 'done',
        durationMs: 5,
        result: '',
        edit: { id, path: '/a', diff: '@@ -1,1 +1,1 @@\n-one\n+two' },
      },
    }) as NewItem;

  it('is shown with what can be done about it', async () => {
    const page = await webview.open('session=empty');
    await page.evaluate((item) => window.fakeHost.append(item), made(null));
    await page.locator('.diff-added').waitFor();
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
    await page.evaluate((item) => window.fakeHost.append(item), made('an-id'));
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Open Diff' }).click();
    expect(
      await page.evaluate(() => window.fakeHost.received.filter(({ type }) => type === 'file-edit')),
    ).toEqual([
      { type: 'file-edit', id: 'an-id', action: 'undo' },
      { type: 'file-edit', id: 'an-id', action: 'show' },
    ]);
  });
});
