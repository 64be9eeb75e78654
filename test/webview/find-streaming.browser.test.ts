/** Find while an answer grows, in a real browser: what an update costs, and that what is new is found. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { atRest } from '../support/webview-preview/at-rest.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';

const LENGTH = 200_000;
const UPDATES = 30;
const webview = useWebview();

/** The text of a part of an answer. Its number is in it. */
function part(number: number): string {
  const prose = `### Part ${number}\n\nWords of **part ${number}**. ${'And some more. '.repeat(20)}\n\n`;
  const list = Array.from({ length: 12 }, (_, item) => `- item ${number}.${item} with \`code\`\n`).join('');
  return `${prose}${list}\n`;
}

function mixed(): string {
  let text = '';
  for (let number = 0; text.length < LENGTH; number++) text += part(number);
  return text;
}

const TEXTS: Record<string, readonly [text: string, more: string, query: string]> = {
  'of many blocks': [mixed(), 'word ', 'word'],
  'that is a list': ['- an item with **words** in it\n'.repeat(LENGTH / 30), '- more words\n', 'word'],
  'that is code': [`\`\`\`js\n${'const value = call();\n'.repeat(LENGTH / 22)}`, 'more();\n', 'call'],
  'that is a paragraph': ['Some words and more. '.repeat(LENGTH / 21), 'word ', 'word'],
};

/** Opens a session in which such an answer is being written, with its end in view. */
async function openWith(text: string): Promise<{ page: Page; at: number }> {
  const page = await webview.open('session=long&count=400');
  const at = await page.evaluate(
    (answer) => window.fakeHost.append({ kind: 'answer', text: answer, state: 'streaming' }),
    text,
  );
  await atRest(page);
  return { page, at };
}

/** What updates of an answer cost: HTML parsed outside of the page, per update, and text read, per look for matches. */
async function measure(page: Page, at: number, more: string) {
  return page.evaluate(
    async ([ordinal, text, updates]) => {
      const cost = { templates: 0, read: 0 };
      const html = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML');
      const data = Object.getOwnPropertyDescriptor(CharacterData.prototype, 'data');
      if (!html?.set || !data?.get) throw new Error('The browser has no such properties.');
      Object.defineProperty(Element.prototype, 'innerHTML', {
        ...html,
        set(value: string) {
          if (this instanceof HTMLTemplateElement) cost.templates += value.length;
          html.set?.call(this, value);
        },
      });
      Object.defineProperty(CharacterData.prototype, 'data', {
        ...data,
        get() {
          const value: string = data.get?.call(this);
          cost.read += value.length;
          return value;
        },
      });
      let paints = 0;
      Object.defineProperty(CSS.highlights, 'get', {
        configurable: true,
        value(name: string) {
          if (name === 'find-match') paints++;
          return Object.getPrototypeOf(CSS.highlights).get.call(CSS.highlights, name);
        },
      });
      for (let update = 0; update < updates; update++) {
        window.fakeHost.extend(ordinal, text);
        await new Promise(requestAnimationFrame);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      Reflect.deleteProperty(CSS.highlights, 'get');
      Object.defineProperty(Element.prototype, 'innerHTML', html);
      Object.defineProperty(CharacterData.prototype, 'data', data);
      return { templates: cost.templates / updates, read: cost.read / Math.max(1, paints) };
    },
    [at, more, UPDATES] as const,
  );
}

async function find(page: Page, query: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await page.fill('.find-input', query);
  await page.waitForFunction(() =>
    / of [1-9]/.test(document.querySelector('.find-count')?.textContent ?? ''),
  );
  await atRest(page);
}

describe.each(Object.entries(TEXTS))('an answer of 200 KB %s', (_, [text, more, query]) => {
  it('costs its end when it grows while something is looked for', async () => {
    const { page, at } = await openWith(text);
    const closed = await measure(page, at, more);
    expect(closed).toEqual({ templates: 0, read: 0 });
    await find(page, query);
    await page.focus('.scroller');
    await page.keyboard.press('Control+End');
    await atRest(page);
    const open = await measure(page, at, more);
    // What is full and goes out of view meanwhile is parsed once.
    expect(open.templates).toBeLessThan(2_000);
    expect(open.read).toBeLessThan(40_000);
  });
});

describe('find', () => {
  it('finds and highlights what is written meanwhile, wherever it is read', async () => {
    const { page, at } = await openWith(mixed());
    await find(page, 'item 40.3 with');
    await page.waitForFunction(() => document.querySelector('.find-count')?.textContent === '1 of 1');
    await page.fill('.find-input', 'quite new');
    await page.waitForSelector('.find-count.is-empty');
    await page.evaluate((ordinal) => window.fakeHost.extend(ordinal, '\n\nSomething quite new.\n\n'), at);
    await page.waitForFunction(() => document.querySelector('.find-count')?.textContent === '1 of 1');
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      () => [...(CSS.highlights.get('find-current') ?? [])][0]?.toString() === 'quite new',
    );
    const asked = await page.evaluate(() =>
      window.fakeHost.received.flatMap((message) => (message.type === 'search' ? [message.from] : [])),
    );
    expect(asked.at(-1)).toBe(at);
  });

  it('finds a match that runs across two parts of a very long line', async () => {
    const words = Array.from({ length: 9_000 }, (_, number) => `w${number}`).join(' ');
    const { page } = await openWith(`${words} `);
    const seam = await page.evaluate(() => {
      const section = document.querySelector('.md-section + .md-section');
      const before = section?.previousElementSibling?.textContent?.trimEnd().split(' ').at(-1);
      return before && Number(before.slice(1));
    });
    if (!seam) {
      // Far sections hold their text only while something is looked for.
      await page.keyboard.press('Control+f');
      await page.fill('.find-input', 'w1 w2');
      await atRest(page);
    }
    const border = await page.evaluate(() =>
      Number(document.querySelector('.md-section')?.textContent?.trimEnd().split(' ').at(-1)?.slice(1)),
    );
    expect(border).toBeGreaterThan(0);
    const query = `w${border} w${border + 1} w${border + 2}`;
    await page.keyboard.press('Control+f');
    await page.fill('.find-input', query);
    await page.waitForFunction(
      (text) => [...(CSS.highlights.get('find-current') ?? [])][0]?.toString() === text,
      query,
    );
  });
});
