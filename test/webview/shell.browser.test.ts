/** Commands in a real browser: what they print as it comes, and in the end. */
import { describe, expect, it } from 'vitest';
import type { ActionItem, NewItem } from '../../src/protocol/transcript.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';

const webview = useWebview();

function command(change: Partial<ActionItem> = {}): NewItem {
  return {
    kind: 'action',
    toolset: 'bash',
    member: 'bash',
    summary: 'Run “npm test”',
    input: '{\n  "command": "npm test"\n}',
    points: [],
    before: null,
    state: { status: 'running' },
    ...change,
  };
}

async function open(item = command()) {
  const page = await webview.open('session=empty');
  const place = await page.evaluate((appended) => window.fakeHost.append(appended), item);
  const output = page.getByRole('region', { name: 'Output' });
  const text = output.locator('pre');
  const print = (more: string) =>
    page.evaluate(([at, added]) => window.fakeHost.extend(at, added), [place, more] as const);
  const act = (state: ActionItem['state']) =>
    page.evaluate(([at, next]) => window.fakeHost.act(at, next), [place, state] as const);
  const isAtEnd = () =>
    text.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 4 && box.scrollTop > 0);
  return { page, output, text, print, act, isAtEnd };
}

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('');

describe('the output of a command', () => {
  it('is shown as it comes, at its end, and its result takes its place', async () => {
    const { page, text, print, act, isAtEnd } = await open();
    expect(await text.count()).toBe(0);
    await print('first\n');
    await text.waitFor();
    await print(lines(200));
    await expect.poll(() => text.innerText()).toContain('line 199');
    expect(await isAtEnd()).toBe(true);
    const box = await text.elementHandle();
    const height = await text.evaluate((element) => element.clientHeight);
    await act({ status: 'done', durationMs: 1_000, result: `first\n${lines(200)}end` });
    await expect.poll(() => text.innerText()).toContain('end');
    expect(await isAtEnd()).toBe(true);
    // The same element of the same height: nothing flickers.
    expect(await text.evaluate((element, before) => element === before, box)).toBe(true);
    expect(await text.evaluate((element) => element.clientHeight)).toBe(height);
    expect(await text.evaluate((element) => getComputedStyle(element).fontFamily)).toBe(
      await page.evaluate(() => {
        const sample = document.body.appendChild(document.createElement('code'));
        const { fontFamily } = getComputedStyle(sample);
        sample.remove();
        return fontFamily;
      }),
    );
  });

  it('stays where it is read', async () => {
    const { text, print, isAtEnd } = await open();
    await print(lines(200));
    await text.waitFor();
    await text.evaluate((box) => box.scrollTo(0, 100));
    await expect.poll(() => text.evaluate((box) => box.scrollTop)).toBe(100);
    // Told in the frame after.
    await text
      .page()
      .evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await print(lines(50));
    await expect.poll(() => text.innerText()).toMatch(/line 49\s*$/);
    expect(await text.evaluate((box) => box.scrollTop)).toBe(100);
    expect(await isAtEnd()).toBe(false);
  });

  it('has its end where it is long, and says what is left out', async () => {
    const { text, print, act } = await open();
    await print('beginning\n');
    const latest = { text: '\nthe end', leftOut: 123_456, file: '/tmp/all\u202e.txt' };
    await act({ status: 'running', latest });
    await expect.poll(() => text.innerText()).toContain('the end');
    expect(await text.innerText()).toContain('123,456 bytes left out; all of it is in /tmp/all\\u{202e}.txt');
    await act({ status: 'interrupted', durationMs: 1, latest });
    await expect.poll(() => text.innerText()).toMatch(/^beginning[\s\S]*left out[\s\S]*the end$/);
  });

  it('is closed and opened by keys, and stays closed while it goes on', async () => {
    const { page, text, print } = await open();
    await print('one\n');
    await text.waitFor();
    const line = page.getByRole('button', { name: /Run “npm test”/ });
    expect(await line.getAttribute('aria-expanded')).toBe('true');
    await line.press('Enter');
    expect(await text.count()).toBe(0);
    await print('two\n');
    await line.press('Enter');
    await expect.poll(() => text.innerText()).toBe('one\ntwo\n');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await text.evaluate((box) => box === document.activeElement)).toBe(true);
  });

  it('is copied as it is shown', async () => {
    const { page, output, print } = await open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await print('one\n\u202etwo');
    await output.getByRole('button', { name: 'Copy output' }).click();
    await output.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('one\n\\u{202e}two');
  });

  it('says what a command ended with that did not succeed, and not that the tool failed', async () => {
    const { page, act } = await open();
    await act({ status: 'done', durationMs: 1_200, result: 'no\n[Exit status 2]', exitStatus: 2 });
    const line = page.getByRole('button', { name: 'Run “npm test” Exit status 2 1.2 s' });
    await line.waitFor();
    expect(await line.locator('.exit-status .codicon-terminal-decoration-error').count()).toBe(1);
    expect(await page.locator('.outcome-failed').count()).toBe(0);
    await act({ status: 'done', durationMs: 1_200, result: 'yes' });
    await expect.poll(() => page.locator('.exit-status').count()).toBe(0);
  });

  it('is found, also while it comes', async () => {
    const { page, text, print } = await open();
    await print('a needle in it\n');
    await text.waitFor();
    await page.keyboard.press('Control+f');
    await page.fill('.find-input', 'needle');
    await page.getByText('1 of 1').waitFor();
  });

  it('does no harm, whatever it is', async () => {
    const hostile =
      '<img src=x onerror="window.broken=1"><style>*{display:none}</style>[a](command:quit)\u202e\u2066\u200b\x1b[31m\0\ud800';
    const { page, text, act } = await open();
    await act({
      status: 'done',
      durationMs: 1,
      result: `${hostile}\n${'x'.repeat(40_000)}\n${'\u0300'.repeat(500)}`,
    });
    await text.waitFor();
    expect(await text.innerText()).toContain('\\u{202e}\\u{2066}\\u{200b}\\u{1b}[31m\\u{0}\\u{d800}');
    expect(await text.locator('*').count()).toBe(0);
    expect(await page.evaluate(() => 'broken' in window)).toBe(false);
    // A line without an end breaks: nothing is wider than the page.
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(await text.evaluate((box) => box.scrollWidth <= box.clientWidth)).toBe(true);
  });

  it('of one that failed is there as well; a long command is shown whole', async () => {
    const long = `echo one\n${'echo two; '.repeat(30)}`;
    const { page, text } = await open(
      command({
        input: JSON.stringify({ command: long }),
        state: { status: 'failed', durationMs: 1, error: 'so far\n[Ended by the time limit of 1 s.]' },
      }),
    );
    await expect.poll(() => text.innerText()).toContain('so far');
    expect(await page.getByRole('region', { name: 'Command' }).innerText()).toBe(long);
  });
});
