/** Find and jumps over a whole transcript, in a real browser. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { atRest } from '../support/webview-preview/at-rest.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';

const webview = useWebview();

async function openLong(): Promise<Page> {
  const page = await webview.open('session=long&count=3000');
  await page.waitForSelector('[data-ordinal="2999"]');
  return page;
}

/** Waits until a row is in view and has loaded. */
async function inView(page: Page, at: number): Promise<void> {
  await page.waitForFunction((ordinal) => {
    const row = document.querySelector(`.row[data-ordinal="${ordinal}"]:not([data-kind="placeholder"])`);
    const view = document.querySelector('.scroller')?.getBoundingClientRect();
    const box = row?.getBoundingClientRect();
    return view && box && box.top >= view.top - 1 && box.top < view.bottom;
  }, at);
}

/** Waits until the current hit is highlighted and is this text: rows are filled and painted at their own pace. */
async function highlighted(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => {
    const ranges = [...(CSS.highlights.get('find-current') ?? [])];
    return ranges.length === 1 && ranges[0]?.toString() === wanted;
  }, text);
}

describe('find', () => {
  it('finds in rows that were never loaded, steps through them and gives the focus back', async () => {
    const page = await openLong();
    await page.focus('.prompt');
    await page.keyboard.press('Control+f');
    await page.keyboard.type('ITEM 1019.');
    await page.waitForFunction(() => document.querySelector('.find-count')?.textContent === '1 of 1');
    await inView(page, 1019);
    await highlighted(page, 'Item 1019.');
    await page.fill('.find-input', 'prompt 10');
    await page.waitForFunction(() => document.querySelector('.find-count')?.textContent?.endsWith(' of 11'));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('F3');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.find', { state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('prompt');
    expect(await page.evaluate(() => CSS.highlights.size)).toBe(0);
  });

  it('opens what hides a hit, says when there is none, and keeps the place while more is written', async () => {
    const page = await openLong();
    await page.click('.header [aria-label="Find in the transcript"]');
    await page.fill('.find-input', 'menu is on screen');
    await page.waitForSelector('.thinking .disclosure-body');
    await highlighted(page, 'menu is on screen');
    await page.fill('.find-input', 'nowhere at all');
    await page.waitForSelector('.find-count.is-empty');
    await page.fill('.find-input', 'Prompt 51:');
    await inView(page, 1000);
    // Rows around it may still be filled in.
    await atRest(page);
    const top = await page.$eval('[data-ordinal="1000"]', (row) => row.getBoundingClientRect().top);
    await page.evaluate(() => window.fakeHost.append({ kind: 'user', text: 'And prompt 51: again' }));
    await page.waitForFunction(() => document.querySelector('.find-count')?.textContent === '1 of 2');
    expect(await page.$eval('[data-ordinal="1000"]', (row) => row.getBoundingClientRect().top)).toBe(top);
  });
});

describe('an empty session', () => {
  it('has nothing to find, by key or by button, until something is said', async () => {
    const page = await webview.open('session=empty');
    await page.waitForSelector('.welcome');
    expect(await page.locator('main').count()).toBe(1);
    const button = page.locator('.header [aria-label="Find in the transcript"]');
    expect(await button.isDisabled()).toBe(true);
    await page.keyboard.press('Control+f');
    expect(await page.locator('.find').count()).toBe(0);
    await page.evaluate(() => window.fakeHost.append({ kind: 'user', text: 'Hello' }));
    await page.waitForSelector('.header [aria-label="Find in the transcript"]:enabled');
    await page.keyboard.press('Control+f');
    await page.waitForSelector('.find');
  });
});

describe('jumps', () => {
  it('lead to the start, the end, and from one message of the user to the next', async () => {
    const page = await openLong();
    await page.focus('.scroller');
    await page.keyboard.press('Control+Home');
    await inView(page, 0);
    await page.keyboard.press('Alt+ArrowDown');
    await inView(page, 20);
    await page.click('.header [aria-label^="Next"]');
    await inView(page, 40);
    await page.focus('.scroller');
    await page.keyboard.press('Alt+ArrowUp');
    await inView(page, 20);
    await page.keyboard.press('Control+End');
    await inView(page, 2999);
    await page.keyboard.press('Alt+ArrowUp');
    await inView(page, 2980);
  });
});

describe('a heartbeat', () => {
  it('is answered', async () => {
    const page = await openLong();
    await page.evaluate(() => window.fakeHost.ping(3));
    await page.waitForFunction(() =>
      window.fakeHost.received.some((message) => message.type === 'pong' && message.id === 3),
    );
  });
});

describe('the page', () => {
  it('has no more than 1,500 nodes in a large window', async () => {
    const page = await webview.open('session=long&count=20000');
    await page.setViewportSize({ width: 1400, height: 900 });
    for (const place of [0, 0.37, 0.731, 1]) {
      await page.$eval(
        '.scroller',
        (scroller, at) => scroller.scrollTo(0, at * scroller.scrollHeight),
        place,
      );
      await atRest(page);
      expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThanOrEqual(1500);
    }
  });

  it.each([
    ['code', '```js\n', '  const value = call(argument);\n'],
    ['a list', '', '- an item of **some** length\n'],
    ['a table', '| a | b |\n| - | - |\n', '| a cell | and another one |\n'],
    ['a paragraph', '', 'Some words, and more of them. '],
  ])('changes only the end of %s of 200 KB', async (_, beginning, line) => {
    const page = await webview.open('session=rich');
    const at = await page.evaluate(
      (text) => window.fakeHost.append({ kind: 'answer', text, state: 'streaming' }),
      beginning + line.repeat(Math.ceil(200_000 / line.length)),
    );
    await page.waitForFunction(
      (ordinal) =>
        document.querySelector(`[data-ordinal="${ordinal}"] .md-chunk:not(.is-far)`) &&
        (document.querySelector(`[data-ordinal="${ordinal}"]`)?.clientHeight ?? 0) > 10_000,
      at,
    );
    // What comes near the viewport at first is filled in piece by piece, and is not what is counted.
    await atRest(page);
    const added = await page.evaluate(
      async ([ordinal, more]) => {
        const counts: number[] = [];
        const observer = new MutationObserver((records) => {
          const nodes = records.flatMap(({ addedNodes }) => [...addedNodes]);
          counts.push(nodes.reduce((sum, node) => sum + (node.textContent?.length ?? 0), 0));
        });
        const row = document.querySelector('.rows');
        if (row) observer.observe(row, { childList: true, characterData: true, subtree: true });
        for (let step = 0; step < 100; step++) {
          window.fakeHost.extend(ordinal, more);
          await new Promise(requestAnimationFrame);
        }
        observer.disconnect();
        return Math.max(...counts);
      },
      [at, line] as const,
    );
    expect(added).toBeGreaterThan(0);
    // The first piece may be all that was there at once.
    expect(added).toBeLessThan(20_000);
  });
});
