/** The first look at a desktop that was started a moment ago. */
import { delay } from '../../base/delay.ts';
import type { DesktopConnection, Pixels } from './connection.ts';

/** Between two looks, and for the screen to have been the same, in ms. */
const LOOK_MS = 50;
const QUIET_MS = 150;

/** How many places of the screen are looked at, across and down. */
const PLACES = 48;

/**
 * Waits until the programs that a desktop opens by itself show, so that the first screenshot is not one of the background
 * alone, which a model takes for all there is.
 *
 * @param limitMs - nothing may come after all
 * @throws the signal's reason
 */
export async function warmedUp(
  connection: Pick<DesktopConnection, 'pixels' | 'onChange'>,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  let changedAt = performance.now();
  const listening = connection.onChange(({ type }) => {
    if (type !== 'cursor') changedAt = performance.now();
  });
  const end = changedAt + limitMs;
  try {
    while (performance.now() < end) {
      const isQuiet = performance.now() - changedAt >= QUIET_MS;
      if (isQuiet && !isOneColour(connection.pixels)) return;
      await delay(LOOK_MS, signal);
    }
  } finally {
    listening.dispose();
  }
}

function isOneColour({ width, height, data }: Pixels): boolean {
  const words = new Uint32Array(data.buffer, data.byteOffset, width * height);
  for (let row = 0; row < PLACES; row += 1) {
    for (let column = 0; column < PLACES; column += 1) {
      const y = Math.floor(((row + 0.5) * height) / PLACES);
      const x = Math.floor(((column + 0.5) * width) / PLACES);
      if (words[y * width + x] !== words[0]) return false;
    }
  }
  return true;
}
