/** Items in a real browser: pictures, details, rows that cannot be shown. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { searchedText } from '../../src/history/search.ts';
import type { NewItem } from '../../src/protocol/transcript.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';

const webview = useWebview();

/** Of Chromium's trace event format: what is read here. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: unknown };
}

describe('the pictures', () => {
  it('are loaded by address under the content security policy', async () => {
    const page = await webview.open('session=rich');
    await page.$eval('.scroller', (scroller) => scroller.scrollTo(0, 0));
    await page.waitForFunction(() => {
      const picture = document.querySelector<HTMLImageElement>('.screenshot img');
      return picture?.complete && picture.naturalWidth === 1280;
    });
    const address = await page.getAttribute('.peek image', 'href');
    const body = await (await fetch(`${webview.address}${address}`)).arrayBuffer();
    const hash = createHash('sha256').update(new Uint8Array(body)).digest('hex');
    expect(address).toBe(`/screenshots/${hash}.png`);
  });

  it('have their place before they have come', async () => {
    const page = await webview.open('session=rich');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/screenshots/**', async (route) => {
      await held;
      await route.continue();
    });
    // Pictures that were on screen already would come from the cache.
    await page.reload();
    await page.$eval('.scroller', (scroller) => scroller.scrollTo(0, 0));
    await page.waitForSelector('.screenshot img');
    const places = () =>
      page.$$eval('.screenshot img, .peek, .row', (all) =>
        all.map((element) => {
          const { top, width, height } = element.getBoundingClientRect();
          return [element.className, top, width, height].join(' ');
        }),
      );
    const hasCome = () =>
      page.$eval('.screenshot img', (image) => (image as HTMLImageElement).naturalWidth > 0);
    expect(await hasCome()).toBe(false);
    const before = await places();
    const { width, height } = (await page.locator('.screenshot img').first().boundingBox()) ?? {};
    expect(width).toBeGreaterThan(300);
    expect(height).toBeCloseTo(((width ?? 0) * 800) / 1280, 0);
    release();
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('.screenshot img')].every(({ complete }) => complete),
    );
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    expect(await hasCome()).toBe(true);
    expect(await places()).toEqual(before);
  });

  it('are decoded off the main thread', async () => {
    const page = await webview.open('session=rich');
    const browser = page.context().browser();
    if (!browser) throw new Error('The page has no browser of its own.');
    await browser.startTracing(page, {
      categories: ['__metadata', 'disabled-by-default-devtools.timeline', 'devtools.timeline'],
    });
    await page.$eval('.scroller', (scroller) => scroller.scrollTo(0, 0));
    await page.waitForFunction(() => {
      const picture = document.querySelector<HTMLImageElement>('.screenshot img');
      return picture?.complete && picture.naturalWidth > 0;
    });
    // Whoever draws the picture has decoded it.
    await page.screenshot();
    const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    const threadsOf = (isWanted: (event: TraceEvent) => boolean) =>
      trace.traceEvents.filter(isWanted).map(({ pid, tid }) => `${pid}/${tid}`);
    const main = threadsOf(({ args }) => args?.name === 'CrRendererMain');
    const decoding = threadsOf(({ name }) =>
      /^(?:Decode Image|ImageDecodeTask|Decode LazyPixelRef)$/.test(name),
    );
    expect(decoding.length).toBeGreaterThan(0);
    expect(decoding.filter((thread) => main.includes(thread))).toEqual([]);
  });

  it('open large, close with Escape and give the focus back', async () => {
    const page = await webview.open('session=rich');
    await page.$eval('.scroller', (scroller) => scroller.scrollTo(0, 0));
    await page.focus('.screenshot-frame');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog.lightbox[open] image');
    await page.keyboard.press('+');
    await page.waitForSelector('.lightbox.is-actual-size');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog.lightbox', { state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('screenshot-frame');
  });
});

describe('details', () => {
  it('open by keyboard and stay open while their row is scrolled out of existence', async () => {
    const page = await webview.open('session=long&count=400');
    await page.$eval('.scroller', (scroller) => scroller.scrollTo(0, 0));
    await page.waitForSelector('[data-ordinal="2"][data-kind="action"]');
    await page.focus('[data-ordinal="2"] .disclosure-summary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-ordinal="2"] .disclosure-body');
    await page.$eval('.scroller', (scroller) => scroller.scrollTo(0, 15_000));
    await page.waitForSelector('[data-ordinal="2"]', { state: 'detached' });
    await page.$eval('.scroller', (scroller) => scroller.scrollTo(0, 0));
    await page.waitForSelector('[data-ordinal="2"] .disclosure-body');
  });

  it('tell the input and the result of an action', async () => {
    const page = await webview.open('session=rich');
    await page.$eval('.scroller', (scroller) => scroller.scrollTo(0, 0));
    await page.click('[data-ordinal="3"] .disclosure-summary');
    const detail = await page.innerText('[data-ordinal="3"] .action-detail');
    expect(detail).toContain('browser.navigate');
    expect(detail).toContain('Loaded "Corner Café".');
  });
});

describe('code', () => {
  it('is copied whole', async () => {
    const page = await webview.open('session=rich');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.click('.md-copy');
    await page.waitForSelector('.md-copy[aria-label="Copied"]');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe("curl --silent http://127.0.0.1:8123/cafe/orders/17 | jq '.total'\n");
  });
});

describe('a notice', () => {
  it('counts down and offers what can be done', async () => {
    const page = await webview.open('session=rich');
    const at = await page.evaluate(() =>
      window.fakeHost.append({
        kind: 'notice',
        severity: 'warning',
        text: 'The API is overloaded.',
        detail: '',
        until: Date.now() + 3_000,
        actions: ['retry'],
      }),
    );
    await page.waitForFunction(() => document.querySelector('.countdown')?.textContent === 'in 1 s');
    await page.click(`[data-ordinal="${at}"] .button`);
    const posted = await page.evaluate(() => window.fakeHost.received.at(-1));
    expect(posted).toEqual({ type: 'notice-action', ordinal: at, action: 'retry' });
  });
});

describe('a row that cannot be shown', () => {
  it('says so, tells the host, and leaves the others alone', async () => {
    webview.allowErrors();
    const page = await webview.open('session=rich');
    const broken = { kind: 'screenshot', image: null, scope: 'screen', caption: '' } as unknown as NewItem;
    const at = await page.evaluate((item) => window.fakeHost.append(item), broken);
    await page.waitForSelector(`[data-ordinal="${at}"] .notice.is-error`);
    expect(await page.isVisible(`[data-ordinal="${at - 1}"] .answer`)).toBe(true);
    await page.waitForFunction(() => window.fakeHost.received.some(({ type }) => type === 'webview-error'));
  });
});

/** Words of the views themselves, which are the same in every item. */
const OWN_WORDS =
  'dt, .outcome, .visually-hidden, .countdown, .notice-actions, .screenshot-missing, .answer > .aside, :is(.thinking, .notice) .disclosure-summary';

