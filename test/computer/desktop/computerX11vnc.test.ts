import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startX11vnc, type VncServer } from '../../support/desktop/xserver.ts';
import {
  connect,
  createCaller,
  type Driven,
  type Recorder,
  sourceOf,
  startRecorder,
  until,
} from './driving.ts';

describe('the computer toolset on x11vnc', () => {
  let driven: Driven;
  let recorder: Recorder;

  beforeAll(async () => {
    const server: VncServer = await startX11vnc();
    const caller = createCaller({ source: sourceOf(() => server), connect });
    driven = {
      ...caller,
      server,
      async close() {
        await caller.computer.close();
        await server.close();
      },
    };
    recorder = await startRecorder(driven);
  }, 30_000);
  afterAll(() => driven?.close());

  const spelled = (expected: string) =>
    until(() => recorder.spelled() === expected)
      .catch(() => undefined)
      .then(() => expect(recorder.spelled()).toBe(expected));

  it('clicks, scrolls and drags', async () => {
    recorder.clear();
    await driven.call('double_click', { coordinate: [300, 200], text: 'ctrl' });
    await spelled('+Control_L +1 -1 +1 -1 -Control_L');
    recorder.clear();
    await driven.call('scroll', { coordinate: [300, 200], scroll_direction: 'up', scroll_amount: 2 });
    await spelled('+4 -4 +4 -4');
    recorder.clear();
    await driven.call('left_click_drag', { start_coordinate: [10, 20], coordinate: [400, 300] });
    await spelled('+1 -1');
    expect(recorder.seen.find(({ type }) => type === 'ButtonRelease')).toMatchObject({ x: 400, y: 300 });
  });

  it('types, and presses keys', async () => {
    recorder.clear();
    await driven.call('type', { text: 'aB!\n' });
    await spelled('+a -a +Shift_L +B -B -Shift_L +Shift_L +exclam -exclam -Shift_L +Return -Return');
    recorder.clear();
    await driven.call('key', { text: 'ctrl+shift+Left' });
    await spelled('+Control_L +Shift_L +Left -Left -Shift_L -Control_L');
    recorder.clear();
    await driven.call('type', { text: 'é漢' });
    await until(() => recorder.seen.some(({ key }) => key === 'U6F22'));
    expect(recorder.seen.some(({ key }) => key === 'eacute')).toBe(true);
  });
});
