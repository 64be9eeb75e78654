/** Runs in Chromium that are stopped: what the browser is sent is recorded where it is sent, and in the page what arrives. */
import { Connection } from 'puppeteer-core';
import { startHarness } from '../computer/browser/harness.ts';
import { until } from '../computer/desktop/driving.ts';
import { Random } from '../support/desktop/random.ts';
import { startPageServer } from '../support/pageServer.ts';
import { Hands, RandomActs } from './browserActs.ts';
import { type StopReport, stopRuns } from './stopping.ts';

export interface BrowserReport extends StopReport {
  /** From the stop to the last press that the page saw after it, in ms, sorted; 0 where it saw none. */
  readonly seenMs: readonly number[];
}

/** @throws what is not as it must be */
export async function stopInBrowser(stops: number, seed: number): Promise<BrowserReport> {
  const random = new Random(seed);
  const hands = new Hands();
  const acts = new RandomActs(random);
  const listening = listenTo(hands);
  const server = await startPageServer();
  const harness = await startHarness();
  const seenMs: number[] = [];
  const afterStop = async (stopAt: number) => {
    const pressed = hands.sent.filter(({ what, isRepeat }) => isTold(what) && !isRepeat).length;
    const presses = () => server.recorded.filter(({ type }) => type === 'press');
    const held = () => (server.recorded.at(-1)?.held ?? []) as readonly string[];
    await until(() => held().length === 0 && presses().length === pressed, 10_000);
    const last = Number(presses().at(-1)?.at ?? 0) - (performance.timeOrigin + stopAt);
    seenMs.push(Math.max(0, last));
    server.clear();
  };
  try {
    const { isError, text } = await harness.call('navigate', { url: `${server.url}stops.html` });
    if (isError) throw new Error(text);
    const stopped = { computer: harness.computer, sent: hands.sent, random, afterStop };
    const report = await stopRuns(
      stops,
      { ...stopped, kind: 'browser', held: () => hands.held(), acts: () => acts.some() },
      `STOP_SEED=${seed}`,
    );
    return { ...report, seenMs: seenMs.sort((a, b) => a - b) };
  } finally {
    listening.dispose();
    await harness.close();
    await server.close();
  }
}

/** All commands pass here, whatever session they are for. */
interface RawSender {
  _rawSend(callbacks: unknown, method: string, params: unknown, ...rest: unknown[]): unknown;
}

function listenTo(hands: Hands) {
  const sender = Connection.prototype as unknown as RawSender;
  const send = sender._rawSend;
  sender._rawSend = function (this: RawSender, callbacks, method, params, ...rest) {
    hands.take(method, (params ?? {}) as Readonly<Record<string, unknown>>);
    return send.call(this, callbacks, method, params, ...rest);
  };
  return {
    dispose() {
      sender._rawSend = send;
    },
  };
}

/** Whether the page tells of such a press. */
function isTold(what: string): boolean {
  return what.startsWith('+') && !what.startsWith('+insert') && what !== '+wheel';
}
