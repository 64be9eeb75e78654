import { expect, test } from 'vitest';
import { Emitter } from '../../../src/base/emitter.ts';
import type { Pixels, ScreenChange } from '../../../src/computer/desktop/connection.ts';
import { warmedUp } from '../../../src/computer/desktop/warmUp.ts';

const never = new AbortController().signal;

class FakeScreen {
  readonly changes = new Emitter<ScreenChange>();
  readonly onChange = this.changes.event;
  readonly pixels: Pixels = { width: 200, height: 100, data: new Uint8Array(200 * 100 * 4).fill(90) };

  /** A window as large as a quarter of the screen. */
  open(): void {
    for (let y = 20; y < 70; y += 1) this.pixels.data.fill(250, (y * 200 + 50) * 4, (y * 200 + 150) * 4);
    this.changes.fire({ type: 'pixels', area: { x: 50, y: 20, width: 100, height: 50 } });
  }
}

test('a desktop that shows its background alone is waited for until a window is there and at rest', async () => {
  const screen = new FakeScreen();
  let isOver = false;
  const waiting = warmedUp(screen, 10_000, never).then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(isOver).toBe(false);
  screen.open();
  await waiting;
  expect(screen.changes.listenerCount).toBe(0);
});

test('one that stays empty is not waited for longer than its limit', async () => {
  await warmedUp(new FakeScreen(), 60, never);
  await warmedUp(new FakeScreen(), 0, never);
});

test('the wait ends with its signal', async () => {
  const screen = new FakeScreen();
  const ending = new AbortController();
  const waiting = warmedUp(screen, 10_000, ending.signal);
  ending.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  expect(screen.changes.listenerCount).toBe(0);
});
