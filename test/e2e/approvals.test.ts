/** Questions to the user, as a person meets them: beside the action, in a notification, after a reload of the window. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { act, idle, say, send, shows, WAIT_MS } from './support/chat.ts';
import { pollUntil } from './support/poll.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

const KEY = 'sk-ant-planted-key-for-the-end-to-end-test';

/** A button in the middle of the page, and how often it was pressed. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>Shop</title>
  <body style="margin: 0"><button style="position: fixed; inset: 200px; font-size: 40px"
  onclick="fetch('/bought')">Buy now (p\u0430y later)\u202e</button>`;

const buy = act('left_click', { target: { type: 'coordinate', x: 640, y: 400 } });

let api: MessagesApi;
let shop: Server;
let bought = 0;
let workbench: Workbench;

beforeAll(async () => {
  api = await startMessagesApi({ apiKey: KEY });
  shop = createServer((request, response) => {
    if (request.url === '/bought') bought += 1;
    response.setHeader('content-type', 'text/html').end(PAGE);
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  workbench = await startWorkbench({
    settings: { 'computerUseChat.apiBaseUrl': api.url },
    env: { ANTHROPIC_API_KEY: KEY },
  });
});

afterAll(async () => {
  await workbench?.close();
  await api?.close();
  shop?.closeAllConnections();
  await new Promise((resolve) => shop?.close(resolve));
});

const address = () => `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`;
const card = (chat: Frame) => chat.getByRole('group', { name: 'Claude wants to click in the page' });

test('a person is asked before something is bought, wherever they are', async () => {
  onTestFailed(() => workbench.screenshot('approvals-failed').then(() => undefined));
  await workbench.runCommand('Open Computer Use Chat');
  let chat = await workbench.chatFrame();
  await chat.waitForSelector('textarea');

  // Beside the action, with the page's own words, and nothing hidden in them.
  api.enqueue(
    { blocks: [act('navigate', { url: address() }), act('screenshot')] },
    { blocks: [say('I buy it.'), buy] },
    { blocks: [say('I leave it.')] },
  );
  await send(chat, 'Buy it');
  await card(chat).waitFor({ timeout: WAIT_MS });
  expect(await card(chat).innerText()).toContain('Buy now (p\\u{430}y later)\\u{202e}');
  expect(await card(chat).innerText()).toContain('It may cost you money.');
  await workbench.screenshot('approvals-1-card');

  // In a notification while the panel is hidden, which goes with the answer.
  await workbench.runCommand('File: New Untitled Text File');
  const notified = await pollUntil('the notification', WAIT_MS, async () =>
    (await workbench.notifications()).find((text) => text.includes('Claude wants to click')),
  );
  expect(notified).toContain('Show');
  await workbench.screenshot('approvals-2-notification');
  const list = workbench.page.locator('.notification-list-item-message');
  await list.getByText('Show', { exact: true }).click();
  chat = await workbench.chatFrame();
  await pollUntil('the notification to go', WAIT_MS, async () =>
    (await workbench.notifications()).some((text) => text.includes('Claude wants to click'))
      ? undefined
      : true,
  );
  expect(bought).toBe(0);
  await card(chat).getByRole('textbox').fill('Too dear');
  await card(chat).getByRole('button', { name: "Don't Allow" }).click();
  await shows(chat, 'I leave it.');
  await idle(chat);
  expect(bought).toBe(0);
  expect(JSON.stringify(api.requests.at(-1)?.body?.messages)).toContain('They say: Too dear');
});

test('a question waits on after a reload of the window, and its answer goes on with the run', async () => {
  onTestFailed(() => workbench.screenshot('approvals-reload-failed').then(() => undefined));
  let chat = await workbench.chatFrame();
  api.enqueue({ blocks: [act('navigate', { url: address() }), buy] });
  await send(chat, 'Buy it after all');
  await card(chat).waitFor({ timeout: WAIT_MS });
  await workbench.reloadWindow();
  chat = await workbench.chatFrame();
  await card(chat).waitFor({ timeout: WAIT_MS });
  await shows(chat, 'waited for your answer');
  await workbench.screenshot('approvals-3-reloaded');
  expect(bought).toBe(0);

  api.enqueue({ blocks: [act('navigate', { url: address() }), buy] }, { blocks: [say('Now it is bought.')] });
  await card(chat).getByRole('button', { name: 'Allow Once' }).click();
  await shows(chat, 'Now it is bought.');
  await idle(chat);
  expect(bought).toBe(1);
  await workbench.screenshot('approvals-4-bought');
});

test('working unattended is confirmed, and said aloud', async () => {
  onTestFailed(() => workbench.screenshot('approvals-unattended-failed').then(() => undefined));
  // The setting is of the machine; VS Code reads the file again.
  const settings = join(workbench.dataDir, 'data', 'Machine', 'settings.json');
  const known = JSON.parse(readFileSync(settings, 'utf8')) as Record<string, unknown>;
  writeFileSync(settings, JSON.stringify({ ...known, 'computerUseChat.approvals': 'unattended' }));
  const dialog = workbench.page.locator('.monaco-dialog-box');
  await dialog.getByText('Let Claude work unattended in this workspace?').waitFor({ timeout: WAIT_MS });
  await workbench.screenshot('approvals-5-confirm');
  await dialog.getByRole('button', { name: 'Let Claude Work Unattended' }).click();
  const chat = await workbench.chatFrame();
  await chat.locator('.unattended').waitFor({ timeout: WAIT_MS });
  await workbench.page.getByText('Claude works unattended').first().waitFor({ timeout: WAIT_MS });
  await workbench.screenshot('approvals-6-unattended');
});
