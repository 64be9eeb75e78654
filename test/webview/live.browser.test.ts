/** The live view in a real browser: its picture, its pane, and where Claude points. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { SessionStatus } from '../../src/protocol/messages.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';
import { box, colourAt, openLive, paint, received } from '../support/webview-preview/live.ts';

const webview = useWebview();

describe('the picture', () => {
  it('is asked for when the pane opens, drawn frame by frame, and not asked for any more when it closes', async () => {
    const page = await openLive(webview);
    await expect.poll(() => received(page, 'live-watch')).toHaveLength(1);
    await paint(page, '#f00', '#00f');
    const [red = 0, , blue = 0] = await colourAt(page, 0.25, 0.5);
    expect([red > 240, blue < 20]).toEqual([true, true]);
    expect((await colourAt(page, 0.75, 0.5))[2]).toBeGreaterThan(240);
    await paint(page, '#0f0', '#0f0', 640);
    expect((await colourAt(page, 0.75, 0.5))[1]).toBeGreaterThan(240);
    expect((await received(page, 'live-ack')).map(({ frame }) => frame)).toEqual([1, 2]);
    await page.click('.live-toggle');
    await expect.poll(() => received(page, 'live-stop')).toHaveLength(1);
  });

  it('keeps the shape of the screen, and says what is shown', async () => {
    const page = await openLive(webview);
    await paint(page, '#888');
    const { width, height } = await box(page, '.live-canvas');
    expect(width / height).toBeCloseTo(1.6, 1);
    expect(await page.textContent('.live-place')).toContain('Corner Café');
  });

  it('says so where no computer runs, with the icon of the one that would', async () => {
    const page = await webview.open('session=rich');
    await page.evaluate(() => {
      window.fakeHost.screen = null;
      window.fakeHost.setStatus({ computer: { kind: 'virtual', label: 'Virtual desktop' } });
    });
    await page.click('.live-toggle');
    await page.waitForSelector('.live-absence .codicon-vm');
  });

  it('is there again after a reload, as large as it was', async () => {
    const page = await openLive(webview);
    await page.focus('.splitter');
    await page.keyboard.press('ArrowLeft');
    const before = await page.getAttribute('.splitter', 'aria-valuenow');
    await page.evaluate(() => window.dispatchEvent(new Event('pagehide')));
    await page.reload();
    await page.waitForSelector('.live-pane');
    expect(await page.getAttribute('.splitter', 'aria-valuenow')).toBe(before);
  });

  it('is asked for again where the host has begun anew', async () => {
    const page = await openLive(webview);
    await page.evaluate(() => window.fakeHost.reopen());
    await expect.poll(async () => (await received(page, 'live-watch')).length).toBe(2);
  });
});

describe('the pane', () => {
  it('stands beside the transcript where there is room, else above it', async () => {
    const page = await openLive(webview);
    const beside = [await box(page, '.live-pane'), await box(page, '.conversation')];
    expect(beside[0]?.y).toBe(beside[1]?.y);
    await page.setViewportSize({ width: 600, height: 800 });
    await page.waitForSelector('.workspace.is-above');
    const above = [await box(page, '.live-pane'), await box(page, '.conversation')];
    expect(above[0]?.y).toBeLessThan(above[1]?.y ?? 0);
  });

  it('is sized with the splitter, by pointer and by keys', async () => {
    const page = await openLive(webview);
    const start = await box(page, '.splitter');
    const before = (await box(page, '.live-pane')).width;
    await page.mouse.move(start.x, start.y + 200);
    await page.mouse.down();
    await page.mouse.move(start.x + 120, start.y + 200, { steps: 4 });
    await page.mouse.up();
    expect((await box(page, '.live-pane')).width).toBeCloseTo(before + 120, -1);
    await page.keyboard.press('Home');
    expect(await page.getAttribute('.splitter', 'aria-valuenow')).toBe('20');
  });

  it('says who has the computer, and what Claude does with it', async () => {
    const page = await openLive(webview);
    await paint(page, '#fff');
    const becomes = async (run: SessionStatus['run'], words: string) => {
      await page.evaluate((state) => window.fakeHost.setStatus({ run: state }), run);
      await expect.poll(() => page.innerText('.live-status')).toBe(words);
    };
    await becomes({ state: 'idle' }, 'Claude does nothing now.');
    await becomes({ state: 'running', since: 0, activity: 'acting' }, 'Claude has control. You watch.');
    await becomes({ state: 'running', since: 0, activity: 'asking' }, 'Claude waits for your answer.');
    await becomes({ state: 'stopping' }, 'Stopping…');
  });

  it('takes no more height above the transcript than the screen fills', async () => {
    const page = await openLive(webview);
    await paint(page, '#fff');
    await page.setViewportSize({ width: 400, height: 900 });
    await page.waitForSelector('.workspace.is-above');
    const gaps = async () => {
      const [pane, picture] = [await box(page, '.live-pane'), await box(page, '.live-picture')];
      return [picture.x - pane.x, pane.y + pane.height - picture.y - picture.height];
    };
    await expect.poll(async () => Math.max(...(await gaps()))).toBeLessThanOrEqual(10);
    // By keys it is made smaller from what it is, and the picture with it.
    const before = (await box(page, '.live-pane')).height;
    await page.focus('.splitter');
    await page.keyboard.press('ArrowUp');
    await expect.poll(async () => (await box(page, '.live-pane')).height).toBeLessThan(before - 10);
    const pane = await box(page, '.live-pane');
    const picture = await box(page, '.live-picture');
    expect(picture.y + picture.height).toBeLessThanOrEqual(pane.y + pane.height);
  });

  it('shows where Claude acts, and in words what it does', async () => {
    const page = await openLive(webview);
    await paint(page, '#fff');
    await page.evaluate(() =>
      window.fakeHost.append({
        kind: 'action',
        toolset: 'browser',
        member: 'left_click',
        summary: 'Click at (640, 400)',
        input: '{}',
        points: [{ x: 640, y: 400 }],
        before: null,
        state: { status: 'running' },
      }),
    );
    await page.waitForSelector('.live-pointer');
    expect(await page.textContent('.live-action')).toBe('Click at (640, 400)');
    const picture = await box(page, '.live-canvas');
    const ring = await box(page, '.live-ring');
    expect(ring.x + ring.width / 2).toBeCloseTo(picture.x + picture.width / 2, 0);
    expect(ring.y + ring.height / 2).toBeCloseTo(picture.y + picture.height / 2, 0);
  });
});

describe('the pointer', () => {
  const point = (page: Page, x: number, y: number) =>
    page.evaluate((pointer) => window.fakeHost.tellLive({ type: 'live-pointer', pointer }), { x, y });

  it('stays where Claude pointed last', async () => {
    const page = await openLive(webview);
    await paint(page, '#fff');
    expect(await page.locator('.live-pointer').count()).toBe(0);
    await point(page, 320, 200);
    const pointer = page.locator('.live-pointer');
    await pointer.waitFor();
    const picture = await box(page, '.live-canvas');
    const drawn = await box(page, '.live-pointer');
    expect(drawn.x).toBeCloseTo(picture.x + picture.width / 4, -1);
    expect(drawn.y).toBeCloseTo(picture.y + picture.height / 4, -1);
    expect(await page.locator('.live-ring').count()).toBe(0);
  });

  it('marks an action on an element, whose place the host tells', async () => {
    const page = await openLive(webview);
    await paint(page, '#fff');
    await point(page, 640, 400);
    await page.evaluate(() =>
      window.fakeHost.append({
        kind: 'action',
        toolset: 'browser',
        member: 'left_click',
        summary: 'Click an element',
        input: '{"target":{"type":"ref","ref":"ref_3"}}',
        points: [],
        before: null,
        state: { status: 'running' },
      }),
    );
    await page.waitForSelector('.live-ring');
    const picture = await box(page, '.live-canvas');
    const ring = await box(page, '.live-ring');
    expect(ring.x + ring.width / 2).toBeCloseTo(picture.x + picture.width / 2, 0);
  });
});
