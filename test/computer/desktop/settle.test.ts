import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import { Emitter } from '../../../src/base/emitter.ts';
import type { ScreenChange } from '../../../src/computer/desktop/connection.ts';
import { OwnMotion } from '../../../src/computer/desktop/ownMotion.ts';
import { Settling } from '../../../src/computer/desktop/settle.ts';

const LIMITS = { quietMs: 40, beginMs: 100, settleMs: 2_000 };
const never = new AbortController().signal;

/** Time that passes when it is told to. */
class HandClock implements Clock {
  #now = 0;
  readonly #due: Array<{ readonly at: number; readonly run: () => void }> = [];

  now(): number {
    return this.#now;
  }

  schedule(run: () => void, delayMs: number) {
    const entry = { at: this.#now + delayMs, run };
    this.#due.push(entry);
    return {
      dispose: () => void this.#due.splice(this.#due.indexOf(entry), this.#due.includes(entry) ? 1 : 0),
    };
  }

  /** Goes on to `to`, ms by ms, letting what waits run. */
  async advance(to: number): Promise<void> {
    while (this.#now < to) {
      this.#now += 1;
      for (const entry of this.#due.filter(({ at }) => at <= this.#now)) {
        this.#due.splice(this.#due.indexOf(entry), 1);
        entry.run();
      }
      for (let turn = 0; turn < 4; turn++) await Promise.resolve();
    }
  }
}

function screen() {
  const clock = new HandClock();
  const changes = new Emitter<ScreenChange>();
  const settling = new Settling({ onChange: changes.event }, LIMITS, clock);
  return {
    clock,
    settling,
    change: (x = 0, size = 300) =>
      changes.fire({ type: 'pixels', area: { x, y: 0, width: size, height: size } }),
    cursor: () => changes.fire({ type: 'cursor' }),
    /** When a wait that begins now ends. */
    async restAfter(during: () => Promise<void>) {
      settling.noteInput();
      let ended: { isQuiet: boolean; ms: number } | undefined;
      const rest = settling.rest(never).then((settled) => {
        ended = settled;
      });
      await during();
      await clock.advance(clock.now() + 3_000);
      await rest;
      return ended;
    },
  };
}

describe('the wait for a screen to rest', () => {
  it('gives a screen that shows nothing time to begin', async () => {
    const { restAfter } = screen();
    expect(await restAfter(async () => undefined)).toEqual({ isQuiet: true, ms: 100 });
  });

  it('ends a short while after the last change', async () => {
    const { clock, change, restAfter } = screen();
    const settled = await restAfter(async () => {
      for (const at of [10, 45, 80]) {
        await clock.advance(at);
        change();
      }
    });
    expect(settled).toEqual({ isQuiet: true, ms: 120 });
  });

  it('counts changes since the input', async () => {
    const { clock, change, settling } = screen();
    change();
    settling.noteInput();
    await clock.advance(20);
    change();
    const rest = settling.rest(never);
    await clock.advance(60);
    expect(await rest).toEqual({ isQuiet: true, ms: 60 });
  });

  it('ends at its ceiling where the screen never rests', async () => {
    const { clock, change, restAfter } = screen();
    const settled = await restAfter(async () => {
      for (let at = 10; at <= 2_100; at += 10) {
        await clock.advance(at);
        change();
      }
    });
    expect(settled).toEqual({ isQuiet: false, ms: 2_000 });
  });

  it('does not mind the shape of the pointer', async () => {
    const { clock, cursor, restAfter } = screen();
    const settled = await restAfter(async () => {
      await clock.advance(90);
      cursor();
    });
    expect(settled).toEqual({ isQuiet: true, ms: 100 });
  });

  it('learns what moves by itself, and does not wait for it any more', async () => {
    const { clock, change, restAfter } = screen();
    for (let at = 20; at <= 600; at += 20) {
      await clock.advance(at);
      change(500, 20);
    }
    const settled = await restAfter(async () => {
      for (let at = 620; at <= 800; at += 20) {
        await clock.advance(at);
        change(500, 20);
      }
    });
    expect(settled).toEqual({ isQuiet: true, ms: 100 });
  });

  it('ends with the signal', async () => {
    const { settling } = screen();
    const stop = new AbortController();
    const rest = settling.rest(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(rest).rejects.toThrow('stopped');
  });
});

describe('what moves by itself', () => {
  const caret = { x: 10, y: 10, width: 2, height: 16 };

  it('has changed in one small place for a while without an input', () => {
    const motion = new OwnMotion();
    const blinks = [0, 500, 1_000, 1_500, 2_000].map((at) => motion.explains(caret, at));
    expect(blinks).toEqual([false, false, false, false, true]);
    motion.noteInput();
    expect(motion.explains(caret, 2_500)).toBe(true);
    expect(motion.explains({ ...caret, x: 400 }, 2_600)).toBe(false);
    expect(motion.explains({ ...caret, width: 40 }, 2_700)).toBe(false);
  });

  it('is not what answers inputs', () => {
    const motion = new OwnMotion();
    for (let at = 0; at < 20; at++) {
      motion.noteInput();
      expect(motion.explains(caret, at * 500)).toBe(false);
    }
  });

  it('is not a burst, and not large', () => {
    const motion = new OwnMotion();
    for (let at = 0; at < 10; at++) expect(motion.explains(caret, at * 16)).toBe(false);
    const large = { x: 0, y: 0, width: 400, height: 300 };
    for (let at = 0; at < 20; at++) expect(motion.explains(large, at * 500)).toBe(false);
  });

  it('is forgotten when it has ended', () => {
    const motion = new OwnMotion();
    for (let at = 0; at < 6; at++) motion.explains(caret, at * 500);
    expect(motion.explains(caret, 20_000)).toBe(false);
  });
});
