import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

type ListOptions = Pick<
  VirtualizerOptions<HTMLElement, HTMLElement>,
  | 'count'
  | 'getScrollElement'
  | 'estimateSize'
  | 'getItemKey'
  | 'overscan'
  | 'indexAttribute'
  | 'paddingStart'
  | 'paddingEnd'
  | 'anchorTo'
  | 'followOnAppend'
  | 'scrollEndThreshold'
>;

export type ListVirtualizer = Virtualizer<HTMLElement, HTMLElement>;

/**
 * TanStack Virtual for Preact: a vertical list in a scrolling element.
 *
 * Preact renders in a microtask, which after a scroll event or a resize observer's call still comes before the paint,
 * so there is no need of the synchronous flush that TanStack's adapter for React makes.
 *
 * @param movesWith - whether a row's change of height is made up for by scrolling
 */
export function useVirtualizer(
  options: ListOptions,
  movesWith: ListVirtualizer['shouldAdjustScrollPositionOnItemSizeChange'],
): ListVirtualizer {
  const [, render] = useReducer<number, void>((renders) => renders + 1, 0);
  const resolved = {
    ...options,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => render(),
  };
  const [virtualizer] = useState<ListVirtualizer>(() => new Virtualizer(resolved));
  virtualizer.setOptions(resolved);
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = movesWith;
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
