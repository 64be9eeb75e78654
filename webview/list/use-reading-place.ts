import type { VirtualItem } from '@tanstack/virtual-core';
import { useCallback, useRef } from 'preact/hooks';
import type { ListVirtualizer } from './use-virtualizer.ts';

export interface ReadingPlace {
  /** Takes note of what is read; to be called when the list has been scrolled. */
  readonly note: (virtualizer: ListVirtualizer, scrollTop: number) => void;
  /** Whether a row's change of height is made up for by scrolling, so that what is read stays where it is. */
  readonly movesWith: (row: VirtualItem, delta: number, virtualizer: ListVirtualizer) => boolean;
}

/**
 * Keeps what is read in place while rows above it get their height.
 *
 * What is read begins with the first row in view that is loaded: the placeholders above it say nothing, so they may
 * grow upwards. It is noted when the list is scrolled and not in between, because the rows of one page get their
 * heights one after the other, and all of them must move the same row.
 */
export function useReadingPlace(): ReadingPlace {
  const firstRead = useRef<number | null>(null);
  const note = useCallback((virtualizer: ListVirtualizer, scrollTop: number) => {
    const read = virtualizer
      .getVirtualItems()
      .find((row) => row.end > scrollTop && virtualizer.itemSizeCache.has(row.index));
    firstRead.current = read?.index ?? null;
  }, []);
  const movesWith = useCallback((row: VirtualItem, _delta: number, virtualizer: ListVirtualizer) => {
    const top = virtualizer.scrollOffset ?? 0;
    if (virtualizer.itemSizeCache.has(row.index)) {
      // It changes at its end (text grows, details open), which moves what is in view only if it is wholly above.
      return row.end <= top;
    }
    const isRead = firstRead.current !== null && firstRead.current <= (virtualizer.range?.endIndex ?? -1);
    return isRead ? row.index < (firstRead.current ?? 0) : row.start < top;
  }, []);
  return { note, movesWith };
}
