import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ActionItem,
  type Item,
  isSettled,
  type NoticeItem,
  ordinal,
  type ThinkingItem,
} from '../../src/protocol/transcript.ts';
import { answer, newSession, openHistory } from './support.ts';

const action = (at: number, state: ActionItem['state']): ActionItem => ({
  kind: 'action',
  ordinal: ordinal(at),
  at: 1_000 + at,
  toolset: 'browser',
  member: 'left_click',
  summary: 'Click',
  input: '{}',
  points: [{ x: 1, y: 2 }],
  before: null,
  state,
});

describe('items', () => {
  test('are read by range', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    const other = newSession(history);
    for (let at = 0; at < 120; at += 1) history.appendItem(id, answer(at, `item ${at}`));
    history.appendItem(other.id, answer(0, 'elsewhere'));

    expect(history.itemCount(id)).toBe(120);
    expect(history.readItems(id, ordinal(100), 50).map((item) => item.ordinal)).toEqual(
      Array.from({ length: 20 }, (_, index) => 100 + index),
    );
    expect(history.readItems(id, ordinal(5), 1)).toEqual([answer(5, 'item 5')]);
    expect(history.readItems(id, ordinal(500), 50)).toEqual([]);
  });

  test('are replaced in place and leave no gap', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    history.appendItem(id, action(0, { status: 'running' }));
    const done = action(0, { status: 'done', durationMs: 5, result: 'ok' });
    history.replaceItem(id, done);
    expect(history.readItems(id, ordinal(0), 9)).toEqual([done]);
    expect(history.itemCount(id)).toBe(1);
    expect(() => history.appendItem(id, answer(2, 'too far'))).toThrow(/does not follow/);
    expect(history.itemCount(id)).toBe(1);
  });

  test('are never written over by others', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    history.appendItem(id, answer(0, 'mine'));
    expect(() => history.appendItem(id, answer(0, 'also the first'))).toThrow(/does not follow/);
    expect(() => history.replaceItem(id, action(0, { status: 'queued' }))).toThrow(/no action item 0/);
    expect(() => history.replaceItem(id, answer(1, 'not there'))).toThrow(/no answer item 1/);
    expect(history.readItems(id, ordinal(0), 9)).toEqual([answer(0, 'mine')]);
  });

  test('of one transaction are there together or not at all', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    const failing = () =>
      history.transaction(() => {
        history.appendItem(id, answer(0, 'never'));
        throw new Error('changed my mind');
      });
    expect(failing).toThrow('changed my mind');
    expect(history.itemCount(id)).toBe(0);
    history.transaction(() => history.appendItem(id, answer(0, 'there')));
    expect(history.itemCount(id)).toBe(1);
  });
});

describe('open text', () => {
  test('is read with its item, and goes into it when it is settled', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    history.appendItem(id, answer(0, 'Hel', 'streaming'));
    history.appendText(id, ordinal(0), 3, 'lo');
    history.appendText(id, ordinal(0), 5, ', world');
    expect(history.readItems(id, ordinal(0), 1)).toEqual([answer(0, 'Hello, world', 'streaming')]);
    history.replaceItem(id, answer(0, 'Hello, world'));
    expect(history.readItems(id, ordinal(0), 1)).toEqual([answer(0, 'Hello, world')]);
  });

  test('is the same whatever overlaps and repeats its chunks had', () => {
    const { history } = openHistory();
    const chunks = fc.array(fc.record({ back: fc.nat(8), length: fc.integer({ min: 1, max: 12 }) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 200, maxLength: 200 }), chunks, (source, steps) => {
        const { id } = newSession(history);
        history.appendItem(id, answer(0, '', 'streaming'));
        let end = 0;
        for (const { back, length } of steps) {
          const at = Math.max(0, end - back);
          const text = source.slice(at, at + length);
          history.appendText(id, ordinal(0), at, text);
          end = Math.max(end, at + text.length);
        }
        expect(history.readItems(id, ordinal(0), 1)).toEqual([answer(0, source.slice(0, end), 'streaming')]);
      }),
      { numRuns: 30 },
    );
  });

  test('keeps half surrogate pairs and NUL', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    history.appendItem(id, answer(0, '', 'streaming'));
    history.appendText(id, ordinal(0), 0, 'a\u0000\ud83d');
    history.appendText(id, ordinal(0), 3, '\ude00b');
    expect(history.readItems(id, ordinal(0), 1)).toEqual([answer(0, 'a\u0000😀b', 'streaming')]);
  });

  test('refuses a gap, growth after its end, and items without text', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    history.appendItem(id, answer(0, 'abc'));
    history.appendItem(id, { kind: 'user', text: 'Go', ordinal: ordinal(1), at: 0 });
    history.appendText(id, ordinal(0), 1, 'bc');
    expect(() => history.appendText(id, ordinal(0), 3, 'd')).toThrow(/settled/);
    expect(() => history.appendText(id, ordinal(0), 4, 'd')).toThrow(RangeError);
    expect(() => history.appendText(id, ordinal(1), 0, 'd')).toThrow(TypeError);
    expect(() => history.appendText(id, ordinal(2), 0, 'd')).toThrow(/no item/);
  });
});

describe('settling what a killed host left open', () => {
  test('interrupts text and actions, and ends the wait of notices', () => {
    const { history } = openHistory();
    const { id } = newSession(history);
    const thinking: ThinkingItem = {
      kind: 'thinking',
      ordinal: ordinal(1),
      at: 1_001,
      text: 'Hm',
      state: 'streaming',
      durationMs: 0,
    };
    const notice: NoticeItem = {
      kind: 'notice',
      ordinal: ordinal(3),
      at: 1_003,
      severity: 'warning',
      text: 'Trying again soon',
      detail: '',
      until: 99_999,
      actions: ['retry'],
    };
    const offered: NoticeItem = { ...notice, ordinal: ordinal(4), until: null };
    const items: Item[] = [
      answer(0, 'Working', 'streaming'),
      thinking,
      action(2, { status: 'running' }),
      notice,
      offered,
    ];
    for (const item of items) history.appendItem(id, item);
    history.appendText(id, ordinal(0), 7, ' on it');
    history.updateSession(id, { updatedAt: 1_500 });

    const settled = history.settleOpenItems(id, 1_000_000);
    expect(settled).toEqual([
      answer(0, 'Working on it', 'interrupted'),
      { ...thinking, state: 'interrupted', durationMs: 499 },
      action(2, { status: 'interrupted', durationMs: 498 }),
      { ...notice, until: null, actions: [] },
    ]);
    expect(history.readItems(id, ordinal(0), 9)).toEqual([...settled, offered]);
    expect(settled.every(isSettled)).toBe(true);
    expect(history.settleOpenItems(id, 2_000_000)).toEqual([]);
  });
});
