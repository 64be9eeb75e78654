import { afterEach, describe, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';
import { at, sizeOf } from './harness.ts';

const ASK = at(200, 15);
const HANG = at(200, 55);
const NEW_TAB = at(200, 95);
const DOWNLOAD = at(200, 135);
const SLOW = at(200, 175);
const SPIN = at(200, 215);
const POLL = at(200, 255);
const GUARD = at(200, 295);
const SLOW_PAGE = at(200, 335);
const POPUPS = at(200, 375);
const DIALOGS = at(200, 415);
const CLOSING = at(200, 455);
const FILE = at(150, 490);

describe('a page that makes trouble', () => {
  // Short limits: these tests wait for them.
  const { server, harness, recorded } = useBrowser('troubles.html', {
    limits: { responseMs: 1_500, navigationMs: 1_500, actionSettleMs: 1_500 },
  });

  afterEach(async () => {
    const tabs = (await harness.call('list_tabs')).state?.tabs ?? [];
    for (const { tab_id } of tabs.slice(1)) await harness.call('close_tab', { tab_id });
  });

  test('a drag that a hanging page ends lets go', async () => {
    const drag = await harness.call('left_click_drag', { from: at(450, 150), target: at(700, 350) });
    expect(drag).toMatchObject({ isError: true, text: expect.stringContaining('did not respond') });
    await soon(async () => {
      server.clear();
      expect(await harness.call('mouse_move', { target: at(600, 300) })).toMatchObject({ isError: false });
      await harness.call('mouse_move', { target: at(500, 200) });
      expect(recorded('moved').at(-1)).toMatchObject({ buttons: 0 });
    });
  });

  test('a dialog is dismissed and told', async () => {
    const result = await harness.call('left_click', { target: ASK });
    expect(result).toMatchObject({ isError: false });
    expect(result.text).toContain('A confirm dialog "Delete \\"everything\\"?" was dismissed.');
    await soon(() => expect(recorded('answered')).toMatchObject([{ answer: false }]));
    expect(harness.events).toEqual([
      { type: 'dialog-dismissed', kind: 'confirm', message: 'Delete "everything"?' },
    ]);
  });

  test('dialogs without end do not flood anybody', async () => {
    const result = await harness.call('left_click', { target: DIALOGS });
    expect(result.text).toContain('more dialogs were dismissed.');
    expect(harness.events.length).toBeLessThanOrEqual(10);
  });

  test('a page that asks to stay is left when the model leaves it', async () => {
    await harness.call('left_click', { target: GUARD });
    expect((await harness.call('navigate', { url: `${server.url}input.html` })).text).toContain('Input');
  });

  test('a page that asks to stay when a link is clicked stays', async () => {
    await harness.call('left_click', { target: GUARD });
    const result = await harness.call('left_click', { target: SLOW_PAGE });
    expect(result.text).toContain('A beforeunload dialog was dismissed.');
    expect(result.state?.tabs[0]?.title).toBe('Troubles');
  });

  test('a link to a new tab opens one, which becomes the active tab', async () => {
    const result = await harness.call('left_click', { target: NEW_TAB });
    const opened = result.state?.tabs.find((tab) => tab.active);
    expect(opened).toMatchObject({ title: 'Input', url: `${server.url}input.html` });
    expect(result.state?.state_changes).toEqual([{ type: 'tab_opened', tab_id: opened?.tab_id }]);
    await soon(() =>
      expect(harness.events).toEqual([{ type: 'tab-opened', url: `${server.url}input.html` }]),
    );
    expect(sizeOf((await harness.call('screenshot')).image)).toEqual([1280, 800]);
    await harness.call('left_click', { target: at(200, 130) });
    await soon(() => expect(recorded('click')).toMatchObject([{ on: 'button' }]));
  });

  test('a middle click opens a tab behind the active one', async () => {
    const result = await harness.call('middle_click', { target: NEW_TAB });
    expect(result.state?.tabs).toMatchObject([{ title: 'Troubles', active: true }, { active: false }]);
    expect(result.state?.state_changes).toHaveLength(1);
  });

  test('only the window that was asked for opens', async () => {
    const result = await harness.call('left_click', { target: POPUPS });
    expect(result.state?.tabs).toHaveLength(2);
  });

  test('a tab that closes itself is no failure', async () => {
    const opened = await harness.call('left_click', { target: CLOSING });
    expect(opened.state?.tabs).toHaveLength(2);
    const result = await harness.call('left_click', { target: at(100, 100) });
    expect(result).toMatchObject({ isError: false, text: 'Clicked.\nThe tab closed itself.' });
    expect(result.state?.tabs).toMatchObject([{ title: 'Troubles', active: true }]);
  });

  test('a download is saved and told', async () => {
    const result = await harness.call('left_click', { target: DOWNLOAD });
    expect(result.state?.state_changes).toMatchObject([
      { type: 'download_completed', size_bytes: 8, path: expect.stringMatching(/[\\/]report\.csv$/) },
    ]);
    expect(harness.events).toMatchObject([
      { type: 'download', fileName: 'report.csv', outcome: 'completed' },
    ]);
    const direct = await harness.call('navigate', { url: `${server.url}download/other.csv` });
    expect(direct).toMatchObject({ isError: false });
    expect(direct.text).toContain('file to download');
    expect(direct.state?.state_changes).toMatchObject([{ type: 'download_completed' }]);
    expect(direct.state?.tabs[0]?.title).toBe('Troubles');
  });

  test('the last tab can be closed, and navigate opens another', async () => {
    const [tab] = (await harness.call('list_tabs')).state?.tabs ?? [];
    expect((await harness.call('close_tab', { tab_id: tab?.tab_id })).state?.tabs).toEqual([]);
    expect(await harness.call('screenshot')).toMatchObject({
      isError: true,
      text: expect.stringContaining('No tab'),
    });
    const result = await harness.call('navigate', { url: `${server.url}input.html` });
    expect(result.state?.tabs).toMatchObject([{ title: 'Input', active: true }]);
    expect(harness.events).toEqual([]);
  });

  test('a file field opens no dialog', async () => {
    await harness.call('left_click', { target: FILE });
    expect((await harness.call('screenshot')).isError).toBe(false);
  });

  test('an action ends when what it asked for has arrived', async () => {
    await harness.call('left_click', { target: SLOW });
    expect(recorded('shown')).toMatchObject([{ text: 'slow done' }]);
    const result = await harness.call('left_click', { target: SLOW_PAGE });
    expect(result.state?.tabs[0]?.title).toBe('Slow');
  });

  test('a page that never rests or never stops asking ends by the ceiling', async () => {
    await harness.call('left_click', { target: POLL });
    const start = performance.now();
    expect((await harness.call('left_click', { target: SPIN })).isError).toBe(false);
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  test('a server that never answers ends by the limit', async () => {
    const result = await harness.call('navigate', { url: `${server.url}never` });
    expect(result).toMatchObject({
      isError: true,
      text: 'The page could not be loaded: the server did not answer within 1.5 s.',
    });
    expect((await harness.call('screenshot')).state?.tabs[0]?.title).toBe('Troubles');
  });

  test('a page that hangs is told as such and can be left', async () => {
    const clicked = await harness.call('left_click', { target: HANG });
    expect(clicked.isError).toBe(true);
    expect(clicked.text).toMatch(/^The page did not respond within 1.5 s\./);
    const shot = await harness.call('screenshot');
    expect(shot.isError).toBe(true);
    expect(harness.events.map(({ type }) => type)).toEqual(['unresponsive']);
    expect((await harness.call('navigate', { url: `${server.url}input.html` })).text).toContain('Input');
    expect((await harness.call('screenshot')).isError).toBe(false);
    await harness.call('left_click', { target: at(200, 130) });
    await soon(() => expect(recorded('click')).toHaveLength(1));
    expect((await harness.call('navigate', { url: 'back' })).text).toContain('Troubles');
  });

  test('a tab that hangs can be closed', async () => {
    const tabId = (await harness.call('new_tab')).state?.tabs.at(-1)?.tab_id;
    await harness.call('navigate', { url: `${server.url.replace('127.0.0.1', 'localhost')}troubles.html` });
    await harness.call('left_click', { target: HANG });
    const closed = await harness.call('close_tab', { tab_id: tabId });
    expect(closed).toMatchObject({ isError: false });
    expect(closed.state?.tabs).toMatchObject([{ title: 'Troubles', active: true }]);
    expect((await harness.call('screenshot')).isError).toBe(false);
  });
});
