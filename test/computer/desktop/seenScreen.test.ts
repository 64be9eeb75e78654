import { expect, it } from 'vitest';
import type { ScreenSignature } from '../../../src/base/screenSignature.ts';
import { withSeenScreen } from '../../../src/base/seenScreen.ts';
import { startDriven } from './driving.ts';

it('a desktop tells what it shows without the pointer', async () => {
  const driven = await startDriven();
  try {
    const seen: ScreenSignature[] = [];
    const see = () =>
      withSeenScreen(
        (screen) => seen.push(screen),
        () => driven.call('screenshot'),
      );
    // The bare root window has no pointer of its own.
    driven.server.run('xterm', ['-geometry', '160x60+0+0', '-e', 'sleep', '600']);
    const empty = (await driven.call('screenshot')).image;
    await driven.call('mouse_move', { coordinate: [100, 100] });
    await expect
      .poll(async () => (await driven.call('screenshot')).image, { timeout: 10_000 })
      .not.toEqual(empty);
    await driven.call('mouse_move', { coordinate: [110, 100] });
    const first = await see();
    await driven.call('mouse_move', { coordinate: [500, 400] });
    const second = await see();
    expect(second.image).not.toEqual(first.image);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatchObject({ columns: 32, rows: 24 });
    expect(seen[1]).toEqual(seen[0]);
  } finally {
    await driven.close();
  }
}, 60_000);
