import type { Page } from '../protocol/messages.ts';
import { type Item, type Ordinal, ordinal } from '../protocol/transcript.ts';

/**
 * Bytes of JSON one page may have, but for one with a single item. What is missing then is asked for as it is needed.
 */
export const MAX_PAGE_BYTES = 40 * 1024;

/**
 * The part of a page around the item wanted (or the nearest there is) that is within {@link MAX_PAGE_BYTES}: that item,
 * whatever its size, and as many of its neighbours as fit.
 */
export function cutPage({ start, items }: Page, wanted: Ordinal): Page {
  const at = Math.max(0, Math.min(items.length - 1, wanted - start));
  let [first, end, room] = [at, Math.min(items.length, at + 1), MAX_PAGE_BYTES - bytesOf(items[at])];
  const take = (item: Item | undefined): boolean => {
    if (!item) return false;
    room -= bytesOf(item);
    return room >= 0;
  };
  for (let [before, after] = [true, true]; before || after; ) {
    after &&= take(items[end]);
    if (after) end += 1;
    before &&= room >= 0 && take(items[first - 1]);
    if (before) first -= 1;
    if (room < 0) break;
  }
  return { start: ordinal(start + first), items: items.slice(first, end) };
}

function bytesOf(item: Item | undefined): number {
  return item ? Buffer.byteLength(JSON.stringify(item)) : 0;
}
