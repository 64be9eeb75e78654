/** Full-text search over a long session. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History } from '../../../src/history/history.ts';
import type { SessionId } from '../../../src/protocol/transcript.ts';
import { atMost, type Figure, missed } from '../figure.ts';
import { pictureMaker } from './pictures.ts';
import { median, progress } from './progress.ts';
import { rareWord, seedSession } from './sample.ts';

const ITEMS = 20_000;
const SEARCHES = 20;

/** What a history that can search offers; asked for by name until every history does. */
interface Searchable {
  search(session: SessionId, text: string): unknown;
}

/** Median time of a search for a word that stands in one of 20,000 items. */
export function findFigures(): Figure[] {
  const unit = 'ms, median';
  const folder = mkdtempSync(join(tmpdir(), 'cuc-bench-'));
  const history = History.open(folder);
  try {
    if (!isSearchable(history)) return [missed('find-20k-ms', unit, 50, 'The history cannot search yet.')];
    progress('find: 20,000 items');
    const image = history.screenshots.put(pictureMaker(0)(0), 'image/png');
    const session = seedSession(history, 'Long', ITEMS, [image]);
    const times = Array.from({ length: SEARCHES }, (_, number) => {
      const start = performance.now();
      history.search(session, rareWord(1 + 4 * Math.floor((number * ITEMS) / 4 / SEARCHES)));
      return performance.now() - start;
    });
    return [atMost('find-20k-ms', median(times), unit, 50)];
  } finally {
    history.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

function isSearchable(history: object): history is Searchable {
  return 'search' in history && typeof history.search === 'function';
}
