/** When things go wrong: what the user reads, and that the next message goes on all the same. */
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from 'vitest';
import { type MessagesApi, startMessagesApi } from '../support/messagesApi/server.ts';
import { act, idle, newChat, say, send, shows, WAIT_MS } from './support/chat.ts';
import { type CounterPage, serveCounterPage } from './support/counterPage.ts';
import { pollUntil } from './support/poll.ts';
import { startWorkbench, type Workbench } from './support/workbench.ts';

let api: MessagesApi;
let page: CounterPage;
let workbench: Workbench;

beforeAll(async () => {
  [api, page] = await Promise.all([startMessagesApi(), serveCounterPage()]);
  workbench = await startWorkbench({
    settings: { 'computerUseChat.apiBaseUrl': api.url },
    env: { ANTHROPIC_API_KEY: 'sk-ant-test' },
  });
});

afterAll(async () => {
  await workbench?.close();
  await Promise.all([api?.close(), page?.close()]);
  expect(api.requests.filter(({ invalid }) => invalid).map(({ invalid }) => invalid)).toEqual([]);
});

beforeEach(({ task }) => {
  onTestFailed(() =>
    workbench.screenshot(`failed-${task.name.replaceAll(/\W+/g, '-')}`).then(() => undefined),
  );
});

test('a closed panel does not stop the run, and the status bar stops it', async () => {
  const chat = await newChat(workbench);
  const goOn = Promise.withResolvers<void>();
  api.enqueue(
    { blocks: [say('I open the page.'), act('navigate', { url: page.url })] },
    { fault: 'slow', beforeHeaders: goOn.promise, reply: { blocks: [act('screenshot')] } },
    { blocks: [act('wait', { duration: 30 })] },
  );
  const before = api.requests.length;
  await send(chat, 'Have a look');
  await pollUntil('the second request', WAIT_MS, async () =>
    api.requests.length >= before + 2 ? true : undefined,
  );
  await workbench.runCommand('View: Close Editor');
  goOn.resolve();
  await pollUntil('the third request', WAIT_MS, async () =>
    api.requests.length >= before + 3 ? true : undefined,
  );
  await workbench.screenshot('trouble-closed-panel');
  await workbench.page.getByRole('button', { name: /Stop Claude/ }).click();
  await pollUntil('the run to stop', WAIT_MS, async () =>
    (await workbench.page.getByRole('button', { name: /Stop Claude/ }).count()) === 0 ? true : undefined,
  );
  await workbench.runCommand('Open Computer Use Chat');
  await shows(await workbench.chatFrame(), 'Stopped');
});

test('a wrong key is told in words, with what to do about it', async () => {
  const chat = await newChat(workbench);
  api.enqueue(
    { fault: 'status', status: 401, message: 'invalid x-api-key' },
    { blocks: [say('Now it works.')] },
  );
  await send(chat, 'Hello');
  await shows(chat, 'did not accept the key');
  await workbench.screenshot('trouble-wrong-key');
  await chat.getByRole('button', { name: 'Retry' }).click();
  await shows(chat, 'Now it works.');
  await idle(chat);
});

test('a reload in mid-run loses nothing that was done, and the conversation goes on', async () => {
  const chat = await newChat(workbench);
  api.enqueue({
    blocks: [say('First I look.'), act('navigate', { url: page.url }), act('wait', { duration: 30 })],
  });
  await send(chat, 'Look and wait');
  await chat
    .locator('.action[data-status="running"]', { hasText: 'Wait 30 s' })
    .waitFor({ timeout: WAIT_MS });
  await workbench.reloadWindow();
  const restored = await workbench.chatFrame();
  await shows(restored, 'The window closed while Claude was working');
  await idle(restored);
  await workbench.screenshot('trouble-reloaded-in-mid-run');
  api.enqueue({ blocks: [say('We were waiting.')] });
  await send(restored, 'What happened?');
  await shows(restored, 'We were waiting.');
  const known = JSON.stringify(api.requests.at(-1)?.body?.messages);
  expect(known).toContain('Navigated to');
  expect(known).toContain('What happened?');
});

test('hostile text stays text', async () => {
  const chat = await newChat(workbench);
  const hostile = [
    '<img src=x onerror="window.hacked = 1"><script>window.hacked = 2</script>',
    '[run](command:workbench.action.terminal.new) [js](javascript:window.hacked=3) [file](file:///etc/passwd)',
    '![remote](https://example.org/tracking.png)',
    '<iframe src="https://example.org"></iframe> <style>*{display:none}</style>',
  ].join('\n\n');
  api.enqueue({ blocks: [say(hostile), say('The end.')] });
  await send(chat, hostile);
  await shows(chat, 'The end.');
  await idle(chat);
  const found = await chat.evaluate(() => ({
    hacked: 'hacked' in window,
    elements: document.querySelectorAll('.transcript script, .transcript iframe, .transcript style').length,
    images: [...document.querySelectorAll('.answer img')].length,
    links: [...document.querySelectorAll('a')].map((link) => link.protocol),
  }));
  expect(found).toMatchObject({ hacked: false, elements: 0, images: 0 });
  expect(found.links.filter((protocol) => !['https:', 'http:', 'mailto:'].includes(protocol))).toEqual([]);
  await workbench.screenshot('trouble-hostile-text');
});

test('without a browser the user reads what to do, and so does the model', async () => {
  const other = await startWorkbench({
    settings: {
      'computerUseChat.apiBaseUrl': api.url,
      'computerUseChat.browser.executablePath': '/nowhere/chrome',
    },
    env: { ANTHROPIC_API_KEY: 'sk-ant-test' },
  });
  try {
    await other.runCommand('Open Computer Use Chat');
    const chat = await other.chatFrame();
    api.enqueue(
      { blocks: [act('navigate', { url: page.url })] },
      { blocks: [say('I cannot open a browser.')] },
    );
    await send(chat, 'Open the page');
    await shows(chat, 'I cannot open a browser.');
    await idle(chat);
    await other.screenshot('trouble-no-browser');
    // This window is a remote one: what is of the machine is in another tab than the user's.
    await chat.getByRole('button', { name: 'Open Settings' }).click();
    const settings = other.page.locator('.settings-editor');
    await settings.locator('.settings-tabs-widget .action-label.checked', { hasText: 'Remote' }).waitFor();
    await settings.locator('.setting-item-label').first().waitFor();
    await other.screenshot('trouble-settings');
    expect(JSON.stringify(api.requests.at(-1)?.body?.messages)).toContain('is_error');
  } finally {
    await other.close();
  }
});
