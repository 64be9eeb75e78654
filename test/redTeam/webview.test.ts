/** Pages, models, tools and file names against the panel: nothing they write runs, loads, or passes for something else. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewItem } from '../../src/protocol/transcript.ts';
import { htmlOf, MarkdownBlocks } from '../../webview/markdown/blocks.ts';
import { createMarkdown } from '../../webview/markdown/renderer.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';
import { allMarkup, BOMBS, hostileMarkup } from './hostileText.ts';

let server: Server;
let address = '';
const requests: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

const ELEMENTS =
  'script, style, link, meta, base, iframe, object, embed, svg, math, video, audio, source, form, details, template, img';

/** What is there that should not be, of all that a stranger's text was put into. */
function strangers(page: Page): Promise<readonly string[]> {
  return page.evaluate((elements) => {
    const root = document.querySelector('#root');
    const found = [...(root?.querySelectorAll(elements) ?? [])]
      .filter(
        (element) =>
          !element.matches('form.composer-box, form.live-dialog, .screenshot img, .peek *, .lightbox *'),
      )
      .map((element) => element.outerHTML.slice(0, 200));
    for (const element of root?.querySelectorAll('*') ?? []) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on') || /javascript:|vbscript:/i.test(name)) found.push(`${name}=${value}`);
        const isAddress = name === 'href' || name === 'src' || name === 'action' || name === 'formaction';
        const isOurs =
          element.matches('.screenshot img, .peek img, .lightbox img') && value.startsWith('/screenshots/');
        if (isAddress && !isOurs && !/^(?:https?:\/\/|mailto:)/i.test(value)) found.push(`${name}=${value}`);
      }
    }
    return found;
  }, ELEMENTS);
}

const pwned = (page: Page) => page.evaluate(() => (window as { pwned?: unknown }).pwned);

/** Nothing ran, nothing was asked for, nothing left the page. */
async function expectHarmless(page: Page, url: string): Promise<void> {
  expect(await pwned(page)).toBeUndefined();
  expect(requests).toEqual([]);
  expect(page.url()).toBe(url);
  expect(await strangers(page)).toEqual([]);
}

/** Every kind of item, with `text` wherever somebody else's words stand. */
function items(text: string): NewItem[] {
  const action = {
    kind: 'action',
    toolset: text,
    member: text,
    summary: text,
    input: text,
    points: [],
    before: null,
  } as const;
  return [
    { kind: 'user', text },
    { kind: 'thinking', text, state: 'complete', durationMs: 1 },
    { kind: 'answer', text, state: 'complete' },
    { ...action, state: { status: 'done', durationMs: 1, result: text } },
    { ...action, state: { status: 'failed', durationMs: 1, error: text } },
    { ...action, state: { status: 'skipped', reason: text } },
    { ...action, toolset: 'bash', member: 'bash', state: { status: 'done', durationMs: 1, result: text } },
    {
      ...action,
      approval: {
        question: { what: 'command', target: text, detail: text, scope: text },
        answer: null,
      },
      state: { status: 'queued' },
    },
    { kind: 'notice', severity: 'warning', text, detail: text, until: null, actions: ['retry'] },
  ] as NewItem[];
}

const webview = useWebview();

async function open(): Promise<{ readonly page: Page; readonly url: string }> {
  requests.length = 0;
  const page = await webview.open('session=empty');
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => requests.push('a dialog')));
  page.context().on('page', () => requests.push('a window'));
  return { page, url: page.url() };
}

const append = (page: Page, list: readonly NewItem[]) =>
  page.evaluate((all) => {
    for (const item of all) window.fakeHost.append(item);
  }, list as NewItem[]);

/** Opens what is closed. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const summary of document.querySelectorAll<HTMLElement>('[aria-expanded="false"]')) summary.click();
  });
}

/** Goes through the transcript from its beginning, everything opened, and gives what can be read. */
async function readThrough(page: Page, check: () => Promise<void>): Promise<string> {
  const scrollTo = (top: number) =>
    page.locator('.scroller').evaluate((scroller, place) => {
      scroller.scrollTop = place;
      return scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1;
    }, top);
  let seen = '';
  for (let top = 0; ; top += 400) {
    const isEnd = await scrollTo(top);
    await rested(page);
    await unfold(page);
    await rested(page);
    await check();
    seen += await page.locator('.scroller').innerText();
    if (isEnd) return seen;
  }
}

/** Two frames after everything that waits. */
const rested = (page: Page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)))),
  );

