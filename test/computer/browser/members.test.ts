import type { BetaBrowserMemberName } from '@anthropic-ai/sdk/resources/beta';
import { describe, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';
import { at, sizeOf } from './harness.ts';

const BUTTON = at(200, 130);
const TEXT = at(200, 250);
const CANVAS = at(700, 500);

describe('members of the browser toolset', () => {
  const { server, harness, recorded } = useBrowser('input.html');

  test('screenshot is a PNG of the viewport', async () => {
    const { image, state } = await harness.call('screenshot');
    expect(sizeOf(image)).toEqual([1280, 800]);
    expect(state?.tabs).toMatchObject([{ title: 'Input', active: true }]);
  });

  test('zoom fits the region into the viewport', async () => {
    expect(sizeOf((await harness.call('zoom', { region: [100, 100, 300, 160] })).image)).toEqual([1280, 384]);
    expect(sizeOf((await harness.call('zoom', { region: [0, 0, 1280, 800] })).image)).toEqual([1280, 800]);
  });

  test('zoom refuses regions that are empty or not on the screen', async () => {
    for (const region of [
      [0, 0, 1281, 10],
      [-1, 0, 10, 10],
      [10, 10, 10, 20],
      [0, 0, 10],
      ['a', 0, 1, 1],
    ]) {
      const result = await harness.call('zoom', { region });
      expect(result, JSON.stringify(region)).toMatchObject({ isError: true, image: undefined });
      expect(result.text).toContain('region:');
    }
  });

  test('left_click clicks once where it is told to', async () => {
    expect((await harness.call('left_click', { target: BUTTON })).text).toBe('Clicked.');
    await soon(() =>
      expect(recorded('click')).toMatchObject([{ on: 'button', x: 200, y: 130, button: 0, detail: 1 }]),
    );
  });

  test('double_click and triple_click count up', async () => {
    await harness.call('double_click', { target: BUTTON });
    await soon(() => expect(recorded('dblclick')).toHaveLength(1));
    await harness.call('triple_click', { target: at(150, 410) });
    await soon(() => expect(recorded('click').map((click) => click.detail)).toEqual([1, 2, 1, 2, 3]));
    await soon(() => expect(recorded('selection').at(-1)?.text).toBe('some words in a line'));
  });

  test('right_click and middle_click use their buttons', async () => {
    await harness.call('right_click', { target: BUTTON });
    await harness.call('middle_click', { target: BUTTON });
    await soon(() => {
      expect(recorded('contextmenu')).toMatchObject([{ on: 'button', button: 2 }]);
      expect(recorded('auxclick').map(({ button }) => button)).toEqual([2, 1]);
    });
  });

  test('modifiers are held during a click and not after it', async () => {
    await harness.call('left_click', { target: BUTTON, modifiers: 'ctrl+shift' });
    await harness.call('left_click', { target: BUTTON });
    await soon(() => expect(recorded('click').map(({ held }) => held)).toEqual(['ctrl+shift', '']));
    const wrong = await harness.call('left_click', { target: BUTTON, modifiers: 'ctrl+a' });
    expect(wrong).toMatchObject({ isError: true });
  });

  test('hover and mouse_move move the pointer without a button', async () => {
    await harness.call('hover', { target: BUTTON });
    await harness.call('mouse_move', { target: CANVAS });
    await soon(() => {
      expect(recorded('enter')).toHaveLength(1);
      expect(recorded('move').at(-1)).toMatchObject({ x: 700, y: 500, buttons: 0 });
    });
  });

  test('left_click_drag goes the way and drops at the target', async () => {
    await harness.call('left_click_drag', { from: CANVAS, target: at(1000, 600) });
    await soon(() => expect(recorded('mouseup')).toMatchObject([{ x: 1000, y: 600 }]));
    const held = recorded('move').filter(({ buttons }) => buttons === 1);
    expect(held.length).toBeGreaterThanOrEqual(5);
    expect(recorded('mousedown')).toMatchObject([{ x: 700, y: 500 }]);
  });

  test('left_click_drag takes part in drag and drop', async () => {
    await harness.call('left_click_drag', { from: at(640, 140), target: at(1000, 200) });
    await soon(() => expect(recorded('drop')).toMatchObject([{ data: 'a card' }]));
  });

  test('left_mouse_down, mouse_move and left_mouse_up make a drag of one´s own', async () => {
    await harness.call('left_mouse_down', { target: CANVAS });
    await harness.call('mouse_move', { target: at(800, 550) });
    await harness.call('left_mouse_up', { target: at(800, 550) });
    await soon(() => expect(recorded('mouseup')).toMatchObject([{ x: 800, y: 550 }]));
    expect(recorded('move').some(({ x, buttons }) => x === 800 && buttons === 1)).toBe(true);
  });

  test('scroll turns the wheel by notches', async () => {
    await harness.call('scroll', { target: CANVAS, scroll_direction: 'down', scroll_amount: 5 });
    await soon(() => {
      expect(recorded('wheel')).toHaveLength(5);
      expect(recorded('scroll').at(-1)).toMatchObject({ x: 0, y: 500 });
    });
    await harness.call('scroll', { target: CANVAS, scroll_direction: 'up' });
    await soon(() => expect(recorded('scroll').at(-1)).toMatchObject({ y: 200 }));
    await harness.call('scroll', { target: CANVAS, scroll_direction: 'right', scroll_amount: 1 });
    await soon(() => expect(recorded('scroll').at(-1)).toMatchObject({ x: 100 }));
  });

  test('zoom shows the region also where the page is scrolled', async () => {
    const region = [590, 90, 690, 190];
    const before = await harness.call('zoom', { region });
    await harness.call('scroll', { target: CANVAS, scroll_direction: 'down', scroll_amount: 1 });
    const moved = await harness.call('zoom', { region: [590, 0, 690, 90] });
    expect(sizeOf(moved.image)).toEqual([889, 800]);
    await harness.call('scroll', { target: CANVAS, scroll_direction: 'up', scroll_amount: 1 });
    expect((await harness.call('zoom', { region })).image?.equals(before.image as Buffer)).toBe(true);
  });

  test('type enters any text; line breaks are Enter', async () => {
    const text = 'Añb "C"\nд漢字 👩‍👩‍👧\r\nlast';
    await harness.call('left_click', { target: TEXT });
    expect((await harness.call('type', { text })).text).toBe('Typed.');
    await soon(() =>
      expect(recorded('input').at(-1)).toMatchObject({ on: 'text', value: text.replace('\r\n', '\n') }),
    );
    expect(recorded('keydown').filter(({ key }) => key === 'Enter')).toHaveLength(2);
  });

  test('type enters long texts whole', async () => {
    const text = 'All work and no play. '.repeat(1_000).trim();
    await harness.call('left_click', { target: TEXT });
    await harness.call('type', { text });
    await soon(() => expect(recorded('input').at(-1)?.value).toBe(text));
  });

  test('key presses chords, sequences and repeats', async () => {
    await harness.call('left_click', { target: TEXT });
    await harness.call('type', { text: 'abcdef' });
    await harness.call('key', { text: 'BackSpace', repeat: 2 });
    await soon(() => expect(recorded('input').at(-1)?.value).toBe('abcd'));
    await harness.call('key', { text: 'Home Delete shift+x' });
    await soon(() => expect(recorded('input').at(-1)?.value).toBe('Xbcd'));
    expect((await harness.call('key', { text: 'ctrl+a' })).text).toBe('Pressed ctrl+a.');
    await harness.call('key', { text: 'y' });
    await soon(() => expect(recorded('input').at(-1)?.value).toBe('y'));
    await harness.call('key', { text: 'cmd+a' });
    await harness.call('key', { text: 'é' });
    await soon(() => expect(recorded('input').at(-1)?.value).toBe('é'));
  });

  test('hold_key repeats the key and lets go', async () => {
    await harness.call('left_click', { target: TEXT });
    expect((await harness.call('hold_key', { text: 'a', duration: 0.7 })).text).toBe('Held a for 0.7s.');
    await soon(() => expect(recorded('keyup')).toMatchObject([{ key: 'a' }]));
    const downs = recorded('keydown');
    expect(downs[0]).toMatchObject({ key: 'a', repeat: false });
    expect(downs.filter(({ repeat }) => repeat === true).length).toBeGreaterThan(1);
  });

  test('wait waits', async () => {
    const start = performance.now();
    expect((await harness.call('wait', { duration: 0.3 })).text).toBe('Waited 0.3s.');
    expect(performance.now() - start).toBeGreaterThanOrEqual(290);
  });

  test('inputs beyond their limits are refused and do nothing', async () => {
    const refused: ReadonlyArray<readonly [BetaBrowserMemberName, Record<string, unknown>]> = [
      ['left_click', { target: at(1280, 10) }],
      ['left_click', { target: at(-1, 10) }],
      ['left_click', { target: { type: 'ref', ref: 'ref_1' } }],
      ['left_click', {}],
      ['left_click_drag', { from: at(10, 10), target: at(10, 800) }],
      ['scroll', { target: CANVAS, scroll_direction: 'down', scroll_amount: 11 }],
      ['scroll', { target: CANVAS, scroll_direction: 'sideways' }],
      ['type', {}],
      ['key', { text: 'Bogus' }],
      ['key', { text: 'a Bogus' }],
      ['key', { text: 'a', repeat: 101 }],
      ['hold_key', { text: 'a', duration: 31 }],
      ['hold_key', { text: 'a b', duration: 1 }],
      ['wait', { duration: -1 }],
      ['wait', { duration: 31 }],
      ['switch_tab', { tab_id: 'tab_99' }],
      ['switch_tab', {}],
      ['screenshot', { tab_id: 'nope' }],
    ];
    for (const [member, input] of refused)
      expect(await harness.call(member, input), JSON.stringify([member, input])).toMatchObject({
        isError: true,
      });
    await harness.call('left_click', { target: BUTTON });
    await soon(() => expect(recorded('click')).toHaveLength(1));
    expect(recorded('mousedown')).toHaveLength(1);
    expect(recorded('keydown').concat(recorded('wheel'))).toEqual([]);
  });

  test('tabs are opened, listed, switched and closed', async () => {
    const [first] = (await harness.call('list_tabs')).state?.tabs ?? [];
    const opened = await harness.call('new_tab');
    const second = opened.state?.tabs.find((tab) => tab.active);
    expect(opened.state?.state_changes).toEqual([{ type: 'tab_opened', tab_id: second?.tab_id }]);
    expect(second?.tab_id).not.toBe(first?.tab_id);
    const elsewhere = await harness.call('screenshot', { tab_id: first?.tab_id });
    expect(elsewhere.state?.tabs.find((tab) => tab.active)?.tab_id).toBe(second?.tab_id);
    await harness.call('left_click', { target: BUTTON, tab_id: first?.tab_id });
    await soon(() => expect(recorded('click')).toHaveLength(1));
    const switched = await harness.call('switch_tab', { tab_id: first?.tab_id });
    expect(switched.state?.tabs.map(({ active }) => active)).toEqual([true, false]);
    const closed = await harness.call('close_tab', { tab_id: second?.tab_id });
    expect(closed.state?.tabs).toMatchObject([{ tab_id: first?.tab_id, active: true }]);
  });

  test('navigate goes back, forward and reloads', async () => {
    expect((await harness.call('navigate', { url: `${server.url}troubles.html` })).text).toBe(
      `Navigated to ${server.url}troubles.html — Troubles (HTTP 200)`,
    );
    expect((await harness.call('navigate', { url: 'back' })).text).toContain('— Input');
    expect((await harness.call('navigate', { url: 'forward' })).text).toContain('— Troubles');
    expect((await harness.call('navigate', { url: 'reload' })).text).toContain('— Troubles');
    const nowhere = await harness.call('navigate', { url: 'forward' });
    expect(nowhere).toMatchObject({ isError: true, text: 'There is no page to go forward to.' });
  });

  test('navigate follows redirects and completes addresses', async () => {
    const short = server.url.replace('http://', '');
    expect((await harness.call('navigate', { url: `${short}redirect` })).text).toContain(
      `${server.url}input.html`,
    );
    expect((await harness.call('navigate', { url: 'about:blank' })).text).toContain('about:blank');
  });

  test('navigate says what a server or the network answered instead of a page', async () => {
    const failures = [
      [`${server.url}status/404`, 'HTTP 404'],
      [`${server.url}status/503`, 'HTTP 503'],
      [`${server.url}empty/500`, 'HTTP 500'],
      [`${server.url}no-content`, 'ERR_ABORTED'],
      ['http://name.invalid/', 'could not be resolved'],
      ['http://127.0.0.1:9/', 'ERR_'],
    ] as const;
    for (const [url, said] of failures)
      expect(await harness.call('navigate', { url })).toMatchObject({
        isError: true,
        text: expect.stringContaining(said),
      });
  });

  test('navigate refuses what is not of the web', async () => {
    for (const url of ['file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'chrome://version']) {
      const result = await harness.call('navigate', { url });
      expect(result).toMatchObject({ isError: true });
      expect(result.text).toBe('Refused: only http:, https: and about:blank addresses can be opened.');
    }
    expect((await harness.call('list_tabs')).state?.tabs[0]?.url).toBe(`${server.url}input.html`);
  });
});