const image = { sha256: 'a'.repeat(64), mediaType: 'image/png', width: 4, height: 3 } as const;
const action = {
  kind: 'action',
  toolset: 'browser',
  member: 'form_input',
  summary: 'Fill in the name',
  input: '{\n  "ref": "e7",\n  "value": "Ada"\n}',
  points: [],
  before: null,
} as const;

describe('all that an item shows once it is opened', () => {
  it.each<NewItem>([
    { kind: 'user', text: 'Two lines\nof a prompt' },
    { kind: 'answer', text: 'Some words.\n\nAnd more.', state: 'complete' },
    { kind: 'answer', text: 'Cut sh', state: 'interrupted' },
    { kind: 'thinking', text: 'A thought.', state: 'complete', durationMs: 1200 },
    { ...action, state: { status: 'queued' } },
    { ...action, state: { status: 'running' } },
    { ...action, state: { status: 'done', durationMs: 80, result: 'Filled in.\nOne field.' } },
    { ...action, state: { status: 'failed', durationMs: 80, error: 'There is no such field.' } },
    { ...action, state: { status: 'interrupted', durationMs: 80 } },
    { ...action, state: { status: 'skipped', reason: 'An action before it failed.' } },
    { kind: 'screenshot', image, scope: 'screen', caption: 'A page' },
    { kind: 'notice', severity: 'error', text: 'It failed.', detail: 'Why', until: null, actions: ['retry'] },
  ])('can be found: $kind', async (item) => {
    // The picture of the test does not exist.
    webview.allowErrors();
    const page = await webview.open('session=empty');
    await page.evaluate((added) => window.fakeHost.append(added), item);
    await page.waitForSelector('.row[data-ordinal="0"]:not([data-kind="placeholder"])');
    const summary = page.locator('.row .disclosure-summary');
    if ((await summary.count()) > 0) {
      await summary.click();
      await page.waitForSelector('.row .disclosure-body');
    }
    const shown = await page.$eval(
      '.row',
      (row, own) => {
        const texts: string[] = [];
        const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const text = node.textContent?.trim();
          if (text && !node.parentElement?.closest(own)) texts.push(text);
        }
        return texts;
      },
      OWN_WORDS,
    );
    const [stored] = await page.evaluate(() => window.fakeHost.items);
    if (!stored) throw new Error('The item was not added.');
    const found = searchedText(stored);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((text) => !found.includes(text))).toEqual([]);
  });
});
