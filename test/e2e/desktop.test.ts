/** Desktops in a real VS Code: chosen, used by Claude, watched, taken over and handed back. */
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { startXvnc, type VncServer } from '../support/desktop/xserver.ts';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { actOnDesktop, idle, say, shows, WAIT_MS } from './support/chat.ts';
import { pollUntil } from './support/poll.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

const KEY = 'sk-ant-planted-key-for-the-end-to-end-test';

const VNC_PASSWORD = 'gr8secre';

let api: MessagesApi;
let server: VncServer;
let workbench: Workbench;

beforeAll(async () => {
  [api, server] = await Promise.all([
    startMessagesApi({ apiKey: KEY }),
    startXvnc({ onPort: true, securityTypes: 'VncAuth', password: VNC_PASSWORD }),
  ]);
  workbench = await startWorkbench({
    settings: {
      'computerUseChat.apiBaseUrl': api.url,
      'computerUseChat.vnc.address': `vnc://127.0.0.1:${'port' in server.address ? server.address.port : ''}`,
    },
    env: { ANTHROPIC_API_KEY: KEY },
  });
});

afterAll(async () => {
  await workbench?.close();
  await Promise.all([api?.close(), server?.close()]);
});

/** Waits until the desktop's background, in the live picture, has about this colour. */
async function untilBackground(chat: Frame, wanted: readonly [number, number, number]): Promise<void> {
  await pollUntil(`the background ${wanted}`, WAIT_MS, async () => {
    const colour = await chat.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.live-desktop canvas');
      const context = canvas?.getContext('2d');
      return canvas && context ? [...context.getImageData(canvas.width - 5, 5, 1, 1).data] : [];
    });
    return wanted.every((value, index) => Math.abs(value - (colour[index] ?? -99)) < 12) ? true : undefined;
  });
}

test('a person chooses a virtual desktop, watches Claude on it, takes it over and hands it back', async () => {
  onTestFailed(() => workbench.screenshot('desktop-failed').then(() => undefined));
  await workbench.runCommand('Open Computer Use Chat');
  let chat = await workbench.chatFrame();
  await chat.waitForSelector('.prompt');
  await chat.click('.fact-computer');
  await workbench.page.waitForSelector('.quick-input-widget');
  await workbench.screenshot('desktop-1-choose');
  await workbench.page.keyboard.type('Virtual');
  await workbench.page.keyboard.press('Enter');
  await chat.waitForFunction(
    () => document.querySelector('.fact-computer')?.textContent?.includes('Virtual'),
    undefined,
    { timeout: WAIT_MS },
  );

  api.enqueue(
    { blocks: [say('I look at the desktop.'), actOnDesktop('screenshot')] },
    {
      blocks: [
        say('I paint the background.'),
        actOnDesktop('left_click', { coordinate: [400, 300] }),
        actOnDesktop('type', { text: "xsetroot -solid '#00a000'\n" }),
        actOnDesktop('screenshot'),
      ],
    },
    {
      blocks: [
        say('I wait for a while.'),
        actOnDesktop('wait', { duration: 60 }),
        actOnDesktop('screenshot'),
      ],
    },
    { blocks: [say('I see what you did.')] },
  );
  chat = await workbench.chatFrame();
  await chat.click('.live-toggle');
  await chat.locator('.prompt').fill('Paint the background green');
  await chat.locator('.prompt').press('Enter');
  await untilBackground(chat, [0, 160, 0]);
  await shows(chat, 'I wait for a while.');
  await workbench.screenshot('desktop-2-watching');

  await chat.getByRole('button', { name: 'Take Over' }).click();
  await chat.waitForSelector('.live-pane.is-users', { timeout: WAIT_MS });
  await workbench.screenshot('desktop-3-taken-over');
  const { keyboard } = workbench.page;
  await chat.locator('.live-desktop canvas').click();
  // Keys go to the desktop and nowhere else; what they put into the shell's line there is removed.
  for (const keys of ['F1', 'Control+Shift+P', 'Control+E', 'Control+U']) await keyboard.press(keys);
  expect(await workbench.page.locator('.quick-input-widget').isVisible()).toBe(false);
  await keyboard.type("xsetroot -solid '#a00000'");
  await keyboard.press('Enter');
  await untilBackground(chat, [160, 0, 0]);
  await workbench.screenshot('desktop-4-used');

  await keyboard.press('Control+Alt+Enter');
  await chat.waitForSelector('.live-pane.is-claudes', { timeout: WAIT_MS });
  await shows(chat, 'I see what you did.');
  await idle(chat);
  expect(JSON.stringify(api.requests.at(-1)?.body?.messages)).toContain('The user took control');
  await workbench.screenshot('desktop-5-handed-back');
  expect(api.requests.filter(({ invalid }) => invalid).map(({ invalid }) => invalid)).toEqual([]);
});

test('a remote desktop asks for its password until it is right, and is used then', async () => {
  onTestFailed(() => workbench.screenshot('desktop-remote-failed').then(() => undefined));
  const { page } = workbench;
  await workbench.runCommand('Choose Computer…');
  await page.waitForSelector('.quick-input-widget');
  await page.keyboard.type('Remote Desktop');
  await page.keyboard.press('Enter');
  // One in which something was done keeps its desktop, so this is a new session.
  const chat = await pollUntil('a session with the remote desktop', WAIT_MS, async () => {
    for (const frame of await workbench.chatFrames()) {
      const computer = await frame.evaluate(
        () => document.querySelector('.fact-computer')?.textContent ?? '',
      );
      if (computer.includes('127.0.0.1')) return frame;
    }
    return undefined;
  });
  api.enqueue({ blocks: [actOnDesktop('screenshot')] }, { blocks: [say('I have no desktop.')] });
  await chat.locator('.prompt').fill('Look at the desktop');
  await chat.locator('.prompt').press('Enter');
  await page.waitForSelector('.quick-input-widget input[type="password"]', { timeout: WAIT_MS });
  await shows(chat, 'The VNC server asks for a password.');
  await shows(chat, 'I have no desktop.');
  await workbench.screenshot('desktop-6-password');
  await page.keyboard.type(`not ${VNC_PASSWORD}`);
  await page.keyboard.press('Enter');
  await idle(chat);

  api.enqueue({ blocks: [actOnDesktop('screenshot')] }, { blocks: [say('I still have none.')] });
  await chat.locator('.prompt').fill('And now?');
  await chat.locator('.prompt').press('Enter');
  await page.waitForSelector('.quick-input-widget:has-text("The last password was not accepted.")', {
    timeout: WAIT_MS,
  });
  await shows(chat, 'The VNC server did not let us in');
  await shows(chat, 'I still have none.');
  await page.keyboard.type(VNC_PASSWORD);
  await page.keyboard.press('Enter');
  await idle(chat);

  api.enqueue(
    { blocks: [actOnDesktop('left_click', { coordinate: [100, 100] }), actOnDesktop('screenshot')] },
    { blocks: [say('It is empty and black.')] },
  );
  await chat.locator('.prompt').fill('Try again');
  await chat.locator('.prompt').press('Enter');
  await chat.getByRole('button', { name: 'Allow for This Session on' }).click({ timeout: WAIT_MS });
  await shows(chat, 'It is empty and black.');
  await idle(chat);
  await workbench.screenshot('desktop-7-remote');
  const sent = JSON.stringify(api.requests.map(({ body }) => body));
  expect(sent).not.toContain(VNC_PASSWORD);
  expect(api.requests.filter(({ invalid }) => invalid).map(({ invalid }) => invalid)).toEqual([]);
});
