import { expect, test } from 'vitest';
import { ScreencastPace } from '../../../src/computer/browser/screencastPace.ts';

function answer(pace: ScreencastPace, times: number, roundTripMs: number): number {
  let changes = 0;
  for (let count = 0; count < times; count++) if (pace.answered(roundTripMs)) changes++;
  return changes;
}

test('the picture is at its best while viewers keep up', () => {
  const pace = new ScreencastPace();
  expect(answer(pace, 500, 20)).toBe(0);
  expect(answer(pace, 500, 90)).toBe(0);
  expect(pace.isBest).toBe(true);
});

test('slow viewers get a lesser picture, step by step down to the least', () => {
  const pace = new ScreencastPace();
  const best = pace.level;
  answer(pace, 5, 400);
  expect(pace.level.quality).toBeLessThan(best.quality);
  expect(pace.level.scale).toBe(1);
  answer(pace, 200, 400);
  expect(pace.level.scale).toBe(0.5);
  expect(answer(pace, 200, 400)).toBe(0);
});

test('one slow answer changes nothing', () => {
  const pace = new ScreencastPace();
  answer(pace, 50, 30);
  expect(answer(pace, 1, 350) + answer(pace, 50, 30)).toBe(0);
});

test('with room to spare it gets better again, and is at its best when the page rests', () => {
  const pace = new ScreencastPace();
  answer(pace, 200, 400);
  const least = pace.level;
  answer(pace, 60, 10);
  expect(pace.level.quality).toBeGreaterThan(least.quality);
  pace.rest();
  expect(pace.isBest).toBe(true);
});
