import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readImageInfo } from '../../../src/base/imageInfo.ts';
import { type Driven, type Recorder, startDriven, startRecorder, until } from './driving.ts';

describe('the computer toolset on a real X server', () => {
  let driven: Driven;
  let recorder: Recorder;

  beforeAll(async () => {
    driven = await startDriven();
    recorder = await startRecorder(driven);
  }, 30_000);
  afterAll(() => driven?.close());
  beforeEach(async () => {
    await driven.call('mouse_move', { coordinate: [5, 5] });
    recorder.clear();
  });

  const spelled = (expected: string) =>
    until(() => recorder.spelled() === expected)
      .catch(() => undefined)
      .then(() => expect(recorder.spelled()).toBe(expected));

  it('serves all 17 members', () => {
    expect(driven.computer.toolset).toMatchObject({ type: 'computer_toolset_20260801' });
    expect(JSON.parse(JSON.stringify(driven.computer.toolset))).toEqual({
      type: 'computer_toolset_20260801',
    });
  });

  it.each([
    ['left_click', '+1 -1'],
    ['right_click', '+3 -3'],
    ['middle_click', '+2 -2'],
    ['double_click', '+1 -1 +1 -1'],
    ['triple_click', '+1 -1 +1 -1 +1 -1'],
  ] as const)('%s clicks at the place', async (member, expected) => {
    expect(await driven.call(member, { coordinate: [300, 200] })).toMatchObject({ isError: false });
    await spelled(expected);
    const buttons = recorder.seen.filter(({ button }) => button !== undefined);
    expect(buttons.every(({ x, y }) => x === 300 && y === 200)).toBe(true);
  });

  it('clicks where the pointer is without a place, and holds keys meanwhile', async () => {
    await driven.call('mouse_move', { coordinate: [77, 88] });
    await driven.call('left_click', { text: 'ctrl+shift' });
    await spelled('+Control_L +Shift_L +1 -1 -Shift_L -Control_L');
    expect(recorder.seen.find(({ type }) => type === 'ButtonPress')).toMatchObject({
      x: 77,
      y: 88,
      state: 5,
    });
  });

  it('left_click_drag goes there in steps', async () => {
    await driven.call('left_click_drag', {
      start_coordinate: [100, 100],
      coordinate: [400, 300],
      text: 'alt',
    });
    await spelled('+Alt_L +1 -1 -Alt_L');
    const moves = recorder.seen.filter(({ type, state }) => type === 'MotionNotify' && (state & 0x100) !== 0);
    expect(moves.length).toBeGreaterThanOrEqual(8);
    const xs = moves.map(({ x }) => x);
    expect(xs).toEqual(xs.toSorted((a, b) => a - b));
    const press = recorder.seen.find(({ type }) => type === 'ButtonPress');
    const release = recorder.seen.find(({ type }) => type === 'ButtonRelease');
    expect(press).toMatchObject({ x: 100, y: 100 });
    expect(release).toMatchObject({ x: 400, y: 300 });
  });

  it('left_mouse_down holds the button until left_mouse_up', async () => {
    await driven.call('mouse_move', { coordinate: [50, 60] });
    await driven.call('left_mouse_down');
    await driven.call('mouse_move', { coordinate: [150, 160] });
    await driven.call('left_mouse_up');
    await spelled('+1 -1');
    expect(recorder.seen.find(({ type }) => type === 'ButtonRelease')).toMatchObject({ x: 150, y: 160 });
  });

  it('cursor_position tells where the pointer was moved to', async () => {
    await driven.call('mouse_move', { coordinate: [321, 123] });
    expect((await driven.call('cursor_position')).text).toBe('X=321,Y=123');
    await until(() => recorder.seen.some(({ x, y }) => x === 321 && y === 123));
  });

  it.each([
    ['up', 4],
    ['down', 5],
    ['left', 6],
    ['right', 7],
  ] as const)('scroll %s turns the wheel notch by notch', async (direction, button) => {
    const input = { coordinate: [200, 200], scroll_direction: direction, scroll_amount: 3, text: 'shift' };
    expect(await driven.call('scroll', input)).toMatchObject({ isError: false });
    const notch = `+${button} -${button}`;
    await spelled(`+Shift_L ${notch} ${notch} ${notch} -Shift_L`);
  });

  it.each([
    [{ text: 'Return' }, '+Return -Return'],
    [{ text: 'ctrl+shift+t' }, '+Control_L +Shift_L +T -T -Shift_L -Control_L'],
    [{ text: 'ctrl+A' }, '+Control_L +a -a -Control_L'],
    [{ text: 'cmd+c' }, '+Super_L +c -c -Super_L'],
    [{ text: 'shift+Tab' }, '+Shift_L +ISO_Left_Tab -ISO_Left_Tab -Shift_L'],
    [{ text: 'A' }, '+Shift_L +A -A -Shift_L'],
    [{ text: 'ctrl++' }, '+Control_L +Shift_L +plus -plus -Shift_L -Control_L'],
    [{ text: 'Page_Down F5 esc' }, '+Next -Next +F5 -F5 +Escape -Escape'],
    [{ text: 'Left', repeat: 3 }, '+Left -Left +Left -Left +Left -Left'],
    [{ text: 'alt+F4' }, '+Alt_L +F4 -F4 -Alt_L'],
  ])('key %j', async (input, expected) => {
    expect(await driven.call('key', input)).toMatchObject({ isError: false });
    await spelled(expected);
  });

  it('key repeats up to 100 times', async () => {
    await driven.call('key', { text: 'x', repeat: 100 });
    await spelled(Array(100).fill('+x -x').join(' '));
    expect((await driven.call('key', { text: 'x', repeat: 101 })).isError).toBe(true);
  });

  it('hold_key holds, and the key repeats', async () => {
    await driven.call('hold_key', { text: 'ctrl+Right', duration: 0.7 });
    await until(() => recorder.spelled().endsWith('-Control_L'));
    const presses = recorder.seen.filter(({ type, key }) => type === 'KeyPress' && key === 'Right');
    expect(presses.length).toBeGreaterThan(2);
    expect(recorder.spelled().startsWith('+Control_L +Right')).toBe(true);
  });

  it('type types', async () => {
    expect((await driven.call('type', { text: 'aB\t1!\n' })).text).toBe('Typed.');
    await spelled(
      '+a -a +Shift_L +B -B -Shift_L +Tab -Tab +1 -1 +Shift_L +exclam -exclam -Shift_L +Return -Return',
    );
  });

  it('wait waits', async () => {
    const start = performance.now();
    expect((await driven.call('wait', { duration: 0.2 })).text).toBe('Waited 0.2s.');
    expect(performance.now() - start).toBeGreaterThanOrEqual(199);
    expect((await driven.call('wait', { duration: 301 })).isError).toBe(true);
  });

  it('screenshot shows the screen, zoom a part of it', async () => {
    const { image } = await driven.call('screenshot');
    expect(image && readImageInfo(image)).toEqual({ mediaType: 'image/png', width: 1024, height: 768 });
    const zoomed = await driven.call('zoom', { region: [0, 0, 256, 192] });
    expect(zoomed.image && readImageInfo(zoomed.image)).toEqual({
      mediaType: 'image/png',
      width: 1024,
      height: 768,
    });
  });

  it.each([
    ['left_click', { coordinate: [1024, 5] }],
    ['left_click', { coordinate: [-1, 5] }],
    ['left_click', { coordinate: [5] }],
    ['left_click', { coordinate: 'here' }],
    ['left_click', { coordinate: [5, 5], text: 'nonsense' }],
    ['mouse_move', {}],
    ['left_click_drag', { start_coordinate: [1, 1], coordinate: [1, 768] }],
    ['scroll', { coordinate: [1, 1], scroll_direction: 'away', scroll_amount: 1 }],
    ['scroll', { coordinate: [1, 1], scroll_direction: 'up', scroll_amount: -1 }],
    ['zoom', { region: [0, 0, 2000, 10] }],
    ['zoom', { region: [10, 10, 10, 20] }],
    ['key', { text: 'nonsense+a' }],
    ['key', { text: '' }],
    ['hold_key', { text: 'a b', duration: 1 }],
    ['hold_key', { text: 'a', duration: 301 }],
    ['type', { text: 'bell \u0007' }],
    ['type', {}],
  ] as const)('%s refuses %j and does nothing', async (member, input) => {
    const answer = await driven.call(member, input);
    expect(answer.isError).toBe(true);
    await driven.call('key', { text: 'z' });
    await spelled('+z -z');
  });

  it('lets go of everything when it is stopped in the middle of a drag or a hold', async () => {
    const dragging = new AbortController();
    const drag = driven.callAborted(
      'left_click_drag',
      { start_coordinate: [10, 10], coordinate: [900, 700], text: 'shift' },
      dragging.signal,
    );
    await until(() =>
      recorder.seen.some(({ type, state }) => type === 'MotionNotify' && (state & 0x100) !== 0),
    );
    dragging.abort();
    expect(await drag).toBeInstanceOf(Error);
    await spelled('+Shift_L +1 -1 -Shift_L');
    expect(recorder.seen.at(-1)?.x).toBeLessThan(900);

    recorder.clear();
    const holding = new AbortController();
    const hold = driven.callAborted('hold_key', { text: 'ctrl+alt+a', duration: 300 }, holding.signal);
    await until(() => recorder.spelled() === '+Control_L +Alt_L +a');
    holding.abort();
    await hold;
    await spelled('+Control_L +Alt_L +a -a -Alt_L -Control_L');
  });

  it('lets go of a button that an earlier call of the stopped run left down', async () => {
    const run = new AbortController();
    expect(await driven.callAborted('left_mouse_down', {}, run.signal)).toBeUndefined();
    await spelled('+1');
    run.abort();
    await spelled('+1 -1');
  });
});
