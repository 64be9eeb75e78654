/** What a person does, from the palette to the Output panel, in one VS Code against a scripted Messages API. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import {
  act,
  idle,
  readingPlace,
  say,
  scrollToEnd,
  scrollUpTo,
  send,
  shows,
  WAIT_MS,
} from './support/chat.ts';
import { BUTTON_CENTRE, type CounterPage, serveCounterPage } from './support/counterPage.ts';
import { pollUntil } from './support/poll.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

const KEY = 'sk-ant-planted-key-for-the-end-to-end-test';

const PROMPT = 'Switch the light on, please';
const UNSENT = 'Not sent yet';

const click = act('left_click', { target: { type: 'coordinate', ...BUTTON_CENTRE } });

let api: MessagesApi;
let counter: CounterPage;
let workbench: Workbench;

beforeAll(async () => {
  [api, counter] = await Promise.all([startMessagesApi({ apiKey: KEY }), serveCounterPage()]);
  workbench = await startWorkbench({
    settings: { 'computerUseChat.apiBaseUrl': api.url },
    env: { ANTHROPIC_API_KEY: KEY },
  });
});

afterAll(async () => {
  await workbench?.close();
  await Promise.all([api?.close(), counter?.close()]);
});

test('a person gets a page clicked and sees it happen', async () => {
  onTestFailed(() => workbench.screenshot('chat-failed').then(() => undefined));
  await workbench.runCommand('Open Computer Use Chat');
  let chat = await workbench.chatFrame();
  await chat.waitForSelector('textarea');
  await workbench.screenshot('1-empty-chat');

  // A prompt, a streamed answer, a real page clicked, a screenshot in the chat.
  const slowly = { charactersPerDelta: 4, msBetweenDeltas: 15 };
  api.enqueue(
    {
      blocks: [
        { type: 'thinking', text: 'The page has to be opened before I can see its button.' },
        say('I open the page and have a look.'),
        act('navigate', { url: counter.url }),
        act('screenshot'),
      ],
    },
    { blocks: [say('There is one button, **Switch**. I click it.'), click, act('screenshot')] },
    {
      blocks: [say('Done: the light is **on**, after one click.\n\n- clicks: `1`\n- state: on')],
      pace: slowly,
    },
  );
  await send(chat, PROMPT);
  await shows(chat, 'Done: the light');
  await workbench.screenshot('2-streaming');
  await idle(chat);
  await shows(chat, 'state: on');
  expect(counter.clicks).toBe(1);
  const loaded = await chat.$$eval('.screenshot img', (images) =>
    images.map((image) => [
      (image as HTMLImageElement).naturalWidth,
      (image as HTMLImageElement).naturalHeight,
    ]),
  );
  expect(loaded.at(-1)).toEqual([1280, 800]);
  await workbench.screenshot('3-answered');

  // Stop, in the middle of an action.
  api.enqueue({ blocks: [say('I wait for a while.'), act('wait', { duration: 30 }), click] });
  await send(chat, 'Wait half a minute, then click again');
  await chat.waitForSelector('.action[data-status="running"]', { timeout: WAIT_MS });
  await workbench.screenshot('4-running');
  await chat.locator('button.stop').click();
  await idle(chat);
  await shows(chat, 'Stopped');
  expect(counter.clicks).toBe(1);
  await workbench.screenshot('5-stopped');

  // Further up, where the click was: the spot is marked on the picture it was chosen on.
  await scrollUpTo(chat, '.peek svg .marker');
  await workbench.screenshot('6-click-marked');
  const place = await readingPlace(chat);
  expect(place.ordinal).toBeGreaterThan(0);
  await chat.locator('textarea').fill(UNSENT);

  // Reload the window: the panel, its place, the unsent words, the transcript and the conversation are still there.
  await workbench.reloadWindow();
  chat = await workbench.chatFrame();
  const restored = await pollUntil('the place before the reload', WAIT_MS, async () => {
    const now = await readingPlace(chat);
    return now.ordinal === place.ordinal ? now : undefined;
  });
  expect(Math.abs(restored.offset - place.offset)).toBeLessThanOrEqual(2);
  expect(await chat.locator('textarea').inputValue()).toBe(UNSENT);
  await workbench.screenshot('7-reloaded');
  await scrollToEnd(chat);
  await shows(chat, 'Stopped');
  api.enqueue({ blocks: [say('The light was switched on earlier, as I said.')] });
  await send(chat, 'What did you do before?');
  await shows(chat, 'as I said');
  await idle(chat);
  const known = JSON.stringify(api.requests.at(-1)?.body?.messages);
  for (const words of [PROMPT, 'after one click', 'Interrupted: the user stopped', 'before?']) {
    expect(known).toContain(words);
  }

  // The HTTP log: toggled in the panel, read in the Output panel, without the key.
  await chat.getByRole('button', { name: 'Log HTTP exchanges' }).click();
  await chat.waitForSelector('.header-actions button[aria-pressed="true"]', { timeout: WAIT_MS });
  api.enqueue({ blocks: [say('Logged.')] });
  await send(chat, 'Say something for the log');
  await shows(chat, 'Logged.');
  await idle(chat);
  const log = await workbench.readOutputChannel('Computer Use HTTP');
  await workbench.screenshot('8-http-log');
  expect(log).toContain('POST /v1/messages');
  expect(log).toContain('Say something for the log');
  expect(log).not.toContain('What did you do before?');
  expect(log).not.toContain(KEY);

  expect(api.requests.filter(({ invalid }) => invalid).map(({ invalid }) => invalid)).toEqual([]);
});

test('a session is deleted from the tree, with its panel', async () => {
  onTestFailed(() => workbench.screenshot('delete-failed').then(() => undefined));
  const { page } = workbench;
  await workbench.runCommand('View: Show Computer Use Chat');
  const row = page.locator('.pane-body .monaco-list-row', { hasText: PROMPT });
  await row.hover({ timeout: WAIT_MS });
  await row.locator('.action-label.codicon-trash').click();
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  expect(await dialog.innerText()).toContain(PROMPT);
  await workbench.screenshot('9-delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached', timeout: WAIT_MS });
  await pollUntil('the panel to close', WAIT_MS, async () =>
    (await page.locator('.tab', { hasText: PROMPT }).count()) === 0 ? true : undefined,
  );
  await workbench.screenshot('10-deleted');
});