describe('markup of strangers', () => {
  it('runs and loads nothing in any item', async () => {
    const { page, url } = await open();
    await append(page, items(allMarkup(address)));
    await page.waitForSelector('.notice');
    const seen = await readThrough(page, () => expectHarmless(page, url));
    expect(seen).toContain('<script>window.pwned');
    expect(seen).toContain('[run](command:workbench.action.quit)');
  });

  it('runs and loads nothing while it streams in, cut anywhere', async () => {
    const { page, url } = await open();
    const text = allMarkup(address);
    await page.evaluate(async (whole) => {
      const at = window.fakeHost.append({ kind: 'answer', text: '', state: 'streaming' });
      for (let from = 0; from < whole.length; from += 7) {
        window.fakeHost.extend(at, whole.slice(from, from + 7));
        if (from % 70 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      }
      window.fakeHost.complete(at);
    }, text);
    await page.getByText('window.pwned').first().waitFor();
    await rested(page);
    await expectHarmless(page, url);
  });

  it('runs and loads nothing around the transcript, nor in the live view and its dialogs', async () => {
    const { page, url } = await open();
    const text = allMarkup(address);
    await page.evaluate((words) => {
      window.fakeHost.screen = { title: words, address: words, surface: { kind: 'pictures' } };
      window.fakeHost.setStatus({
        title: words,
        model: { provider: 'anthropic', label: words },
        computer: { kind: 'browser', label: words, isolation: [words] },
        consent: 'needed',
      });
    }, text);
    await page.fill('.prompt', text);
    await page.press('.prompt', 'Enter');
    await page.waitForSelector('.consent');
    await page.click('.live-toggle');
    await page.waitForSelector('.live-pane .live-title');
    await rested(page);
    await expectHarmless(page, url);
  });

  it('leads nowhere but to the web and to mail', () => {
    const markdown = createMarkdown({ copyCode: 'Copy' });
    for (const text of hostileMarkup(address)) {
      const html = markdown.render(text);
      for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g))
        expect(href).toMatch(/^(?:https?:\/\/|mailto:)/i);
      expect(html).not.toMatch(/<(?:script|img|style|iframe|svg|math|form|link|meta|base|object)\b/i);
      expect(html.replace(/"[^"]*"/g, '')).not.toMatch(/<[^>]*\son\w+=/i);
    }
  });
});

describe('characters that nobody sees', () => {
  it('are escapes in titles, labels, results and notices', async () => {
    const { page } = await open();
    const text = 'report\u202Efdp.exe\u200B\u{E0041} p\u0430ypal';
    const shown = 'report\\u{202e}fdp.exe\\u{200b}\\u{e0041} p\\u{430}ypal';
    await append(page, items(text));
    await page.evaluate((title) => {
      window.fakeHost.screen = { title, address: title, surface: { kind: 'pictures' } };
      window.fakeHost.setStatus({ title, computer: { kind: 'browser', label: title } });
    }, text);
    await page.waitForSelector('.header-title');
    await page.click('.live-toggle');
    await page.waitForSelector('.live-title');
    for (const place of ['.header-title', '.fact-computer', '.live-title']) {
      await page.locator(place).getByText(shown).first().waitFor({ timeout: 10_000 });
    }
    const places = new Set<string>();
    await readThrough(page, async () => {
      for (const place of ['.notice p', '.notice-detail', '.action-error', '.action-detail pre', '.ask']) {
        const texts = await page.locator(place).allInnerTexts();
        if (texts.some((words) => words.includes(shown))) places.add(place);
        for (const words of texts) expect(words, place).not.toContain('\u202E');
      }
    });
    expect([...places].sort()).toEqual(
      ['.action-detail pre', '.action-error', '.ask', '.notice p', '.notice-detail'].sort(),
    );
  });
});

describe('text that is too much', () => {
  it.each(Object.entries(BOMBS))('is rendered in bounded time: %s', (_, text) => {
    const markdown = createMarkdown({ copyCode: 'Copy' });
    const before = process.cpuUsage();
    const blocks = new MarkdownBlocks(markdown).update(text);
    const { user, system } = process.cpuUsage(before);
    expect(blocks.map(htmlOf).join('').length).toBeGreaterThan(0);
    expect((user + system) / 1_000).toBeLessThan(10_000);
  });

  it('leaves the panel answering', async () => {
    const { page, url } = await open();
    for (const [name, text] of Object.entries(BOMBS)) {
      await append(page, [{ kind: 'answer', text: text.slice(0, 60_000), state: 'complete' }]);
      await rested(page);
      await page.evaluate(() => window.fakeHost.ping(1));
      await page.waitForFunction(
        () => window.fakeHost.received.some(({ type }) => type === 'pong'),
        undefined,
        {
          timeout: 20_000,
        },
      );
      await page.evaluate(() => {
        window.fakeHost.received.length = 0;
      });
      expect(await page.locator('.composer').isVisible(), name).toBe(true);
    }
    await append(page, items('y'.repeat(1_000_000)));
    await page.waitForSelector('.notice');
    await expectHarmless(page, url);
  }, 180_000);
});
