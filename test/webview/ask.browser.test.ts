/** Questions beside actions, in a real browser: by keys, for screen readers, with hostile texts. */
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/protocol/approvals.ts';
import type { NewItem } from '../../src/protocol/transcript.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';

const webview = useWebview();

const HOSTILE = '<img src=x onerror="window.broken=1">\u202Egpj.exe\u200B p\u0430ypal [a](command:quit)';

function asking(approval: Approval): NewItem {
  return {
    kind: 'action',
    toolset: 'browser',
    member: 'javascript_exec',
    summary: 'Run JavaScript in the page',
    input: '{}',
    points: [],
    before: null,
    approval,
    state: { status: 'queued' },
  };
}

async function open(question: Partial<Approval['question']> = {}) {
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
  const card = page.getByRole('group', { name: 'Claude wants to run a script in the page' });
  await card.waitFor();
  const answers = () =>
    page.evaluate(() =>
      window.fakeHost.received.flatMap((message) => (message.type === 'approval-answer' ? [message] : [])),
    );
  return { page, card, ordinal, answers };
}

describe('a question', () => {
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
      { type: 'approval-answer', ordinal, answer: { kind: 'once' } },
      { type: 'approval-answer', ordinal, answer: { kind: 'session' } },
      { type: 'approval-answer', ordinal, answer: { kind: 'denied', reason: 'Not now' } },
    ]);
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
