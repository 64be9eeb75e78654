/** Full-text search over a long session. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History } from '../../../src/history/history.ts';
import { MAX_SEARCH_HITS } from '../../../src/protocol/messages.ts';
import { ordinal } from '../../../src/protocol/transcript.ts';
import { atMost, type Figure, reported } from '../figure.ts';
import { pictureMaker } from './pictures.ts';
import { median, progress } from './progress.ts';
import { rareWord, seedSession } from './sample.ts';

const ITEMS = 20_000;
const SEARCHES = 20;

/**
 * Searches 20,000 items for a word of one item, for one of every second item, and for one that is nowhere. The median
 * of the slowest of the three counts.
 */
export function findFigures(): Figure[] {
  progress('find: 20,000 items');
  const folder = mkdtempSync(join(tmpdir(), 'cuc-bench-'));
  const history = History.open(folder);
  try {
    const image = history.screenshots.put(pictureMaker(0)(0), 'image/png');
    const session = seedSession(history, 'Long', ITEMS, [image]);
    const time = (query: string) => {
      const start = performance.now();
      history.search(session, { query, from: ordinal(0), limit: MAX_SEARCH_HITS, live: [] });
      return performance.now() - start;
    };
    const first = time(rareWord(1));
    const many = (query: (number: number) => string) =>
      median(Array.from({ length: SEARCHES }, (_, number) => time(query(number))));
    const rare = many((number) => rareWord(1 + 4 * Math.floor((number * ITEMS) / 4 / SEARCHES)));
    const common = many(() => 'step');
    const absent = many((number) => `nowhere${number}`);
    return [
      atMost('find-20k-ms', Math.max(rare, common, absent), 'ms, slowest of three medians', 50),
      reported('find-20k-first-ms', first, 'ms, right after opening'),
      reported('find-20k-rare-ms', rare, 'ms, in one item'),
      reported('find-20k-common-ms', common, 'ms, in every second item'),
      reported('find-20k-absent-ms', absent, 'ms, nowhere'),
    ];
  } finally {
    history.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
