/** The transcript list in a real browser: where it stands while items arrive above, at and below what is read. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useWebview } from '../support/webview-preview/fixture.ts';

const COUNT = 3000;

const webview = useWebview();
let page: Page;

async function open(query: string): Promise<void> {
  page = await webview.open(query);
}

async function openLong(): Promise<void> {
  await open(`session=long&count=${COUNT}`);
  await atRest();
}

/** Waits until nothing moves any more and all that is rendered has loaded. */
function atRest(): Promise<void> {
  return unchanged(() => {
    const scroller = document.querySelector('.scroller');
    if (document.querySelector('[data-kind="placeholder"]')) return null;
    return `${scroller?.scrollTop} ${scroller?.scrollHeight} ${document.querySelectorAll('.row').length}`;
  });
}

/** Waits until a scroll has come to its end, whatever grows meanwhile. */
function scrolledToRest(): Promise<void> {
  return unchanged(() => String(document.querySelector('.scroller')?.scrollTop));
}

/** Waits until what `look` sees is the same, and not null, in a dozen frames. It runs in the page. */
async function unchanged(look: () => string | null): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const look = ${look};
    let last = null;
    let same = 0;
    const next = () => {
      const now = look();
      same = now !== null && now === last ? same + 1 : 0;
      last = now;
      if (same >= 12) resolve(true);
      else requestAnimationFrame(next);
    };
    next();
  })`);
}

/** Batches the page has applied. */
function acknowledged(): Promise<number> {
  return page.evaluate(() => window.fakeHost.received.filter((message) => message.type === 'ack').length);
}

function distanceFromEnd(): Promise<number> {
  return page.$eval(
    '.scroller',
    (scroller) => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop,
  );
}

/** The rows in view and where each begins, in px from the top of the window. */
function rowsInView(): Promise<Record<string, number>> {
  return page.$$eval('.row', (rows) => {
    const box = document.querySelector('.scroller')?.getBoundingClientRect();
    const visible = rows.flatMap((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      const seen = box && bottom > box.top && top < box.bottom;
      return seen ? [[row.getAttribute('data-ordinal') ?? '', Math.round(top)] as const] : [];
    });
    return Object.fromEntries(visible);
  });
}

function scrollTo(top: number): Promise<void> {
  return page.$eval('.scroller', (scroller, to) => scroller.scrollTo(0, to), top);
}

async function wheel(deltaY: number): Promise<void> {
  await page.mouse.move(450, 300);
  await page.mouse.wheel(0, deltaY);
}

describe('a session of 3,000 items', () => {
  it('opens at its end, with few rows in the page', async () => {
    await openLong();
    expect(await distanceFromEnd()).toBeLessThanOrEqual(1);
    expect(Object.keys(await rowsInView())).toContain(String(COUNT - 1));
    expect(await page.$$eval('.row', (rows) => rows.length)).toBeLessThan(60);
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(2000);
    expect(await page.$('.end-button')).toBeNull();
  });

  it('has a scrollbar for all of them at once, and loads what is scrolled to', async () => {
    await openLong();
    expect(await page.$eval('.scroller', (scroller) => scroller.scrollHeight)).toBeGreaterThan(COUNT * 30);
    await scrollTo(0);
    await page.waitForSelector('[data-ordinal="0"][data-kind="user"]');
    await atRest();
    expect(Object.keys(await rowsInView())).toContain('0');
    expect(await page.$eval('.scroller', (scroller) => scroller.scrollTop)).toBe(0);
    const requests = await page.evaluate(
      () => window.fakeHost.received.filter((message) => message.type === 'read-page').length,
    );
    expect(requests).toBeLessThanOrEqual(3);
  });

  it('stays bounded while all of it is scrolled through', async () => {
    await openLong();
    for (let step = 0; step < 60; step++) {
      await page.$eval('.scroller', (scroller) => scroller.scrollBy(0, -scroller.scrollHeight / 60));
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await scrollTo(0);
    await page.waitForSelector('[data-ordinal="0"][data-kind="user"]');
    expect(await page.$$eval('.row', (rows) => rows.length)).toBeLessThan(60);
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(2000);
  });

  it('keeps the reading position while pages arrive and rows above are measured', async () => {
    await openLong();
    await page.evaluate(() => window.fakeHost.delayPages(150));
    await scrollTo(60_000);
    await page.waitForSelector('[data-kind="placeholder"]');
    await atRest();
    for (let step = 0; step < 12; step++) {
      const before = await rowsInView();
      await wheel(-120);
      await atRest();
      const after = await rowsInView();
      const moved = Object.keys(before)
        .filter((key) => key in after)
        .map((key) => (after[key] ?? 0) - (before[key] ?? 0));
      expect(moved.length).toBeGreaterThan(0);
      for (const distance of moved) expect(Math.abs(distance - 120)).toBeLessThanOrEqual(2);
    }
  });
});

describe('flying past', () => {
  it('loads and renders nothing on the way, shows rows to come, and fills them where it ends', async () => {
    await openLong();
    // Far from both ends: there is no flying beyond.
    await scrollTo(100_000);
    await atRest();
    const flown = await page.evaluate(async () => {
      const scroller = document.querySelector('.scroller');
      if (!scroller) throw new Error('There is no transcript.');
      const requests = () => window.fakeHost.received.filter(({ type }) => type === 'read-page').length;
      const seen = { moves: 0, filled: 0, requests: 0, uncovered: 0 };
      // On a busy machine frames may be so late that it is no flight, and a move by script is lost when rows are
      // measured at that moment: only what went through in time counts.
      let inTime = 0;
      for (let step = 0; step < 200 && seen.moves < 20; step++) {
        const before = { now: performance.now(), top: scroller.scrollTop, requests: requests() };
        scroller.scrollBy(0, step % 40 < 20 ? -3000 : 3000);
        await new Promise(requestAnimationFrame);
        const isFast =
          Math.abs(scroller.scrollTop - before.top) > 2500 && performance.now() - before.now < 60;
        inTime = isFast ? inTime + 1 : 0;
        const view = scroller.getBoundingClientRect();
        const rows = [...document.querySelectorAll<HTMLElement>('.row')];
        const boxes = rows.map((row) => row.getBoundingClientRect());
        if (Math.min(...boxes.map(({ top }) => top)) > view.top + 20) seen.uncovered++;
        if (Math.max(...boxes.map(({ bottom }) => bottom)) < view.bottom - 20) seen.uncovered++;
        if (inTime < 4) continue;
        seen.moves++;
        seen.filled += rows.filter((row) => row.dataset.kind !== 'placeholder').length;
        seen.requests += requests() - before.requests;
      }
      return seen;
    });
    expect(flown).toEqual({ moves: 20, filled: 0, requests: 0, uncovered: 0 });
    await atRest();
    expect(Object.keys(await rowsInView()).length).toBeGreaterThan(2);
  });
});

describe('a page that arrives above what is read', () => {
  it('leaves what is read in place, also when the gap was in view', async () => {
    await openLong();
    await page.evaluate(() => window.fakeHost.delayPages(4000));
    // The last page begins at 2950: what is above it is not loaded yet.
    for (let step = 0; step < 200 && !('2950' in (await rowsInView())); step++) await wheel(-200);
    await wheel(-150);
    await page.waitForFunction(() => document.querySelector('[data-kind="placeholder"]'));
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const before = await rowsInView();
    const read = Object.keys(before).filter((key) => Number(key) >= 2950);
    expect(read.length).toBeGreaterThan(0);
    expect(Object.keys(before)).toContain('2949');
    await atRest();
    const after = await rowsInView();
    for (const key of read) expect(after[key]).toBe(before[key]);
  });
});

describe('following the end', () => {
  it('follows what is appended and what grows while at the end', async () => {
    await openLong();
    const at = await page.evaluate(() => {
      window.fakeHost.append({ kind: 'user', text: 'Go on.' });
      return window.fakeHost.append({ kind: 'answer', text: '', state: 'streaming' });
    });
    for (let step = 0; step < 40; step++) {
      await page.evaluate((ordinal) => {
        window.fakeHost.extend(ordinal, 'Another sentence of the answer that is being written.\n\n');
      }, at);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await atRest();
    expect(await distanceFromEnd()).toBeLessThanOrEqual(1);
    expect(Object.keys(await rowsInView())).toContain(String(at));
    expect(await page.$('.end-button')).toBeNull();
  });

  it('does not follow while something above is read, and says that something is new', async () => {
    await openLong();
    const at = await page.evaluate(() =>
      window.fakeHost.append({ kind: 'answer', text: '', state: 'streaming' }),
    );
    await atRest();
    await wheel(-700);
    await atRest();
    const before = await rowsInView();
    await page.evaluate((ordinal) => {
      for (let step = 0; step < 30; step++) window.fakeHost.extend(ordinal, 'More and more text.\n\n');
      window.fakeHost.append({ kind: 'user', text: 'One more.' });
    }, at);
    await page.waitForSelector('.end-button.is-new');
    await atRest();
    expect(await rowsInView()).toEqual(before);
    await page.click('.end-button');
    await page.waitForSelector('.end-button', { state: 'detached' });
    expect(await distanceFromEnd()).toBeLessThanOrEqual(1);
  });

  it('can be left by the wheel while text streams in', async () => {
    await openLong();
    const stream = await page.evaluate(() => {
      const at = window.fakeHost.append({ kind: 'answer', text: '', state: 'streaming' });
      return window.setInterval(() => window.fakeHost.extend(at, 'streaming words \n\n'), 15);
    });
    await page.waitForFunction(
      () => (document.querySelector('.answer.is-streaming')?.clientHeight ?? 0) > 60,
    );
    for (let step = 0; step < 5; step++) await wheel(-100);
    await page.waitForSelector('.end-button');
    await scrolledToRest();
    const before = await rowsInView();
    const batches = await acknowledged();
    await page.waitForFunction(
      (known) => window.fakeHost.received.filter((message) => message.type === 'ack').length > known + 20,
      batches,
    );
    expect(await rowsInView()).toEqual(before);
    await page.evaluate((timer) => clearInterval(timer), stream);
  });

  it('keeps the end in view when the composer grows and when the panel is resized', async () => {
    await openLong();
    await page.fill('.prompt', 'line\n'.repeat(8));
    await atRest();
    expect(await distanceFromEnd()).toBeLessThanOrEqual(1);
    await page.setViewportSize({ width: 420, height: 500 });
    await atRest();
    expect(await distanceFromEnd()).toBeLessThanOrEqual(1);
  });
});

describe('a row', () => {
  it('is the only one rendered again when its text grows', async () => {
    await openLong();
    const at = await page.evaluate(() =>
      window.fakeHost.append({ kind: 'answer', text: 'x', state: 'streaming' }),
    );
    await atRest();
    const touched = await page.evaluate(async (ordinal) => {
      const seen = new Set<string>();
      const observer = new MutationObserver((records) => {
        for (const { target } of records) {
          const element = target instanceof Element ? target : target.parentElement;
          seen.add(element?.closest('.row')?.getAttribute('data-ordinal') ?? 'outside');
        }
      });
      const list = document.querySelector('.rows');
      if (list) observer.observe(list, { childList: true, characterData: true, subtree: true });
      for (let step = 0; step < 20; step++) {
        window.fakeHost.extend(ordinal, 'y');
        await new Promise(requestAnimationFrame);
      }
      observer.disconnect();
      return [...seen];
    }, at);
    expect(touched).toEqual([String(at)]);
  });

  it('is read again when the host and the page disagree', async () => {
    await openLong();
    await page.evaluate((at) => window.fakeHost.diverge(at), COUNT - 1);
    await page.waitForFunction(() =>
      window.fakeHost.received.some((message) => message.type === 'read-page'),
    );
    await atRest();
    expect(await page.getAttribute(`[data-ordinal="${COUNT - 1}"]`, 'data-kind')).toBe('answer');
    expect(await distanceFromEnd()).toBeLessThanOrEqual(1);
  });
});

describe('a reload', () => {
  it('comes back to the place that was read and to the unsent text', async () => {
    await openLong();
    await scrollTo(70_000);
    await atRest();
    await wheel(-333);
    await page.fill('.prompt', 'unsent');
    await atRest();
    const before = await rowsInView();
    await page.reload();
    await page.waitForSelector('.row');
    await atRest();
    expect(await rowsInView()).toEqual(before);
    expect(await page.inputValue('.prompt')).toBe('unsent');
  });

  it('comes back to the end when the end was read', async () => {
    await openLong();
    await page.fill('.prompt', 'unsent');
    await page.reload();
    await page.waitForSelector('.row');
    await atRest();
    expect(await distanceFromEnd()).toBeLessThanOrEqual(1);
  });
});

describe('a second opening', () => {
  it('leaves the reader where they are', async () => {
    await openLong();
    await scrollTo(70_000);
    await atRest();
    await wheel(-333);
    await atRest();
    const before = await rowsInView();
    await page.evaluate(() => {
      window.fakeHost.delayPages(500);
      window.fakeHost.reopen();
    });
    await page.waitForSelector('[data-kind="placeholder"]', { state: 'attached' });
    await atRest();
    expect(await rowsInView()).toEqual(before);
  });
});

describe('the host', () => {
  it('hears an acknowledgement of the opening and of every batch', async () => {
    await openLong();
    await page.evaluate(() => {
      for (let step = 0; step < 5; step++) window.fakeHost.append({ kind: 'user', text: `${step}` });
    });
    await page.waitForFunction(
      () => window.fakeHost.received.filter((message) => message.type === 'ack').length === 6,
    );
  });
});
