import { effect } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ordinal } from '../../src/protocol/transcript.ts';
import type { ItemWindow } from '../store/item-window.ts';
import type { ListBinding } from './use-list-view.ts';

/** Fills the rendered rows with their items, a few in each frame and none in flight. Renders again when more can be. */
export function useRowFilling(
  { view, range, filling, isFlying, render }: ListBinding,
  items: ItemWindow,
): void {
  // The same for all that happens in one frame.
  const frame = document.timeline.currentTime;
  const isWaiting = isFlying ? false : filling.fill(range, view.place, frame);
  if (isFlying) filling.keep(range);
  const request = useRef(0);
  useLayoutEffect(() => {
    if (!isWaiting) return;
    request.current = requestAnimationFrame(() => render());
    return () => cancelAnimationFrame(request.current);
  });
  useLayoutEffect(() => {
    if (isFlying) return;
    // Hears of the pages that come. Filled rows look after themselves.
    let isFirst = true;
    return effect(() => {
      for (let index = range.first; index <= range.last; index++) {
        if (!filling.has(index)) items.row(ordinal(index)).value;
      }
      if (!isFirst) render();
      isFirst = false;
    });
  });
}
