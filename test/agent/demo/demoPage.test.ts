import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BetaMessageParam } from '@anthropic-ai/sdk/resources/beta';
import { type Browser, launch, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DemoPage, serveDemoPage } from '../../../src/agent/demo/demoPage.ts';
import { createDemoScript } from '../../../src/agent/demo/demoScript.ts';
import { readConversation, type ScriptedBlock } from '../../../src/agent/demo/script.ts';
import { composeMessage } from '../../../src/agent/demo/sse.ts';
import { findBrowser } from '../../../src/computer/browser/findBrowser.ts';

const MEDIA = fileURLToPath(new URL('../../../media/demo', import.meta.url));

let page: DemoPage;
beforeEach(async () => {
  page = await serveDemoPage(MEDIA);
});
afterEach(() => page.dispose());

describe('the server', () => {
  test('serves the page and what it needs, under a strict policy', async () => {
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    for (const name of ['', 'style.css', 'cafe.js']) {
      const response = await fetch(page.url + name);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  test('serves nothing else', async () => {
    for (const path of ['nothing', '..%2f..%2fpackage.json', 'index.html%00']) {
      expect((await fetch(page.url + path)).status).toBe(404);
    }
    expect((await fetch(page.url, { method: 'POST' })).status).toBe(405);
  });

  test('is gone once disposed', async () => {
    page.dispose();
    await expect(fetch(page.url)).rejects.toThrow();
  });

  test('does not start without its files', async () => {
    await expect(serveDemoPage('/nowhere')).rejects.toThrow('ENOENT');
  });
});

describe('in a real browser', () => {
  let browser: Browser;
  let tab: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const found = findBrowser({ platform: process.platform, env: process.env, exists: existsSync });
    if (found === undefined) throw new Error('This test needs Chrome, Edge or Chromium.');
    browser = await launch({
      executablePath: found.executablePath,
      pipe: true,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
      defaultViewport: { width: 1280, height: 800 },
    });
  }, 60_000);
  afterAll(() => browser.close());

  beforeEach(async () => {
    tab = await browser.newPage();
    problems.length = 0;
    tab.on('console', (message) => problems.push(message.text()));
    tab.on('pageerror', (error) => problems.push(String(error)));
  });
  afterEach(() => tab.close());

  async function perform(block: ScriptedBlock): Promise<void> {
    if (block.type !== 'action') return;
    const { url, text, target } = block.input as {
      url: string;
      text: string;
      target: { x: number; y: number };
    };
    if (block.member === 'navigate') await tab.goto(url);
    else if (block.member === 'left_click') await tab.mouse.click(target.x, target.y);
    else if (block.member === 'type') await tab.keyboard.type(text);
  }

  const order = () => tab.$eval('body', (body) => ({ ...body.dataset }));

  test("the demo's clicks place the order it speaks of", async () => {
    const script = createDemoScript({ pageUrl: page.url });
    const messages: BetaMessageParam[] = [{ role: 'user', content: 'Go.' }];
    for (let turns = 0; turns < 20; turns++) {
      const reply = script(readConversation('m', messages));
      const { content } = composeMessage(reply, 'm', 0);
      const calls = content.filter((block) => block.type === 'tool_use');
      if (calls.length === 0) break;
      for (const block of reply.blocks) await perform(block);
      messages.push({ role: 'assistant', content } as BetaMessageParam, {
        role: 'user',
        content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' })),
      });
    }
    expect(await order()).toEqual({
      order: 'placed',
      items: 'flat-white:1,croissant:2',
      total: '10.40',
      name: 'Ada',
    });
    expect(await tab.$eval('.thanks', (element) => element.textContent)).toContain('$10.40');
    expect(problems).toEqual([]);
  }, 60_000);

  test('an order without goods or name is refused with a reason', async () => {
    await tab.goto(page.url);
    await tab.click('form button');
    expect(await tab.$eval('#problem', (element) => element.textContent)).toBe('Add something first.');
    await tab.click('[data-item=muffin]');
    await tab.click('form button');
    expect(await tab.$eval('#problem', (element) => element.textContent)).toBe('Please tell us your name.');
    expect(await order()).toMatchObject({ order: 'open', total: '3.60' });
  }, 60_000);

  test('everything fits the viewport', async () => {
    await tab.goto(page.url);
    const outside = await tab.$$eval(
      'button, input, h1, h2, h3',
      (elements) =>
        elements.filter((element) => {
          const { left, top, right, bottom } = element.getBoundingClientRect();
          return left < 0 || top < 0 || right > 1280 || bottom > 800;
        }).length,
    );
    expect(outside).toBe(0);
  }, 60_000);
});
