/** How far a call got that is cut short, told by the driver to whoever runs the call, which none of them knows. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** `done` of `of` were sent. With `isAtLeast` maybe more. */
export interface Progress {
  readonly unit: 'characters' | 'key-presses' | 'notches';
  readonly done: number;
  readonly of: number;
  readonly isAtLeast?: boolean;
}

/** `not-begun`: nothing of it was done. `unknown`: it was begun. */
export type HowFar = 'not-begun' | 'unknown' | Progress;

interface Call {
  howFar: HowFar;
}

const calls = new AsyncLocalStorage<Call>();

/** Runs a call; `howFar` answers at any time how far it got, as far as it was told. */
export function withProgress<T>(run: (howFar: () => HowFar) => T): T {
  const call: Call = { howFar: 'unknown' };
  return calls.run(call, () => run(() => call.howFar));
}

/** Of the call that this runs in. */
export function howFar(): HowFar {
  return calls.getStore()?.howFar ?? 'unknown';
}

/** What follows only waits for what the call needs: its computer, its turn. */
export function noteNotBegun(): void {
  note('not-begun');
}

/** Whatever follows may have an effect. */
export function noteBegun(): void {
  note('unknown');
}

export function noteProgress(progress: Progress): void {
  note(progress);
}

function note(howFar: HowFar): void {
  const call = calls.getStore();
  if (call) call.howFar = howFar;
}
