/**
 * Measures where clicks arrive, in a window of ours that covers the screen: the whole way from a place on the screenshot
 * to what an application is told.
 */
import { delay } from '../../base/delay.ts';
import type { Pixels } from './connection.ts';
import type { Desktop } from './desktop.ts';
import type { Point } from './geometry.ts';
import type { DesktopMachine } from './machine.ts';
import { type Arrival, placesOf } from './selfTestPlaces.ts';

/** For the window to cover the screen, and between two looks; ms. */
const WINDOW_MS = 2_000;
const LOOK_MS = 20;

/** For the window to have taken the last click, and to be gone; ms. */
const AFTERWARDS_MS = 100;

/** `xev` has a small window in the corner of its own. In px. */
const CORNER = 80;

/** Between two pixels that are looked at, in px. */
const STEP = 3;

/**
 * Nothing may be held down or under way. Answers nothing where there is no such window, or it did not come.
 * @param home - where the pointer is put afterwards, in px of the screen
 * @throws the signal's reason, and what a round trip throws
 */
export async function measureClicks(
  desktop: Desktop,
  machine: DesktopMachine,
  home: Point,
  signal: AbortSignal,
): Promise<Arrival[]> {
  const { coordinates, pointer } = desktop;
  const targets = placesOf(coordinates, 0);
  const recorder = machine.recordClicks?.();
  if (!recorder) return [];
  let presses: readonly Point[] = [];
  let isClicked = false;
  try {
    if (!(await isCovered(desktop, signal))) return [];
    for (const target of targets) {
      pointer.move(coordinates.toScreen(target));
      await pointer.click('left', 1, signal);
      await desktop.roundTrip(signal);
    }
    await delay(AFTERWARDS_MS, signal);
    isClicked = true;
  } finally {
    pointer.move(home);
    presses = await recorder.end();
  }
  await delay(AFTERWARDS_MS, signal);
  // A click that was lost would make others those of the wrong places.
  if (!isClicked || presses.length !== targets.length) return [];
  return targets.map((target, at) => ({ target, arrived: presses[at] }));
}

/** Nothing is clicked before the window is all there is: what is below it could be anything. */
async function isCovered(desktop: Desktop, signal: AbortSignal): Promise<boolean> {
  const end = performance.now() + WINDOW_MS;
  while (performance.now() < end) {
    await desktop.roundTrip(signal);
    if (isBlack(desktop.connection.pixels)) return true;
    await delay(LOOK_MS, signal);
  }
  return false;
}

function isBlack({ width, height, data }: Pixels): boolean {
  const words = new Uint32Array(data.buffer, data.byteOffset, width * height);
  for (let y = 0; y < height; y += STEP) {
    for (let x = y < CORNER ? CORNER : 0; x < width; x += STEP) {
      if (((words[y * width + x] ?? 0) & 0xff_ff_ff) !== 0) return false;
    }
  }
  return true;
}
