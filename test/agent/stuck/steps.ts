/** Calls as the detector takes them, made up. */
import type { Step } from '../../../src/agent/stuck/step.ts';
import { type Sign, StuckDetector } from '../../../src/agent/stuck/stuckDetector.ts';
import type { ScreenSignature } from '../../../src/base/screenSignature.ts';

const COLUMNS = 40;
const ROWS = 25;

/** A screen by what is in some of its blocks. */
export function screenOf(...blocks: readonly (readonly [index: number, value: number])[]): ScreenSignature {
  const values = new Uint32Array(COLUMNS * ROWS);
  for (const [index, value] of blocks) values[index] = value;
  return { columns: COLUMNS, rows: ROWS, blocks: values };
}

/** One that differs from all others in all blocks. */
export function pageOf(value: number): ScreenSignature {
  return { columns: COLUMNS, rows: ROWS, blocks: new Uint32Array(COLUMNS * ROWS).fill(value) };
}

export function step(member: string, input: unknown = {}, more: Partial<Step> = {}): Step {
  return { member, input, isFailed: false, text: '', durationMs: 10, ...more };
}

export const click = (x: number, y: number): Step =>
  step('left_click', { target: { type: 'coordinate', x, y } }, { text: 'Clicked.' });

export const look = (signature: ScreenSignature): Step =>
  step('screenshot', {}, { screen: { width: 1280, height: 800, signature } });

/** What the detector says to turns of these steps. */
export function signsOf(turns: Iterable<readonly Step[]>, detector = new StuckDetector()): readonly Sign[] {
  const signs: Sign[] = [];
  for (const steps of turns) {
    for (const each of steps) {
      const sign = detector.take(each);
      if (sign) signs.push(sign);
    }
    detector.turnEnded();
  }
  return signs;
}

/** `count` turns of the same kind. */
export function turnsOf(count: number, turn: (n: number) => readonly Step[]): readonly (readonly Step[])[] {
  return Array.from({ length: count }, (_, n) => turn(n));
}
