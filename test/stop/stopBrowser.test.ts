/**
 * Runs in Chromium that are stopped at random moments: what the browser is sent is recorded where it is sent, and what
 * reaches the page, in the page. STOP_SEED repeats a run, STOPS sets how many there are.
 */
import { Connection } from 'puppeteer-core';
import { expect, test, vi } from 'vitest';
import { startHarness } from '../computer/browser/harness.ts';
import { Random } from '../support/desktop/random.ts';
import { startPageServer } from '../support/pageServer.ts';
import { Hands, RandomActs } from './browserActs.ts';
import { describeReport, stopRuns } from './stopping.ts';

const SEED = Number(process.env.STOP_SEED ?? Date.now() % 2 ** 31);
const STOPS = Number(process.env.STOPS ?? 150);

/** All commands pass here, whatever session they are for. */
interface RawSender {
  _rawSend(callbacks: unknown, method: string, params: unknown, ...rest: unknown[]): unknown;
}

function listenTo(hands: Hands) {
  const sender = Connection.prototype as unknown as RawSender;
  const send = sender._rawSend;
  return vi.spyOn(sender, '_rawSend').mockImplementation(function (
    this: RawSender,
    callbacks,
    method,
    params,
    ...rest
  ) {
    hands.take(method, (params ?? {}) as Readonly<Record<string, unknown>>);
    return send.call(this, callbacks, method, params, ...rest);
  });
}

test(`stops in a browser let go of everything at once and say what was done, STOP_SEED=${SEED}`, {
  timeout: 600_000,
}, async () => {
  const random = new Random(SEED);
  const hands = new Hands();
  const acts = new RandomActs(random);
  const listening = listenTo(hands);
  const server = await startPageServer();
  const harness = await startHarness();
  const reached: number[] = [];
  try {
    const { isError, text } = await harness.call('navigate', { url: `${server.url}stops.html` });
    expect(isError, text).toBe(false);
    const report = await stopRuns(
      STOPS,
      {
        ...{ kind: 'browser', computer: harness.computer, sent: hands.sent, random },
        held: () => hands.held(),
        acts: () => acts.some(),
        afterStop: async (stopAt) => {
          const pressed = hands.sent.filter(({ what, isRepeat }) => isTold(what) && !isRepeat).length;
          const presses = () => server.recorded.filter(({ type }) => type === 'press');
          await vi.waitFor(
            () => {
              expect(server.recorded.at(-1)?.held ?? []).toEqual([]);
              expect(presses()).toHaveLength(pressed);
            },
            { timeout: 10_000, interval: 5 },
          );
          const last = Number(presses().at(-1)?.at ?? 0) - (performance.timeOrigin + stopAt);
          reached.push(Math.max(0, last));
          server.clear();
        },
      },
      `STOP_SEED=${SEED}`,
    );
    console.log(`Browser: ${describeReport(report)}`);
    reached.sort((a, b) => a - b);
    const [half, most] = [reached[Math.floor(reached.length / 2)] ?? 0, reached.at(-1) ?? 0];
    console.log(
      `Last press in the page after the stop: p50 ${half.toFixed(1)} ms, max ${most.toFixed(1)} ms`,
    );
    expect(report.stops).toBe(STOPS);
    expect(report.states.interrupted).toBeGreaterThan(STOPS / 3);
  } finally {
    listening.mockRestore();
    await harness.close();
    await server.close();
  }
});

/** Whether the page tells of such a press. */
function isTold(what: string): boolean {
  return what.startsWith('+') && !what.startsWith('+insert') && what !== '+wheel';
}
