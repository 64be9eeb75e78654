import { type Disposable, toDisposable } from './lifecycle.ts';

/** Time as code sees it that must be testable without waiting. */
export interface Clock {
  /** ms on a clock that only goes forward; its zero means nothing. */
  now(): number;
  /** Runs `callback` once, `delayMs` from now, unless disposed before. */
  schedule(callback: () => void, delayMs: number): Disposable;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return toDisposable(() => clearTimeout(timer));
  },
};
