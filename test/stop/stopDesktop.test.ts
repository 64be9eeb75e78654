/** STOP_SEED repeats a run, STOPS sets how many stops there are. */
import { describe, expect, it } from 'vitest';
import { stopOnRecorded, stopOnTigerVnc } from './desktopStops.ts';
import { describeReport } from './stopping.ts';

const SEED = Number(process.env.STOP_SEED ?? Date.now() % 2 ** 31);
const STOPS = Number(process.env.STOPS ?? 125);
const STOPS_ON_TIGERVNC = Math.ceil(STOPS / 5);

describe(`stops on a desktop, STOP_SEED=${SEED}`, () => {
  it('let go of everything at once and say what was done', { timeout: 600_000 }, async () => {
    const report = await stopOnRecorded(STOPS, SEED);
    console.log(`Recorded desktop: ${describeReport(report)}`);
    expect(report.stops).toBe(STOPS);
    expect(report.states.interrupted).toBeGreaterThan(STOPS / 3);
  });

  it('leave nothing down for the programs of TigerVNC’s desktop', { timeout: 600_000 }, async () => {
    const report = await stopOnTigerVnc(STOPS_ON_TIGERVNC, SEED);
    console.log(`TigerVNC: ${describeReport(report)}`);
    expect(report.stops).toBe(STOPS_ON_TIGERVNC);
  });
});
