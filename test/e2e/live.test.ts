/** The live view in a real VS Code: a person watches Claude's browser, takes it over, uses it and hands it back. */
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { type PageServer, startPageServer } from '../support/pageServer.ts';
import { act, idle, newChat, say, shows, WAIT_MS } from './support/chat.ts';
import { BUTTON_CENTRE, type CounterPage, serveCounterPage } from './support/counterPage.ts';
import { pollUntil } from './support/poll.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

const KEY = 'sk-ant-planted-key-for-the-end-to-end-test';
const SCREEN = { width: 1280, height: 800 };

/** The counter page's background, off and on: dark blue, light yellow. */
const isDark = ([red = 0, , blue = 0]: readonly number[]) => red < 60 && blue > 30;
const isLight = ([red = 0, green = 0]: readonly number[]) => red > 220 && green > 200;

let api: MessagesApi;
let counter: CounterPage;
let pages: PageServer;
let workbench: Workbench;

beforeAll(async () => {
  [api, counter, pages] = await Promise.all([
    startMessagesApi({ apiKey: KEY }),
    serveCounterPage(),
    startPageServer(),
  ]);
  workbench = await startWorkbench({
    settings: { 'computerUseChat.apiBaseUrl': api.url },
    env: { ANTHROPIC_API_KEY: KEY },
  });
});

afterAll(async () => {
  await workbench?.close();
  await Promise.all([api?.close(), counter?.close(), pages?.close()]);
});

/** Waits until the live picture's background is as wanted. */
async function untilColour(
  chat: Frame,
  what: string,
  isWanted: (colour: readonly number[]) => boolean,
): Promise<void> {
  await pollUntil(what, WAIT_MS, async () => {
    const colour = await chat.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.live-canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return [];
      return [...context.getImageData(canvas.width * 0.05, canvas.height * 0.9, 1, 1).data];
    });
    return isWanted(colour) ? true : undefined;
  });
}

/** Clicks on a point of the screen, by way of the live picture. */
async function clickOnScreen(
  chat: Frame,
  { x, y }: { readonly x: number; readonly y: number },
): Promise<void> {
  const picture = chat.locator('.live-canvas');
  const box = await picture.boundingBox();
  if (!box) throw new Error('There is no picture.');
  await picture.click({
    position: { x: (x * box.width) / SCREEN.width, y: (y * box.height) / SCREEN.height },
  });
}

test('a person watches, takes over, clicks, types and hands back', async () => {
  onTestFailed(() => workbench.screenshot('live-failed').then(() => undefined));
  await workbench.runCommand('Open Computer Use Chat');
  const chat = await workbench.chatFrame();
  await chat.waitForSelector('.prompt');
  await chat.click('.live-toggle');
  await chat.waitForSelector('.live-absence .codicon');
  await workbench.screenshot('live-1-no-browser');

  // Claude opens the page, and it is seen.
  const click = act('left_click', { target: { type: 'coordinate', ...BUTTON_CENTRE } });
  api.enqueue(
    { blocks: [say('I open the page.'), act('navigate', { url: counter.url })] },
    { blocks: [say('I click.'), click] },
    { blocks: [say('I wait for a while.'), act('wait', { duration: 30 }), act('screenshot')] },
    { blocks: [say('I see what you did.')] },
  );
  await chat.locator('.prompt').fill('Switch the light on');
  await chat.locator('.prompt').press('Enter');
  await untilColour(chat, 'the light on', isLight);
  await shows(chat, 'I wait for a while.');
  await chat.waitForSelector('.live-action', { timeout: WAIT_MS });
  await workbench.screenshot('live-2-watching');
  expect(await chat.textContent('.live-title')).toBe('The light is on');

  // Nothing but Take Over reaches the browser before that.
  await clickOnScreen(chat, BUTTON_CENTRE);
  await chat.getByRole('button', { name: 'Take Over' }).click();
  await chat.waitForSelector('.live-pane.is-users', { timeout: WAIT_MS });
  expect(counter.clicks).toBe(1);
  await clickOnScreen(chat, BUTTON_CENTRE);
  await untilColour(chat, 'the light off', isDark);
  expect(counter.clicks).toBe(2);
  await workbench.screenshot('live-3-taken-over');

  // Keys go to the page and nowhere else: Enter presses the focused button, and VS Code's own stay quiet.
  const { keyboard } = workbench.page;
  await keyboard.press('Enter');
  await untilColour(chat, 'the light on by key', isLight);
  for (const keys of ['F1', 'Control+Shift+P', 'Control+P', 'Control+B', 'Control+F', 'Escape'])
    await keyboard.press(keys);
  await keyboard.press('Space');
  await untilColour(chat, 'the light off by key', isDark);
  expect(counter.clicks).toBe(4);
  expect(await workbench.page.locator('.quick-input-widget').isVisible()).toBe(false);
  expect(await workbench.page.locator('.part.sidebar').isVisible()).toBe(true);
  await workbench.screenshot('live-4-used');

  await keyboard.press('Control+Alt+Enter');
  await chat.waitForSelector('.live-pane.is-claudes', { timeout: WAIT_MS });
  await shows(chat, 'I see what you did.');
  await idle(chat);
  expect(JSON.stringify(api.requests.at(-1)?.body?.messages)).toContain('The user took control');
  await workbench.screenshot('live-5-handed-back');
  await clickOnScreen(chat, BUTTON_CENTRE);

  // Hidden and shown again, the pane is there and live.
  await workbench.runCommand('New Untitled Text File');
  await pollUntil('the chat to be hidden', WAIT_MS, async () =>
    (await workbench.chatFrames()).length === 0 ? true : undefined,
  );
  await workbench.runCommand('View: Close Editor');
  const again = await workbench.chatFrame();
  await untilColour(again, 'the page after hiding', isDark);
  expect(counter.clicks).toBe(4);
  expect(api.requests.filter(({ invalid }) => invalid).map(({ invalid }) => invalid)).toEqual([]);
});

