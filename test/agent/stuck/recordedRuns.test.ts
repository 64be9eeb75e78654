/** Recorded runs (test/support/stuckRuns): those that are stuck are told so, level by level; the honest ones never. */
import { describe, expect, it } from 'vitest';
import type { Level } from '../../../src/agent/stuck/ladder.ts';
import { StuckDetector } from '../../../src/agent/stuck/stuckDetector.ts';
import { type Recording, readRecordings } from '../../support/stuckRuns/recording.ts';
import { SCENARIOS } from '../../support/stuckRuns/scenarios.ts';

const LEVELS: readonly Level[] = ['wait', 'zoom', 'route', 'ask', 'pause'];

interface Reached {
  readonly level: Level;
  /** The model's turn it came in, from 1 on. */
  readonly turn: number;
}

function play(run: Recording): readonly Reached[] {
  const detector = new StuckDetector();
  return run.turns.flatMap((steps, index) => {
    const signs = steps.map((step) => detector.take(step));
    detector.turnEnded();
    return signs.flatMap((sign) => (sign ? [{ level: sign.level, turn: index + 1 }] : []));
  });
}

const recordings = readRecordings();
const stuck = recordings.filter(({ kind }) => kind === 'stuck');
const honest = recordings.filter(({ kind }) => kind === 'honest');

it('has a recording of each run', () => {
  expect(recordings.map(({ name }) => name).sort()).toEqual(SCENARIOS.map(({ name }) => name).sort());
});

describe('a run that is stuck', () => {
  it.each(stuck.map((run) => [run.name, run] as const))('%s', (_name, run) => {
    const reached = play(run);
    const levels = reached.map(({ level }) => level);
    expect(levels.length, 'levels reached').toBeGreaterThanOrEqual(3);
    // In their order, none twice, each read by the model before the next.
    expect(levels.map((level) => LEVELS.indexOf(level))).toEqual(
      [...new Set(levels.map((level) => LEVELS.indexOf(level)))].sort((one, other) => one - other),
    );
    reached.forEach(({ turn }, index) => {
      expect(turn).toBeGreaterThan(reached[index - 1]?.turn ?? 0);
    });
  });

  it('is paused in the end', () => {
    const paused = stuck.filter((run) => play(run).at(-1)?.level === 'pause');
    expect(stuck.filter((run) => !paused.includes(run)).map(({ name }) => name)).toEqual([]);
  });
});

describe('an honest run', () => {
  it.each(honest.map((run) => [run.name, run] as const))('%s', (_name, run) => {
    expect(play(run)).toEqual([]);
  });

  it('is one of many steps', () => {
    expect(honest.flatMap(({ turns }) => turns.flat()).length).toBeGreaterThan(800);
  });
});
