import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { History } from '../../src/history/history.ts';
import { INDEX_BATCH, searchedText } from '../../src/history/search.ts';
import { type Item, type NewItem, ordinal, type SessionId } from '../../src/protocol/transcript.ts';
import { answer, erase, newSession, openHistory, search } from './support.ts';

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
  input: '{"field": "input"}',
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
  test('finds parts of words, whatever capitals and accents', () => {
    const { history } = openHistory();
    const id = sessionOf(history, [user('Où est la Crème brûlée? 😀 Ici.'), user('nothing')]);
    for (const query of ['creme BRUL', 'crème brûl', 'cre\u0300me brul']) {
      expect(search(history, id, query)).toMatchObject({ ordinals: [0], total: 1 });
    }
    expect(search(history, id, 'straße').total).toBe(0);
    expect(search(history, id, '').total).toBe(0);
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
    expect(search(history, id, 'word').ordinals).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(search(history, id, 'click AT').total).toBe(2);
    expect(search(history, id, 'word 8').total).toBe(1);
    expect(search(history, id, '"field": "INPUT"').ordinals).toEqual([3, 4]);
    expect(search(history, id, 'browser.left_click').total).toBe(2);
    for (const hidden of ['toolset', 'complete', 'ordinal']) {
      expect(search(history, id, hidden).total).toBe(0);
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
    expect(search(history, id, 'waiting').total).toBe(0);
    expect(search(history, id, 'went on').ordinals).toEqual([0]);

    const place = history.itemCount(id);
    history.appendItem(id, answer(place, 'It gr', 'streaming'));
    history.appendText(id, ordinal(place), 5, 'ows');
    expect(search(history, id, 'it grows').total).toBe(1);
    const live = answer(place, 'It grows on', 'streaming');
    expect(search(history, id, 'grows on').total).toBe(0);
    expect(search(history, id, 'grows on', { live: [live] }).total).toBe(1);
  });

  test('looks again only from where items may have changed, and tells how many hits come before', () => {
    const { history } = openHistory();
    const id = sessionOf(history, fillers(2 * INDEX_BATCH));
    const place = history.itemCount(id);
    history.appendItem(id, answer(place, 'A filler that gr', 'streaming'));
    const first = search(history, id, 'filler', { limit: 10 });
    expect(first).toMatchObject({ total: place + 1, settled: place, settledTotal: place });
    history.replaceItem(id, answer(place, 'A filler that grew'));
    history.appendItem(id, answer(place + 1, 'Nothing'));
    expect(search(history, id, 'filler', { from: first.settled })).toEqual({
      ordinals: [place],
      total: 1,
      settled: place + 2,
      settledTotal: 1,
    });
    expect(search(history, id, 'filler', { from: ordinal(place - 1) }).ordinals).toEqual([place - 1, place]);
    expect(search(history, id, 'filler', { from: ordinal(place + 9) }).total).toBe(0);
  });

  test('goes with its session', () => {
    const { history } = openHistory();
    const id = sessionOf(history, fillers(2 * INDEX_BATCH));
    const other = sessionOf(history, fillers(INDEX_BATCH));
    expect(search(history, id, 'filler').total).toBe(2 * INDEX_BATCH);
    erase(history, id);
    expect(search(history, id, 'filler').total).toBe(0);
    expect(search(history, other, 'filler', { limit: 10 })).toMatchObject({ total: INDEX_BATCH });
    expect(search(history, other, 'filler', { limit: 10 }).ordinals).toHaveLength(10);
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
          const wanted = plain(query);
          const items = history.readItems(id, ordinal(0), 1_000);
          const expected = items
            .filter((item) => wanted !== '' && plain(searchedText(item)).includes(wanted))
            .map((item) => item.ordinal);
          expect(search(history, id, query)).toMatchObject({ ordinals: expected, total: expected.length });
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
