import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { History } from '../../src/history/history.ts';
import { INDEX_BATCH, searchedText } from '../../src/history/search.ts';
import { type Item, type NewItem, ordinal, type SessionId } from '../../src/protocol/transcript.ts';
import { answer, erase, newSession, openHistory } from './support.ts';

/** Puts items into a new session. */
function sessionOf(history: History, items: readonly NewItem[]): SessionId {
  const { id } = newSession(history);
  history.transaction(() => {
    for (const [at, item] of items.entries()) {
      history.appendItem(id, { ...item, ordinal: ordinal(at), at } as Item);
    }
  });
  return id;
}

const user = (text: string): NewItem => ({ kind: 'user', text });
const fillers = (count: number) => Array.from({ length: count }, (_, at) => user(`Filler ${at}`));

const action: NewItem = {
  kind: 'action',
  toolset: 'browser',
  member: 'left_click',
  summary: 'Click at (1, 2)',
  input: '{"secret": "input"}',
  points: [],
  before: null,
  state: { status: 'queued' },
};

/** Case and accents taken away with none of the tested code. */
const plain = (text: string) =>
  [...text]
    .map((point) =>
      point
        .normalize('NFKD')
        .replaceAll(/\p{Mark}/gu, '')
        .toUpperCase()
        .toLowerCase(),
    )
    .join('')
    .toWellFormed();

describe('search', () => {
  test('finds parts of words, whatever capitals and accents, and shows where', () => {
    const { history } = openHistory();
    const id = sessionOf(history, [user('Où est la Crème brûlée? 😀 Ici.'), user('nothing')]);
    for (const query of ['creme BRUL', 'crème brûl', 'cre\u0300me brul']) {
      const { hits, total } = history.search(id, query);
      expect(total).toBe(1);
      const [hit] = hits;
      expect(hit?.ordinal).toBe(0);
      expect(hit?.snippet.slice(hit.match.start, hit.match.end)).toBe('Crème brûl');
    }
    expect(history.search(id, 'straße').total).toBe(0);
    expect(history.search(id, '').total).toBe(0);
  });

  test('looks at all that can be read of an item, and at nothing else', () => {
    const { history } = openHistory();
    const image = { sha256: 'a'.repeat(64), mediaType: 'image/png', width: 1, height: 1 } as const;
    const id = sessionOf(history, [
      user('word 1'),
      { kind: 'answer', text: 'word 2', state: 'complete' },
      { kind: 'thinking', text: 'word 3', state: 'complete', durationMs: 1 },
      { ...action, state: { status: 'done', durationMs: 1, result: 'word 4' } },
      { ...action, state: { status: 'failed', durationMs: 1, error: 'word 5' } },
      { kind: 'screenshot', image, scope: 'screen', caption: 'word 6' },
      { kind: 'notice', severity: 'info', text: 'word 7', detail: 'word 8', until: null, actions: [] },
    ]);
    expect(history.search(id, 'word').hits.map((hit) => hit.ordinal)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(history.search(id, 'click AT').total).toBe(2);
    expect(history.search(id, 'word 8').total).toBe(1);
    for (const hidden of ['left_click', 'secret', 'complete', 'ordinal']) {
      expect(history.search(id, hidden).total).toBe(0);
    }
  });

  test('sees what changes after it was taken in, and text that still grows', () => {
    const { history } = openHistory();
    const id = sessionOf(history, [
      { kind: 'notice', severity: 'info', text: 'Waiting', detail: '', until: null, actions: ['retry'] },
      ...fillers(3 * INDEX_BATCH),
    ]);
    const notice = history.readItems(id, ordinal(0), 1)[0] as Item;
    history.replaceItem(id, { ...notice, text: 'Went on' } as Item);
    expect(history.search(id, 'waiting').total).toBe(0);
    expect(history.search(id, 'went on').hits.map((hit) => hit.ordinal)).toEqual([0]);

    const place = history.itemCount(id);
    history.appendItem(id, answer(place, 'It gr', 'streaming'));
    history.appendText(id, ordinal(place), 5, 'ows');
    expect(history.search(id, 'it grows').total).toBe(1);
    const live = answer(place, 'It grows on', 'streaming');
    expect(history.search(id, 'grows on').total).toBe(0);
    expect(history.search(id, 'grows on', 9, [live]).total).toBe(1);
  });

  test('goes with its session', () => {
    const { history } = openHistory();
    const id = sessionOf(history, fillers(2 * INDEX_BATCH));
    const other = sessionOf(history, fillers(INDEX_BATCH));
    expect(history.search(id, 'filler').total).toBe(2 * INDEX_BATCH);
    erase(history, id);
    expect(history.search(id, 'filler').total).toBe(0);
    expect(history.search(other, 'filler', 10)).toMatchObject({ total: INDEX_BATCH });
    expect(history.search(other, 'filler', 10).hits).toHaveLength(10);
  });

  test('finds what a plain look at every item finds', () => {
    const { history } = openHistory();
    const text = fc.oneof(
      fc.stringMatching(/^[abAB éÉ\n]{0,12}$/),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('ﬁn', 'ΟΔΟΣ οδός', 'Straße', 'İı', '한국', '\ud83d', 'e\u0301\u0301x'),
    );
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 12 }),
        fc.oneof(fc.stringMatching(/^[abé]{1,3}$/), text),
        fc.constantFrom(0, INDEX_BATCH),
        (texts, query, padding) => {
          const id = sessionOf(history, [...texts.map(user), ...fillers(padding)]);
          const { hits, total } = history.search(id, query);
          const wanted = plain(query);
          const items = history.readItems(id, ordinal(0), 1_000);
          const expected = items.filter(
            (item) => wanted !== '' && plain(searchedText(item)).includes(wanted),
          );
          expect(hits.map((hit) => hit.ordinal)).toEqual(expected.map((item) => item.ordinal));
          expect(total).toBe(expected.length);
          for (const { snippet, match } of hits) {
            expect(plain(snippet.slice(match.start, match.end))).toContain(wanted);
          }
          erase(history, id);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('finds the nearest prompt before and after', () => {
    const { history } = openHistory();
    const id = sessionOf(history, [user('one'), action, action, user('two'), action]);
    expect(history.findUser(id, ordinal(3), 'before')).toBe(0);
    expect(history.findUser(id, ordinal(0), 'before')).toBeUndefined();
    expect(history.findUser(id, ordinal(0), 'after')).toBe(3);
    expect(history.findUser(id, ordinal(3), 'after')).toBeUndefined();
    expect(history.findUser(id, ordinal(1_000), 'before')).toBe(3);
  });
});
