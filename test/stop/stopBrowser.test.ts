/** STOP_SEED repeats a run, STOPS sets how many stops there are. */
import { expect, test } from 'vitest';
import { stopInBrowser } from './browserStops.ts';
import { describeReport } from './stopping.ts';

const SEED = Number(process.env.STOP_SEED ?? Date.now() % 2 ** 31);
const STOPS = Number(process.env.STOPS ?? 150);

test(`stops in a browser let go of everything at once and say what was done, STOP_SEED=${SEED}`, {
  timeout: 600_000,
}, async () => {
  const report = await stopInBrowser(STOPS, SEED);
  console.log(`Browser: ${describeReport(report)}`);
  const [half, most] = [report.seenMs[Math.floor(STOPS / 2)] ?? 0, report.seenMs.at(-1) ?? 0];
  console.log(`Last press in the page after the stop: p50 ${half.toFixed(1)} ms, max ${most.toFixed(1)} ms`);
  expect(report.stops).toBe(STOPS);
  expect(report.states.interrupted).toBeGreaterThan(STOPS / 3);
});
