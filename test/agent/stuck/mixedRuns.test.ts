/** Recorded runs put together in other ways: what comes before, how turns are cut and how often one looks makes no difference. */
import { describe, expect, it } from 'vitest';
import type { Step } from '../../../src/agent/stuck/step.ts';
import { Random } from '../../support/desktop/random.ts';
import { readRecordings } from '../../support/stuckRuns/recording.ts';
import { signsOf } from './steps.ts';

type Turns = readonly (readonly Step[])[];

const recordings = readRecordings();
const honest = recordings.filter(({ kind }) => kind === 'honest');
const stuck = recordings.filter(({ kind }) => kind === 'stuck');
const wait: Step = { member: 'wait', input: { duration: 1 }, isFailed: false, text: '', durationMs: 1_000 };

/** Several turns as one: a model that does much at once. */
function batched(turns: Turns, size: number): Turns {
  return Array.from({ length: Math.ceil(turns.length / size) }, (_, n) =>
    turns.slice(n * size, (n + 1) * size).flat(),
  );
}

const single = (turns: Turns): Turns => turns.flatMap((steps) => steps.map((step) => [step]));

/** Each look is taken twice. */
const lookingTwice = (turns: Turns): Turns =>
  turns.map((steps) => steps.flatMap((step) => (step.screen ? [step, step] : [step])));

const waiting = (turns: Turns, random: Random): Turns =>
  turns.map((steps) => steps.flatMap((step) => (random.below(3) === 0 ? [wait, step] : [step])));

describe('honest runs are never flagged', () => {
  it('one after another, in any order (20 permutations)', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const random = new Random(seed);
      const rest = [...honest];
      const order = honest.map(() => rest.splice(random.below(rest.length), 1)[0] ?? honest[0]);
      const turns = order.flatMap((run) => run?.turns ?? []);
      expect(signsOf(turns), `seed ${seed}`).toEqual([]);
    }
  });

  it.each(honest.map((run) => [run.name, run] as const))(
    '%s, however it is cut and looked at',
    (_name, run) => {
      expect(signsOf(single(run.turns)), 'one call at a time').toEqual([]);
      for (const size of [2, 3, 7]) expect(signsOf(batched(run.turns, size)), `${size} at once`).toEqual([]);
      expect(signsOf(lookingTwice(run.turns)), 'looking twice').toEqual([]);
      for (let seed = 1; seed <= 4; seed += 1)
        expect(signsOf(waiting(run.turns, new Random(seed))), `with waits, seed ${seed}`).toEqual([]);
    },
  );
});

describe('stuck runs are found', () => {
  it.each(stuck.map((run) => [run.name, run] as const))('%s, whatever came before', (_name, run) => {
    for (const before of honest.filter((_run, index) => index % 3 === 0)) {
      const signs = signsOf([...before.turns, ...run.turns]);
      expect(signs.length, `after ${before.name}`).toBeGreaterThanOrEqual(3);
    }
  });
});
