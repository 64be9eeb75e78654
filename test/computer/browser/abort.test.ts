import { beforeEach, describe, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';
import { at } from './harness.ts';

describe('an aborted call', () => {
  const { server, harness, recorded } = useBrowser('input.html');

  beforeEach(async () => {
    await harness.call('left_click', { target: at(200, 250) });
    server.clear();
  });

  /** Aborts once the page has reported `type` so many `times`. @returns how long the call took to end then, in milliseconds */
  async function abortAfter(
    type: string,
    member: 'hold_key' | 'left_click_drag' | 'type' | 'key',
    input: Record<string, unknown>,
    times = 1,
  ) {
    const abort = new AbortController();
    const ended = harness.callAborted(member, input, abort.signal);
    await soon(() => expect(recorded(type).length).toBeGreaterThanOrEqual(times));
    const start = performance.now();
    abort.abort();
    expect(await ended).toBeInstanceOf(Error);
    return performance.now() - start;
  }

  test('hold_key lets go of all its keys', async () => {
    const took = await abortAfter('keydown', 'hold_key', { text: 'ctrl+shift+x', duration: 30 }, 3);
    expect(took).toBeLessThan(1_000);
    await soon(() =>
      expect(recorded('keyup').map(({ code }) => code)).toEqual(['KeyX', 'ShiftLeft', 'ControlLeft']),
    );
    await harness.call('key', { text: 'a' });
    await soon(() =>
      expect(recorded('keydown').at(-1)).toMatchObject({ key: 'a', ctrl: false, shift: false }),
    );
  });

  test('a button that an earlier call pressed is let go', async () => {
    const abort = new AbortController();
    await harness.callAborted('left_mouse_down', { target: at(700, 500) }, abort.signal);
    abort.abort();
    await soon(() => expect(recorded('mouseup')).toMatchObject([{ x: 700, y: 500 }]));
    await harness.call('mouse_move', { target: at(800, 500) });
    await soon(() => expect(recorded('move').at(-1)).toMatchObject({ x: 800, buttons: 0 }));
  });

  test('left_click_drag lets go on its way', async () => {
    await abortAfter('mousedown', 'left_click_drag', { from: at(620, 420), target: at(1080, 680) });
    await soon(() => expect(recorded('mouseup')).toHaveLength(1));
  });

  test('typing and repeated keys stop', async () => {
    await abortAfter('keydown', 'key', { text: 'b', repeat: 100 });
    await abortAfter('keydown', 'type', { text: 'a'.repeat(1_000) });
    const value = () => String(recorded('input').at(-1)?.value ?? '');
    await harness.call('key', { text: 'z' });
    await soon(() => expect(value().endsWith('z')).toBe(true));
    expect(value().length).toBeLessThan(1_100);
  });

  test('wait, a navigation and a call in the queue end at once', async () => {
    const start = performance.now();
    const abort = new AbortController();
    const calls = [
      harness.callAborted('wait', { duration: 30 }, abort.signal),
      harness.callAborted('wait', { duration: 30 }, abort.signal),
    ];
    abort.abort();
    for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(Error);
    const second = new AbortController();
    const navigation = harness.callAborted('navigate', { url: `${server.url}never` }, second.signal);
    setTimeout(() => second.abort(), 50);
    expect(await navigation).toBeInstanceOf(Error);
    expect(performance.now() - start).toBeLessThan(3_000);
    expect((await harness.call('screenshot')).state?.tabs[0]?.title).toBe('Input');
  });
});