test('a person is asked what the page asks, and sees where Claude points at an element', async () => {
  onTestFailed(() => workbench.screenshot('live-asking-failed').then(() => undefined));
  const chat = await newChat(workbench);
  if ((await chat.locator('.live-pane').count()) === 0) await chat.click('.live-toggle');
  api.enqueue(
    { blocks: [say('I open the page.'), act('navigate', { url: `${pages.url}asking.html` })] },
    { blocks: [act('find', { query: 'Leave button' })] },
    { blocks: [act('hover', { target: { type: 'ref', ref: 'ref_1' } })] },
    { blocks: [say('I have pointed at it.')] },
  );
  await chat.locator('.prompt').fill('Point at the button');
  await chat.locator('.prompt').press('Enter');
  await shows(chat, 'I have pointed at it.');
  await chat.waitForSelector('.live-pointer', { timeout: WAIT_MS });
  await workbench.screenshot('live-6-pointer');

  await chat.getByRole('button', { name: 'Take Over' }).click();
  await chat.waitForSelector('.live-pane.is-users', { timeout: WAIT_MS });
  const said = (id: string) => pages.recorded.filter(({ type }) => type === id).map((entry) => entry.said);
  await clickOnScreen(chat, { x: 150, y: 160 });
  await chat.waitForSelector('.live-dialog', { timeout: WAIT_MS });
  await workbench.screenshot('live-7-prompt');
  await workbench.page.keyboard.type('Grace');
  await workbench.page.keyboard.press('Enter');
  await pollUntil('the answer', WAIT_MS, async () => (said('prompt').includes('Grace') ? true : undefined));
  await chat.waitForSelector('.live-dialog', { state: 'detached', timeout: WAIT_MS });

  await clickOnScreen(chat, { x: 150, y: 220 });
  await chat.waitForSelector('.live-dialog select', { timeout: WAIT_MS });
  await workbench.screenshot('live-8-list');
  await chat.getByRole('option', { name: 'Cocoa' }).click();
  await pollUntil('the choice', WAIT_MS, async () =>
    pages.recorded.some(({ type, value }) => type === 'change' && value === 'Cocoa') ? true : undefined,
  );
  await clickOnScreen(chat, { x: 150, y: 390 });
  await chat.waitForSelector('.live-dialog', { timeout: WAIT_MS });
  await workbench.screenshot('live-9-files');
  await workbench.page.keyboard.press('Control+Alt+Enter');
  await chat.waitForSelector('.live-pane.is-claudes', { timeout: WAIT_MS });
});
