/** The live view in the user's hands, in a real browser: taking over, what is done on it, what the page asks. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Access, RunState } from '../../src/protocol/messages.ts';
import type { ScreenDialog } from '../../src/protocol/screenDialog.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';
import { box, inputs, openLive, paint, received, takeOver } from '../support/webview-preview/live.ts';

const webview = useWebview();

const near = (value: number) => ({
  asymmetricMatch: (other: unknown) => Math.abs(Number(other) - value) <= 1.5,
});

describe('what the page asks', () => {
  async function ask(page: Page, dialog: ScreenDialog): Promise<void> {
    await page.evaluate(() => window.fakeHost.tellLive({ type: 'live-dialog', dialog: null }));
    await page.waitForSelector('.live-dialog', { state: 'detached' });
    await page.evaluate((asked) => window.fakeHost.tellLive({ type: 'live-dialog', dialog: asked }), dialog);
    await page.waitForSelector('.live-dialog');
  }

  const answers = async (page: Page) =>
    (await received(page, 'live-answer')).map(({ dialog, answer }) => ({ dialog, ...answer }));

  it('is shown as plain text, answered by keys, and the keys are the page again after it', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    await ask(page, { id: 1, kind: 'confirm', message: '<img src=x onerror=alert(1)> Sure?' });
    expect(await page.textContent('.live-dialog-message')).toBe('<img src=x onerror=alert(1)> Sure?');
    await page.keyboard.press('Enter');
    await ask(page, { id: 2, kind: 'confirm', message: '' });
    await page.keyboard.press('Escape');
    await ask(page, { id: 3, kind: 'prompt', message: 'Name?', value: 'Ada' });
    await page.keyboard.type('Grace');
    await page.keyboard.press('Enter');
    expect(await answers(page)).toEqual([
      { dialog: 1, isAccepted: true, value: '' },
      { dialog: 2, isAccepted: false, value: '' },
      { dialog: 3, isAccepted: true, value: 'Grace' },
    ]);
    expect((await inputs(page)).filter(({ type }) => type === 'key-down')).toEqual([]);
    await page.evaluate(() => window.fakeHost.tellLive({ type: 'live-dialog', dialog: null }));
    await page.waitForSelector('.live-dialog', { state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.matches('.live-keyboard'));
  });

  it('is chosen from a list by a click or by keys, and picked', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    const options = ['Water', 'Tea', 'Cocoa'].map((label, at) => ({
      label,
      group: at > 0 ? 'Hot' : '',
      isDisabled: false,
    }));
    await ask(page, { id: 1, kind: 'choice', message: 'Drink', options, chosen: 0 });
    // All of it is in sight, with the group's name.
    expect(await page.getAttribute('.live-dialog select', 'size')).toBe('4');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await ask(page, { id: 2, kind: 'choice', message: 'Drink', options, chosen: 0 });
    await page.getByRole('option', { name: 'Cocoa' }).click();
    await ask(page, {
      id: 3,
      kind: 'picker',
      picker: 'date',
      message: '',
      value: '2026-05-04',
      min: '',
      max: '',
    });
    await page.fill('.live-dialog input', '2026-06-07');
    await page.getByRole('button', { name: 'OK' }).click();
    expect(await answers(page)).toEqual([
      { dialog: 1, isAccepted: true, value: '1' },
      { dialog: 2, isAccepted: true, value: '2' },
      { dialog: 3, isAccepted: true, value: '2026-06-07' },
    ]);
  });

  it('says that files cannot be chosen, and lets the computer be handed back', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    await ask(page, { id: 1, kind: 'files' });
    expect(await page.textContent('.live-dialog')).toContain('Files cannot be chosen here');
    await page.keyboard.press('Control+Alt+Enter');
    await page.waitForSelector('.live-pane.is-claudes');
    await page.waitForSelector('.live-dialog', { state: 'detached' });
  });
});

describe('taking over', () => {
  it('lets go of a button where something else takes the pointer', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    const picture = await box(page, '.live-canvas');
    await page.mouse.move(picture.x + 20, picture.y + 20);
    await page.mouse.down();
    await page.mouse.move(picture.x + 22, picture.y + 20);
    await page.evaluate(() => document.querySelector('.live-canvas')?.releasePointerCapture(1));
    await page.mouse.move(picture.x + 25, picture.y + 20);
    const ups = async () => (await inputs(page)).filter(({ type }) => type === 'pointer-up');
    await expect.poll(ups).toMatchObject([{ button: 'left', clicks: 1 }]);
    await page.mouse.up();
    expect(await ups()).toHaveLength(1);
  });

  it('says what it does, and where it is not possible why', async () => {
    const page = await openLive(webview);
    const becomes = async (isPossible: boolean, hint: string) => {
      await expect.poll(() => page.getAttribute('.live-control', 'title')).toContain(hint);
      expect(await page.isEnabled('.live-control')).toBe(isPossible);
    };
    const access = (value: Access) =>
      page.evaluate((status) => window.fakeHost.setStatus(status), { access: value });
    await becomes(true, 'Use the computer yourself');
    await access('restricted');
    await becomes(false, 'This workspace is not trusted');
    await access('elsewhere');
    await becomes(false, 'in use in another window');
    await access('full');
    await page.evaluate(() => window.fakeHost.tellLive({ type: 'live-screen', screen: null }));
    await becomes(false, 'No computer runs');
  });

  it('makes Claude wait only while Claude works', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    const becomes = async (run: RunState, words: RegExp) => {
      await page.evaluate((state) => window.fakeHost.setStatus({ run: state }), run);
      await expect.poll(() => page.innerText('.live-status')).toMatch(words);
    };
    await becomes(
      { state: 'running', since: 0, activity: 'acting' },
      /^You have control\. Claude waits\. \S/,
    );
    await becomes({ state: 'stopping' }, /^You have control\. (?!Claude)\S/);
    await becomes({ state: 'idle' }, /^You have control\. (?!Claude)\S/);
  });

  it('tells the host, and nothing is sent while Claude has the computer', async () => {
    const page = await openLive(webview);
    await paint(page, '#fff');
    await page.click('.live-canvas');
    expect(await inputs(page)).toEqual([]);
    await page.click('.live-control');
    expect(await received(page, 'live-control')).toEqual([{ type: 'live-control', holder: 'user' }]);
    await page.waitForSelector('.live-pane.is-users');
    await page.click('.live-control');
    expect((await received(page, 'live-control')).at(-1)).toEqual({ type: 'live-control', holder: 'claude' });
  });

  it('names the point of the screen that is clicked, whatever the scale', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    const picture = await box(page, '.live-canvas');
    await page.mouse.dblclick(picture.x + picture.width * 0.75, picture.y + picture.height * 0.25);
    const pressed = (await inputs(page)).filter(({ type }) => type === 'pointer-down');
    expect(pressed).toMatchObject([
      { x: near(960), y: near(200), button: 'left', clicks: 1 },
      { x: near(960), y: near(200), button: 'left', clicks: 2 },
    ]);
  });

  it('follows a drag out of the picture', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    const picture = await box(page, '.live-canvas');
    await page.mouse.move(picture.x + 20, picture.y + 20);
    await page.mouse.down();
    await page.mouse.move(picture.x + picture.width + 60, picture.y + 20, { steps: 3 });
    await page.mouse.up();
    const released = (await inputs(page)).find(({ type }) => type === 'pointer-up');
    expect(released).toMatchObject({ button: 'left' });
    expect(released && 'x' in released && released.x).toBeGreaterThan(1280);
  });

  it('sends the wheel, right clicks and what is typed, special keys too', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    const picture = await box(page, '.live-canvas');
    await page.mouse.move(picture.x + 50, picture.y + 50);
    await page.mouse.wheel(0, 120);
    await page.mouse.click(picture.x + 50, picture.y + 50, { button: 'right' });
    await page.keyboard.type('aé');
    for (const key of ['Escape', 'Tab', 'Control+A', 'F1']) await page.keyboard.press(key);
    await page.keyboard.insertText('你好');
    await expect
      .poll(async () => (await inputs(page)).filter(({ type }) => type === 'wheel'))
      .toMatchObject([{ deltaX: 0, deltaY: 120 }]);
    const sent = await inputs(page);
    expect(sent.find(({ type }) => type === 'pointer-down')).toMatchObject({ button: 'right' });
    const keys = sent.flatMap((input) => (input.type === 'key-down' ? [input.key] : []));
    expect(keys.join(' ')).toMatch(/^a .*Escape Tab Control [aA] F1$/);
    expect(sent.flatMap((input) => (input.type === 'text' ? [input.text] : [])).join('')).toMatch(/你好$/);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('live-keyboard');
  });

  it('keeps keys from everybody else', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    await page.evaluate(() => {
      const heard: string[] = [];
      window.addEventListener('keydown', ({ key }) => heard.push(key));
      Object.assign(window, { heard });
    });
    for (const key of ['F1', 'Control+Shift+P', 'Control+F', 'Escape']) await page.keyboard.press(key);
    expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([]);
    expect(await page.locator('.find').count()).toBe(0);
  });

  it('pastes text', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', 'pasted\ntext');
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    });
    expect(await inputs(page)).toContainEqual({ type: 'text', text: 'pasted\ntext' });
  });

  it('is handed back by keys', async () => {
    const page = await openLive(webview);
    await takeOver(page);
    await page.keyboard.press('Control+Alt+Enter');
    await page.waitForSelector('.live-pane.is-claudes');
    expect((await received(page, 'live-control')).at(-1)).toEqual({ type: 'live-control', holder: 'claude' });
  });

  it('shows the pane where it was closed, and hands back when it is closed', async () => {
    const page = await webview.open('session=rich');
    await page.evaluate(() => window.fakeHost.setStatus({ control: 'user' }));
    await page.waitForSelector('.live-pane.is-users');
    await page.click('.live-toggle');
    await page.waitForSelector('.live-pane', { state: 'detached' });
    expect(await received(page, 'live-control')).toEqual([{ type: 'live-control', holder: 'claude' }]);
  });
});
