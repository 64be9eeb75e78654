/** Answers far longer than the screen, in a real browser: only what is near the viewport is in the page. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { atRest } from '../support/webview-preview/at-rest.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';

const LENGTH = 240_000;
const webview = useWebview();

/** The text of a part of a mixed answer. Its number is in it. */
function mixedPart(number: number): string {
  const prose = `### Part ${number}\n\nWords of **part ${number}** that say something. ${'And some more. '.repeat(20)}\n\n`;
  const list = Array.from({ length: 12 }, (_, item) => `- item ${number}.${item} with \`code\`\n`).join('');
  const code = `\n\`\`\`js\n${`const part = call(${number});\n`.repeat(15)}\`\`\`\n\n`;
  return prose + list + code;
}

function mixed(): string {
  let text = '';
  for (let number = 0; text.length < LENGTH; number++) text += mixedPart(number);
  return text;
}

const repeated = (beginning: string, line: (number: number) => string) => {
  let text = beginning;
  for (let number = 0; text.length < LENGTH; number++) text += line(number);
  return text;
};

const TEXTS: Record<string, string> = {
  'of many blocks': mixed(),
  'that is code': repeated('```js\n', (number) => `  const value${number} = call(${number});\n`),
  'that is a list': repeated('', (number) => `${number + 1}. an item with **words** in it\n`),
  'that is a table': repeated('| a | b |\n| - | - |\n', (number) => `| cell ${number} | and *another* |\n`),
  'that is a paragraph': repeated('', (number) => `Some words and number ${number}. `),
  'that is a quote': repeated('', (number) => `> Quoted words of ${number}.\n>\n`),
};

/** Opens a session whose last item is such an answer, as it is when a session is opened again. */
async function openWith(text: string): Promise<{ page: Page; at: number }> {
  const page = await webview.open('session=long&count=400');
  const at = await page.evaluate((answer) => {
    const ordinal = window.fakeHost.append({ kind: 'answer', text: answer, state: 'complete' });
    window.fakeHost.append({ kind: 'user', text: 'After the answer.' });
    return ordinal;
  }, text);
  await atRest(page);
  return { page, at };
}

function countNodes(page: Page): Promise<number> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
    let count = 1;
    while (walker.nextNode()) count++;
    return count;
  });
}

async function scrollInto(page: Page, at: number, share: number): Promise<void> {
  await page.evaluate(
    ([ordinal, part]) => {
      const scroller = document.querySelector('.scroller');
      const row = document.querySelector(`[data-ordinal="${ordinal}"]`);
      if (!scroller || !row) throw new Error('The answer is not on the page.');
      const { top, height } = row.getBoundingClientRect();
      scroller.scrollBy(0, top - scroller.getBoundingClientRect().top + part * height);
    },
    [at, share] as const,
  );
  await atRest(page);
}

/** Where the innermost elements in view are, in px from the top of the window. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const old of document.querySelectorAll('[data-marked]')) old.removeAttribute('data-marked');
    const view = document.querySelector('.scroller')?.getBoundingClientRect();
    for (const element of document.querySelectorAll<HTMLElement>('.md-block *')) {
      const { top, height } = element.getBoundingClientRect();
      if (view && height > 0 && height < 100 && top > view.top && top < view.bottom) {
        element.dataset.marked = String(top);
      }
    }
  });
}

/** How far what was marked has moved, in px. */
function moves(page: Page): Promise<number[]> {
  return page.$$eval('[data-marked]', (marked) =>
    marked.map(
      (element) => element.getBoundingClientRect().top - Number(element.getAttribute('data-marked')),
    ),
  );
}

describe.each(Object.entries(TEXTS))('an answer of 240 KB %s', (_, text) => {
  it('adds few nodes to the page, wherever it is read', async () => {
    const { page, at } = await openWith(text);
    expect(await countNodes(page)).toBeLessThanOrEqual(1500);
    for (const share of [0.9, 0.31, 0.6, 0]) {
      await scrollInto(page, at, share);
      expect(await countNodes(page)).toBeLessThanOrEqual(1500);
    }
  });
});

describe('a long answer', () => {
  it('keeps what is read in place while parts above are shown for the first time', async () => {
    const { page, at } = await openWith(mixed());
    await scrollInto(page, at, 0.5);
    await page.mouse.move(450, 300);
    for (let step = 0; step < 25; step++) {
      await mark(page);
      await page.mouse.wheel(0, -300);
      await page
        .waitForFunction(
          (before) => document.querySelector('.scroller')?.scrollTop !== before,
          await page.$eval('.scroller', (scroller) => scroller.scrollTop),
          { timeout: 500 },
        )
        .catch(() => {});
      await atRest(page);
      const moved = await moves(page);
      expect(moved.length).toBeGreaterThan(0);
      for (const distance of moved) expect(Math.abs(distance - 300)).toBeLessThanOrEqual(1.5);
    }
  });

  it('numbers the items of a list right, whatever is left out above', async () => {
    const { page, at } = await openWith(TEXTS['that is a list'] ?? '');
    const count = (TEXTS['that is a list'] ?? '').trim().split('\n').length;
    await page.evaluate(() => window.fakeHost.append({ kind: 'user', text: 'One more.' }));
    await atRest(page);
    const values = await page.$eval(`[data-ordinal="${at}"] ol`, (list) => {
      let number = 0;
      return [...list.querySelectorAll('li')].map((item) => {
        number = item.hasAttribute('value') ? item.value : number + 1;
        return number;
      });
    });
    expect(values.at(-1)).toBe(count);
  });

  it('is found in where it is not in the page', async () => {
    const { page, at } = await openWith(mixed());
    await page.keyboard.press('Control+f');
    await page.fill('.find-input', 'item 17.3 with');
    await page.waitForFunction(() => {
      const range = [...(CSS.highlights.get('find-current') ?? [])][0];
      if (!(range instanceof Range) || range.startContainer.parentElement?.closest('.is-far')) return false;
      const view = document.querySelector('.scroller')?.getBoundingClientRect();
      const { top, bottom } = range.getBoundingClientRect();
      return view && top >= view.top && bottom <= view.bottom && range.toString() === 'item 17.3 with';
    });
    expect(await page.$(`[data-ordinal="${at}"] .is-far`)).not.toBeNull();
    expect(await countNodes(page)).toBeLessThanOrEqual(1500);
  });

  it('is copied whole where it is code, and keeps in the page what is selected', async () => {
    const text = TEXTS['that is code'] ?? '';
    const { page, at } = await openWith(`${text}\`\`\`\n`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await scrollInto(page, at, 0);
    await page.evaluate(() => {
      const section = document.querySelector('.md-section:not(.is-far)');
      if (section) document.getSelection()?.selectAllChildren(section);
    });
    const selected = await page.evaluate(() => document.getSelection()?.toString());
    await scrollInto(page, at, 0.5);
    expect(selected).toContain('const value0 = call(0);');
    expect(await page.evaluate(() => document.getSelection()?.toString())).toBe(selected);
    await scrollInto(page, at, 0);
    await page.click(`[data-ordinal="${at}"] .md-copy`);
    await page.waitForSelector('.md-copy[aria-label="Copied"]');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text.slice('```js\n'.length));
  });
});
