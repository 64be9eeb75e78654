import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PendingOperations } from '../../src/panel/merge.ts';
import type { Operation } from '../../src/protocol/operations.ts';
import { ordinal } from '../../src/protocol/transcript.ts';
import { ACTION, ANSWER, FakeSource, ModelWebview, NOTICE, STATUS } from './fakes.ts';
import { runStep, steps } from './steps.ts';

function merged(...operations: Operation[]): Operation[] {
  const pending = new PendingOperations();
  for (const operation of operations) pending.add(operation);
  return pending.take();
}

const extend = (place: number, at: number, text: string): Operation => ({
  op: 'extend',
  ordinal: ordinal(place),
  at,
  text,
});

describe('merging', () => {
  test('makes one extend of a thousand', () => {
    const tokens = Array.from({ length: 1_000 }, (_, index) => extend(3, 10 + index * 4, 'abcd'));
    expect(merged(...tokens)).toEqual([extend(3, 10, 'abcd'.repeat(1_000))]);
  });

  test('makes one append of an item and what happened to it', () => {
    const source = new FakeSource();
    const operations: Operation[] = [];
    source.onOperation(({ operation }) => operations.push(operation));
    source.append(ANSWER);
    source.append(ACTION);
    source.extend(0, 'Hel');
    source.update(1, { kind: 'action', state: { status: 'done', durationMs: 1, result: 'ok' } });
    source.extend(0, 'lo');
    source.update(0, { kind: 'text', state: 'complete', durationMs: 0 });
    expect(merged(...operations)).toEqual(source.items.map((item) => ({ op: 'append', item })));
  });

  test('keeps what an interrupted action has printed, in the order it happened', () => {
    const source = new FakeSource();
    const operations: Operation[] = [];
    source.onOperation(({ operation }) => operations.push(operation));
    source.append(ACTION);
    source.extend(0, 'one ');
    const latest = { text: 'end', leftOut: 9, file: null };
    source.update(0, { kind: 'action', state: { status: 'running', latest } });
    source.extend(0, 'two');
    source.update(0, { kind: 'action', state: { status: 'interrupted', durationMs: 1, latest } });
    expect(source.items[0]).toMatchObject({ output: 'one two', state: { status: 'interrupted', latest } });
    expect(merged(...operations)).toEqual([{ op: 'append', item: source.items[0] }]);
    expect(merged(...operations.slice(1)).map(({ op }) => op)).toEqual(['extend', 'update']);
  });

  test('keeps the latest update of an item', () => {
    const update = (state: 'streaming' | 'complete'): Operation => ({
      op: 'update',
      ordinal: ordinal(1),
      change: { kind: 'text', state, durationMs: 0 },
    });
    expect(merged(update('streaming'), extend(1, 0, 'x'), update('complete'))).toEqual([
      extend(1, 0, 'x'),
      update('complete'),
    ]);
  });

  test('drops what is repeated and refuses what leaves a gap', () => {
    expect(merged(extend(0, 5, 'abc'), extend(0, 6, 'bcd'), extend(0, 5, 'ab'))).toEqual([
      extend(0, 5, 'abcd'),
    ]);
    expect(() => merged(extend(0, 5, 'abc'), extend(0, 9, 'x'))).toThrow(/ends at 8/);
  });

  test('of operations that do not fit their item throws', () => {
    const pending = new PendingOperations();
    pending.add({ op: 'append', item: { ...NOTICE, ordinal: ordinal(0), at: 0 } as never });
    expect(() => pending.add(extend(0, 0, 'x'))).toThrow(/no growing text/);
  });

  test('weighs about what the JSON does, whatever is merged into it', () => {
    const pending = new PendingOperations();
    pending.add({ op: 'append', item: { ...NOTICE, ordinal: ordinal(0), at: 0 } as never });
    pending.add({ op: 'append', item: { ...ANSWER, ordinal: ordinal(1), at: 0 } as never });
    for (let at = 0; at < 4_000; at += 4) pending.add(extend(1, at, 'abcd'));
    for (const text of ['x'.repeat(5_000), 'short']) {
      pending.add({
        op: 'update',
        ordinal: ordinal(0),
        change: { kind: 'notice', text, until: null, actions: [] },
      });
    }
    expect(pending.size).toBe(2);
    const weight = pending.characters;
    expect(weight).toBeGreaterThan(4_000);
    expect(JSON.stringify(pending.take()).length / weight).toBeGreaterThan(0.7);
    expect(weight).toBeLessThan(4_500);
    expect(pending.characters).toBe(0);
  });

  test('does not change what a stream of operations comes to', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(20)), (program, cuts) => {
        const source = new FakeSource();
        const webview = new ModelWebview();
        const pending = new PendingOperations();
        webview.receive({ type: 'resumed', feed: 1, revision: source.revision, status: STATUS });
        const deliver = () => {
          const from = webview.revision ?? source.revision;
          webview.receive({ type: 'batch', from, to: source.revision, operations: pending.take() });
        };
        source.onOperation(({ operation }) => {
          pending.add(operation);
          if (cuts.includes(source.revision % 21)) deliver();
        });
        for (const step of program) runStep(source, step);
        deliver();
        expect([...webview.items.values()]).toEqual(source.items);
      }),
    );
  });
});
