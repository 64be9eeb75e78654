import { buildAndPackage } from '../../scripts/lib/package.mjs';
import { CrashSite, randomNumbers } from '../e2e/support/crashes.ts';
import { atMost, type Figure, missed, reported } from './figure.ts';
import { median, progress, quantile } from './transcript/progress.ts';

const CRASHES = 50;
const LIMIT_MS = 2_000;
const UNIT = 'ms from crash to rows on screen';

/** How long a chat panel whose renderer crashes in mid-run is away, in a real VS Code. */
export async function crash(): Promise<Figure[]> {
  progress('packing the extension');
  await buildAndPackage();
  const site = await CrashSite.start();
  try {
    const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 31));
    progress(`crashing the panel ${CRASHES} times, CRASH_SEED=${seed}`);
    const random = randomNumbers(seed);
    const times: number[] = [];
    let moved = 0;
    let chat = await site.begin();
    for (let count = 0; count < CRASHES; count += 1) {
      const { ms, before, after, chat: back } = await site.crash(chat, random, count % 2 === 0);
      chat = back;
      times.push(ms);
      if (before?.ordinal !== after?.ordinal) moved += 1;
    }
    if (times.some(Number.isNaN))
      return [missed('crash-back-max-ms', UNIT, LIMIT_MS, 'Some never came back.')];
    return [
      atMost('crash-back-max-ms', Math.max(...times), UNIT, LIMIT_MS),
      reported('crash-back-p95-ms', quantile(times, 0.95), UNIT),
      reported('crash-back-p50-ms', median(times), UNIT),
      atMost('crash-moved', moved, `of ${CRASHES} came back at another row`, 0),
    ];
  } finally {
    await site.close();
  }
}
