/** The live view in a real browser: its picture, who has the computer, what the user does on it. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { HumanInput } from '../../src/protocol/humanInput.ts';
import type { WebviewMessage } from '../../src/protocol/messages.ts';
import type { ScreenDialog } from '../../src/protocol/screenDialog.ts';
import { useWebview } from '../support/webview-preview/fixture.ts';

const webview = useWebview();

async function openLive(): Promise<Page> {
  const page = await webview.open('session=rich');
  await page.setViewportSize({ width: 1200, height: 700 });
  await page.click('.live-toggle');
  await page.waitForSelector('.live-pane');
  return page;
}

/** Paints the left half of the screen in one colour and the right half in another, and waits until it is drawn. */
async function paint(page: Page, left: string, right = left, width = 1280): Promise<void> {
  await page.evaluate(
    ([leftColour, rightColour, imageWidth]) =>
      window.fakeHost.showFrame((context) => {
        context.fillStyle = leftColour;
        context.fillRect(0, 0, 640, 800);
        context.fillStyle = rightColour;
        context.fillRect(640, 0, 640, 800);
      }, imageWidth),
    [left, right, width] as const,
  );
  await page.waitForFunction((colour) => {
    const expected = new OffscreenCanvas(1, 1).getContext('2d');
    const canvas = document.querySelector<HTMLCanvasElement>('.live-canvas');
    const context = canvas?.getContext('2d');
    if (!expected || !canvas || !context) return false;
    expected.fillStyle = colour;
    expected.fillRect(0, 0, 1, 1);
    const wanted = expected.getImageData(0, 0, 1, 1).data;
    const drawn = context.getImageData(canvas.width / 4, canvas.height / 2, 1, 1).data;
    return wanted.every((value, index) => Math.abs(value - (drawn[index] ?? 0)) < 10);
  }, left);
}

/** What the canvas shows at a part of its width and height: red, green, blue. */
function colourAt(page: Page, across: number, down: number): Promise<number[]> {
  return page.evaluate(
    ([x, y]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.live-canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) throw new Error('No canvas.');
      return [...context.getImageData(canvas.width * x, canvas.height * y, 1, 1).data.slice(0, 3)];
    },
    [across, down] as const,
  );
}

function received<T extends WebviewMessage['type']>(page: Page, type: T) {
  return page.evaluate(
    (wanted) => window.fakeHost.received.filter((message) => message.type === wanted),
    type,
  ) as Promise<Extract<WebviewMessage, { type: T }>[]>;
}

async function inputs(page: Page): Promise<HumanInput[]> {
  return (await received(page, 'live-input')).map(({ input }) => input);
}

async function takeOver(page: Page): Promise<void> {
  await paint(page, '#fff');
  await page.click('.live-control');
  await page.waitForSelector('.live-pane.is-users');
  await page.waitForFunction(() => document.activeElement?.matches('.live-keyboard'));
}

async function box(page: Page, selector: string) {
  const found = await page.locator(selector).boundingBox();
  if (!found) throw new Error(`${selector} is not on the page.`);
  return found;
}

const near = (value: number) => ({
  asymmetricMatch: (other: unknown) => Math.abs(Number(other) - value) <= 1.5,
});

describe('the picture', () => {
  it('is asked for when the pane opens, drawn frame by frame, and not asked for any more when it closes', async () => {
    const page = await openLive();
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
    const page = await openLive();
    await paint(page, '#888');
    const { width, height } = await box(page, '.live-canvas');
    expect(width / height).toBeCloseTo(1.6, 1);
    expect(await page.textContent('.live-place')).toContain('Corner Café');
  });

  it('says so where no browser runs', async () => {
    const page = await webview.open('session=rich');
    await page.evaluate(() => {
      window.fakeHost.screen = null;
    });
    await page.click('.live-toggle');
    await page.waitForSelector('.live-absence .codicon');
    expect(await page.isDisabled('.live-control')).toBe(true);
  });

  it('is there again after a reload, as large as it was', async () => {
    const page = await openLive();
    await page.focus('.splitter');
    await page.keyboard.press('ArrowLeft');
    const before = await page.getAttribute('.splitter', 'aria-valuenow');
    await page.evaluate(() => window.dispatchEvent(new Event('pagehide')));
    await page.reload();
    await page.waitForSelector('.live-pane');
    expect(await page.getAttribute('.splitter', 'aria-valuenow')).toBe(before);
  });

  it('is asked for again where the host has begun anew', async () => {
    const page = await openLive();
    await page.evaluate(() => window.fakeHost.reopen());
    await expect.poll(async () => (await received(page, 'live-watch')).length).toBe(2);
  });
});

describe('the pane', () => {
  it('stands beside the transcript where there is room, else above it', async () => {
    const page = await openLive();
    const beside = [await box(page, '.live-pane'), await box(page, '.conversation')];
    expect(beside[0]?.y).toBe(beside[1]?.y);
    await page.setViewportSize({ width: 600, height: 800 });
    await page.waitForSelector('.workspace.is-above');
    const above = [await box(page, '.live-pane'), await box(page, '.conversation')];
    expect(above[0]?.y).toBeLessThan(above[1]?.y ?? 0);
  });

  it('is sized with the splitter, by pointer and by keys', async () => {
    const page = await openLive();
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

  it('shows where Claude acts, and in words what it does', async () => {
    const page = await openLive();
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
    const page = await openLive();
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
    const page = await openLive();
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
    const page = await openLive();
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
    const page = await openLive();
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
    const page = await openLive();
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
    const page = await openLive();
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

  it('tells the host, and nothing is sent while Claude has the computer', async () => {
    const page = await openLive();
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
    const page = await openLive();
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
    const page = await openLive();
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
    const page = await openLive();
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
    const page = await openLive();
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
    const page = await openLive();
    await takeOver(page);
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', 'pasted\ntext');
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    });
    expect(await inputs(page)).toContainEqual({ type: 'text', text: 'pasted\ntext' });
  });

  it('is handed back by keys', async () => {
    const page = await openLive();
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
