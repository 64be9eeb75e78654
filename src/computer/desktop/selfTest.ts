/**
 * Finds out whether the pointer arrives where it is sent: before the first call on a machine and the first one after its
 * screen got another size, and when the user asks. A call never waits long for that, and fails for none of it.
 */
import { untilAborted } from '../../base/delay.ts';
import type { ComputerEvent, PointerCheck } from '../computer.ts';
import type { Desktop } from './desktop.ts';
import type { Point, Size } from './geometry.ts';
import type { DesktopMachine } from './machine.ts';
import { measureClicks } from './selfTestClicks.ts';
import { type MovesOptions, measureMoves } from './selfTestMoves.ts';
import { type Arrival, judged, TOLERATED_PX } from './selfTestPlaces.ts';
import { reportSelfTest } from './selfTestReports.ts';

type Thoroughness = Omit<MovesOptions, 'home'>;

/** In passing: some 40 to 150 ms with TigerVNC. */
const QUICK: Thoroughness = { places: 5, seeMs: 100, limitMs: 300 };

/** When it was asked for. */
const THOROUGH: Thoroughness = { places: 12, seeMs: 400, limitMs: 4_000 };

/** For clicks in a window of ours, which is waited for. In ms. */
const CLICKS_MS = 5_000;

/** For the server to take the pointer out of the picture, beyond the limit. In ms. */
const AFTERWARDS_MS = 300;

export class SelfTest {
  readonly #fire: (event: ComputerEvent) => void;
  /** The calls under way. */
  #calls = 0;
  #testing: Promise<PointerCheck> | undefined;
  /** The size of the screen that the last test in passing was on. */
  #tested: Size | undefined;

  constructor(fire: (event: ComputerEvent) => void) {
    this.#fire = fire;
  }

  /** The next call is on another machine. */
  forget(): void {
    this.#tested = undefined;
  }

  /**
   * Runs a call, after the test that is under way or due.
   * @throws what the call throws; the signal's reason
   */
  async before<T>(desktop: Desktop, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    // Another one may be due, or begun, once this has waited.
    while (this.#testing) await untilAborted(this.#testing, signal);
    if (this.#isDue(desktop)) await this.#test(desktop, () => moved(desktop, QUICK, signal));
    this.#calls += 1;
    try {
      return await call();
    } finally {
      this.#calls -= 1;
    }
  }

  /** For the user, who waits for it: by clicks where there can be a window for them. @throws the signal's reason */
  async check(desktop: Desktop, machine: DesktopMachine, signal: AbortSignal): Promise<PointerCheck> {
    while (this.#testing) await untilAborted(this.#testing, signal);
    if (!this.#isFree(desktop)) return { type: 'busy' };
    return this.#test(desktop, async () => {
      const check = await clicked(desktop, machine, signal);
      return check.type === 'measured' ? check : moved(desktop, THOROUGH, signal);
    });
  }

  #isDue(desktop: Desktop): boolean {
    const { width, height } = desktop.connection.pixels;
    return (this.#tested?.width !== width || this.#tested.height !== height) && this.#isFree(desktop);
  }

  /** A move would drag what is held, and disturb what is done. */
  #isFree({ pointer, keyboard }: Desktop): boolean {
    return this.#calls === 0 && pointer.buttons === 0 && keyboard.held.length === 0;
  }

  async #test(desktop: Desktop, measure: () => Promise<PointerCheck>): Promise<PointerCheck> {
    this.#tested = desktop.coordinates.screen;
    const testing = measure();
    // What waits for it does so whatever comes of it.
    this.#testing = testing.catch(() => ({ type: 'not-measurable' }));
    const start = performance.now();
    let check: PointerCheck;
    try {
      check = await testing;
    } catch (error) {
      this.#tested = undefined;
      throw error;
    } finally {
      this.#testing = undefined;
    }
    reportSelfTest({ check, ms: performance.now() - start });
    if (check.type === 'measured' && check.errorPx > TOLERATED_PX)
      this.#fire({ type: 'pointer-off', errorPx: check.errorPx });
    return check;
  }
}

/** @throws the signal's reason */
async function clicked(
  desktop: Desktop,
  machine: DesktopMachine,
  signal: AbortSignal,
): Promise<PointerCheck> {
  const home = homeOf(desktop);
  return measured({ desktop, by: 'clicks', limitMs: CLICKS_MS, signal }, (ending) =>
    measureClicks(desktop, machine, home, ending),
  );
}

/** @throws the signal's reason */
async function moved(desktop: Desktop, how: Thoroughness, signal: AbortSignal): Promise<PointerCheck> {
  const { connection, pointer, coordinates } = desktop;
  if (!connection.drawPointer || !connection.cursor) return { type: 'not-measurable' };
  const home = homeOf(desktop);
  pointer.movedTo(home);
  return measured({ desktop, by: 'moves', limitMs: how.limitMs + AFTERWARDS_MS, signal }, (ending) =>
    measureMoves(connection, coordinates, { ...how, home }, ending),
  );
}

interface Measuring {
  readonly desktop: Desktop;
  readonly by: 'clicks' | 'moves';
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** @throws the signal's reason */
async function measured(
  { desktop, by, limitMs, signal }: Measuring,
  measure: (ending: AbortSignal) => Promise<readonly Arrival[]>,
): Promise<PointerCheck> {
  const { coordinates } = desktop;
  const ending = AbortSignal.any([signal, desktop.lost, AbortSignal.timeout(limitMs)]);
  try {
    const arrivals = await measure(ending);
    // Where the pointer is drawn a moment longer, what was seen holds all the same.
    await desktop.connection.roundTrip(ending).catch(() => signal.throwIfAborted());
    // The screen may have got another size meanwhile, and the places with it.
    if (desktop.coordinates !== coordinates) return { type: 'not-measurable' };
    return judged(by, arrivals, coordinates);
  } catch {
    signal.throwIfAborted();
    // It is too slow, or gone, which the next call finds by itself.
    return { type: 'not-measurable' };
  }
}

/** Where the pointer is; the middle, where X has it to begin with, while nobody has moved it. */
function homeOf({ pointer: { at }, coordinates: { screen } }: Desktop): Point {
  if (at && at.x < screen.width && at.y < screen.height) return at;
  return { x: Math.floor(screen.width / 2), y: Math.floor(screen.height / 2) };
}
