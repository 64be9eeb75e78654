/** What the webview's tests in a real browser share. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { launchChromium, samplePicture } from './chromium.ts';
import type {} from './fake-host.ts';
import { startWebviewPreview, type WebviewPreview } from './server.ts';

export interface WebviewFixture {
  /** Opens the webview; see fake-host.ts for the query. The page is closed after the test. */
  open(query: string): Promise<Page>;
  /** Where the webview is served, without a slash at its end. */
  readonly address: string;
  /** Lets this test's page report errors of the webview. */
  allowErrors(): void;
}

/** Starts a browser for the tests of a file. A test whose page reports an error fails. */
export function useWebview(): WebviewFixture {
  // Frames come slowly on a busy machine, and these tests wait for many.
  vi.setConfig({ testTimeout: 60_000 });
  let browser: Browser | undefined;
  let preview: WebviewPreview | undefined;
  let page: Page | undefined;
  let errors: string[] = [];
  let errorsAllowed = false;

  beforeAll(async () => {
    browser = await launchChromium();
    preview = await startWebviewPreview(await samplePicture(browser));
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await preview?.close();
  });

  afterEach(async () => {
    const reported = await page?.evaluate(() =>
      window.fakeHost.received.flatMap((message) =>
        message.type === 'webview-error' ? [message.message] : [],
      ),
    );
    await page?.close();
    page = undefined;
    if (!errorsAllowed) expect([...errors, ...(reported ?? [])]).toEqual([]);
    errors = [];
    errorsAllowed = false;
  });

  return {
    async open(query) {
      if (!browser || !preview) throw new Error('The browser has not started.');
      page = await browser.newPage({ viewport: { width: 900, height: 700 } });
      page.on('pageerror', (error) => errors.push(String(error)));
      // Refusals of the content security policy are told here and nowhere else.
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await page.goto(`${preview.address}/?${query}`);
      await page.waitForSelector('.composer');
      return page;
    },
    get address() {
      return preview?.address ?? '';
    },
    allowErrors() {
      errorsAllowed = true;
    },
  };
}
