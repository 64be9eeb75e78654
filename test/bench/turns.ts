/** Times two ways of doing the same beside each other. */
import { median } from './transcript/progress.ts';

const WARM_UP = 5;

export interface Comparison {
  /** Of the medians. */
  readonly ratio: number;
  /** Times of one action, ms. */
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** How often each was done, those before the clock ran too. */
  readonly count: number;
}

/** Takes turns, so that whatever else the machine does falls on both. */
export async function compare(
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
  rounds: number,
): Promise<Comparison> {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const [mine, other] = [await timed(ours), await timed(theirs)];
    if (round < 0) continue;
    times.ours.push(mine);
    times.theirs.push(other);
  }
  return { ...times, count: WARM_UP + rounds, ratio: median(times.ours) / median(times.theirs) };
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
