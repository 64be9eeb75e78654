import { describe, expect, it } from 'vitest';
import { withoutEdit } from '../../../src/tools/editor/undoing.ts';

const undone = (now: string, before: string, after: string) => {
  const bytes = withoutEdit(Buffer.from(now), Buffer.from(before), Buffer.from(after));
  return bytes && Buffer.from(bytes).toString();
};

describe('an edit is taken back', () => {
  it.each([
    ['where nothing was changed since', 'a X c', 'a b c', 'a X c', 'a b c'],
    ['where text was added after it', 'a X c, more', 'a b c', 'a X c', 'a b c, more'],
    ['where text was taken away before it', 'X c', 'a b c', 'a X c', 'b c'],
    ['where it added', 'new a X c', 'a c', 'a X c', 'new a c'],
    ['where it took away', 'a c, more', 'a b c', 'a c', 'a b c, more'],
    ['of a whole text', 'X', '', 'X', ''],
  ])('%s', (_what, now, before, after, result) => {
    expect(undone(now, before, after)).toBe(result);
  });

  it.each([
    ['where it was changed itself', 'a Y c', 'a b c', 'a X c'],
    ['where both sides were', 'A X C', 'a b c', 'a X c'],
    ['where all is gone', '', 'a b c', 'a X c'],
  ])('but not %s', (_what, now, before, after) => {
    expect(undone(now, before, after)).toBeUndefined();
  });
});
