/** The live view in the preview: what tests of it open, draw, look at and hear. */
import type { Page } from 'playwright-core';
import type { HumanInput } from '../../../src/protocol/humanInput.ts';
import type { WebviewMessage } from '../../../src/protocol/messages.ts';
import type { useWebview } from './fixture.ts';

export async function openLive(webview: ReturnType<typeof useWebview>): Promise<Page> {
  const page = await webview.open('session=rich');
  await page.setViewportSize({ width: 1200, height: 700 });
  await page.click('.live-toggle');
  await page.waitForSelector('.live-pane');
  return page;
}

/** Paints the left half of the screen in one colour and the right half in another, and waits until it is drawn. */
export async function paint(page: Page, left: string, right = left, width = 1280): Promise<void> {
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
export function colourAt(page: Page, across: number, down: number): Promise<number[]> {
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

/** The messages of a type that the webview has posted. */
export function received<T extends WebviewMessage['type']>(page: Page, type: T) {
  return page.evaluate(
    (wanted) => window.fakeHost.received.filter((message) => message.type === wanted),
    type,
  ) as Promise<Extract<WebviewMessage, { type: T }>[]>;
}

export async function inputs(page: Page): Promise<HumanInput[]> {
  return (await received(page, 'live-input')).map(({ input }) => input);
}

/** Gives the user the computer, and the picture the keyboard. */
export async function takeOver(page: Page): Promise<void> {
  await paint(page, '#fff');
  await page.click('.live-control');
  await page.waitForSelector('.live-pane.is-users');
  await page.waitForFunction(() => document.activeElement?.matches('.live-keyboard'));
}

export async function box(page: Page, selector: string) {
  const found = await page.locator(selector).boundingBox();
  if (!found) throw new Error(`${selector} is not on the page.`);
  return found;
}
