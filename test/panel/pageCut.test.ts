import { expect, test } from 'vitest';
import { cutPage, MAX_PAGE_BYTES } from '../../src/panel/pageCut.ts';
import { type Item, ordinal } from '../../src/protocol/transcript.ts';

function user(at: number, length: number): Item {
  return { kind: 'user', ordinal: ordinal(at), at: 0, text: 'é'.repeat(length / 2) };
}

const page = (start: number, lengths: readonly number[]) => ({
  start: ordinal(start),
  items: lengths.map((length, index) => user(start + index, length)),
});

const placesOf = ({ items }: { items: readonly Item[] }) => items.map((item) => item.ordinal);

test('a page that fits is left as it is', () => {
  const whole = page(100, Array(50).fill(300));
  expect(cutPage(whole, ordinal(120))).toEqual(whole);
  expect(cutPage(page(0, []), ordinal(0))).toEqual({ start: 0, items: [] });
});

test.each([
  [100, 100],
  [125, 120],
  [149, 140],
])('of a page that is too large, what is around item %i comes', (wanted, first) => {
  const cut = cutPage(page(100, Array(50).fill(4_000)), ordinal(wanted));
  expect(placesOf(cut)).toContain(wanted);
  expect(cut.start).toBeGreaterThanOrEqual(first);
  expect(cut.items[0]?.ordinal).toBe(cut.start);
  expect(cut.items.length).toBeGreaterThanOrEqual(9);
  expect(Buffer.byteLength(JSON.stringify(cut.items))).toBeLessThanOrEqual(MAX_PAGE_BYTES + 100);
});

test('an item that is too large comes alone, and only when it is wanted', () => {
  const lengths = [100, 100, 200_000, 100, 100];
  expect(placesOf(cutPage(page(0, lengths), ordinal(2)))).toEqual([2]);
  expect(placesOf(cutPage(page(0, lengths), ordinal(4)))).toEqual([3, 4]);
});

test('what is wanted beyond the end counts as the last item', () => {
  expect(placesOf(cutPage(page(0, [100, 30_000, 30_000]), ordinal(9)))).toEqual([2]);
});
