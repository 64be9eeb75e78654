import { describe, expect, it } from 'vitest';
import { withoutEdit } from '../../../src/tools/editor/undoing.ts';

const undone = (now: string, before: string, after: string) => {
  const bytes = withoutEdit(Buffer.from(now), Buffer.from(before), Buffer.from(after));
  return bytes && Buffer.from(bytes).toString();
};

describe('an edit is taken back', () => {
  it.each([
    ['where nothing was changed since', 'a\nX\nc', 'a\nb\nc', 'a\nX\nc', 'a\nb\nc'],
    ['where lines were added after it', 'a\nX\nc\nmore', 'a\nb\nc', 'a\nX\nc', 'a\nb\nc\nmore'],
    ['where lines were taken away before it', 'X\nc', 'a\nb\nc', 'a\nX\nc', 'b\nc'],
    ['where it added lines', 'new\na\nX\nc', 'a\nc', 'a\nX\nc', 'new\na\nc'],
    ['where it took lines away', 'a\nc\nmore', 'a\nb\nc\n', 'a\nc\n', 'a\nb\nc\nmore'],
    ['of a whole text', 'X', '', 'X', ''],
    ['within a line', 'new\na b2 c', 'a b c', 'a b2 c', 'new\na b c'],
    ['of the last line', 'a\nb2', 'a\nb', 'a\nb2', 'a\nb'],
  ])('%s', (_what, now, before, after, result) => {
    expect(undone(now, before, after)).toBe(result);
  });

  it.each([
    ['where it was changed itself', 'a\nY\nc', 'a\nb\nc', 'a\nX\nc'],
    ['where its line was', 'a\nX, more\nc', 'a\nb\nc', 'a\nX\nc'],
    ['where the beginning of its line was', 'a\nmore X\nc', 'a\nb\nc', 'a\nX\nc'],
    ['where both sides were', 'A\nX\nC', 'a\nb\nc', 'a\nX\nc'],
    ['where all is gone', '', 'a\nb\nc', 'a\nX\nc'],
  ])('but not %s', (_what, now, before, after) => {
    expect(undone(now, before, after)).toBeUndefined();
  });
});
