import { expect, test } from 'vitest';
import { applyToItem, type ItemChange, type Operation } from '../../src/protocol/operations.ts';
import { type ActionState, type Item, ordinal } from '../../src/protocol/transcript.ts';
import { runningCommand } from '../support/runningCommand.ts';

const RUNNING = runningCommand(3);

type Change = Exclude<Operation, { op: 'append' }>;
const extend = (at: number, text: string): Change => ({ op: 'extend', ordinal: ordinal(3), at, text });
const update = (state: ActionState): Change => {
  const change: ItemChange = { kind: 'action', state };
  return { op: 'update', ordinal: ordinal(3), change };
};
const after = (...operations: Change[]) => operations.reduce<Item>(applyToItem, RUNNING);

test("an action's output grows like an answer's text: what is known already is not added again", () => {
  const item = after(extend(0, 'one '), extend(4, 'two'), extend(2, 'e two three'));
  expect(item).toMatchObject({ output: 'one two three', state: { status: 'running' } });
  expect(() => applyToItem(item, extend(14, 'x'))).toThrow('ends at 13');
});

test('the result takes the place of the output; one that was interrupted keeps it', () => {
  const done = after(extend(0, 'one'), update({ status: 'done', durationMs: 1, result: 'all' }));
  expect(done).not.toHaveProperty('output');
  const failed = after(extend(0, 'one'), update({ status: 'failed', durationMs: 1, error: 'all' }));
  expect(failed).not.toHaveProperty('output');
  expect(after(extend(0, 'one'), update({ status: 'interrupted', durationMs: 1 }))).toMatchObject({
    output: 'one',
  });
});

test('what was told before an end that is known already changes nothing', () => {
  const done = after(update({ status: 'done', durationMs: 1, result: 'all' }));
  const late = [
    extend(500, 'more'),
    update({ status: 'running', latest: { text: 'x', leftOut: 1, file: null } }),
  ];
  expect(late.reduce<Item>(applyToItem, done)).toBe(done);
});
