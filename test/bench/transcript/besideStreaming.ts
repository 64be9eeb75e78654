/** Streaming into a long session while its user does something else in it. */
import type { Frame } from 'playwright-core';
import { idle, send } from '../../e2e/support/chat.ts';
import { readProbe } from './longWorkbench.ts';
import type { LongTask } from './probe.ts';
import { progress } from './progress.ts';

const SECONDS = 8;
/** In every second item of a sample session, and in the answer that streams. */
const WORD = 'the';

export type Pastime = 'find' | 'reading';

export interface Beside {
  readonly tasks: readonly LongTask[];
  readonly bytesPerSecond: number;
  /** Of {@link bytesPerSecond}, what answers searches. */
  readonly searchBytesPerSecond: number;
}

/** Streams for some seconds, beginning once the answer is there, and stops the run. */
export async function measureBeside(frame: Frame, pastime: Pastime): Promise<Beside> {
  progress(`streaming for ${SECONDS} s, ${pastime}`);
  await send(frame, 'Please write a long answer.');
  await frame.waitForSelector('.row .answer.is-streaming');
  if (pastime === 'find') await lookFor(frame);
  else {
    await frame.$eval('.scroller', (scroller) => scroller.scrollTo(0, scroller.scrollHeight / 2));
    await frame.waitForSelector('.row[aria-busy="false"]');
  }
  const before = await readProbe(frame);
  await frame.waitForTimeout(SECONDS * 1_000);
  const after = await readProbe(frame);
  if (pastime === 'find') await frame.press('.find-input', 'Escape');
  // A short answer may have ended by itself.
  await frame.evaluate(() => document.querySelector<HTMLElement>('.composer [aria-label^="Stop"]')?.click());
  await idle(frame);
  return {
    tasks: after.tasks.slice(before.tasks.length),
    bytesPerSecond: (after.bytes - before.bytes) / SECONDS,
    searchBytesPerSecond: (after.searchBytes - before.searchBytes) / SECONDS,
  };
}

/** Opens Find, and goes back to the end, where the answer is written. */
async function lookFor(frame: Frame): Promise<void> {
  await frame.press('.scroller', 'Control+f');
  await frame.fill('.find-input', WORD);
  await frame.waitForFunction(() =>
    / of [1-9]/.test(document.querySelector('.find-count')?.textContent ?? ''),
  );
  await frame.press('.scroller', 'Control+End');
  await frame.waitForSelector('.row .answer.is-streaming');
}
