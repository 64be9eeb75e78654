import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ItemWindow } from '../store/item-window.ts';
import type { ListBinding } from './use-list-view.ts';

/** Between two looks at what is on screen, in ms. */
const LOOK_INTERVAL_MS = 60;

/** Rows asked for beyond those rendered: half a page, so that most come before they are seen. */
const LOOK_AHEAD_ROWS = 25;

/**
 * Tells the window which rows are rendered or soon will be, so that it loads what is missing and lets go of what is
 * far. In flight it is told nothing: what flies past is not read.
 */
export function usePageRequests({ range, isFlying }: ListBinding, items: ItemWindow): void {
  const rendered = useRef({ range, isFlying });
  rendered.current = { range, isFlying };
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastLook = useRef(Number.NEGATIVE_INFINITY);
  useLayoutEffect(() => {
    const look = () => {
      timer.current = undefined;
      if (rendered.current.isFlying) return;
      lastLook.current = performance.now();
      const { first, last } = rendered.current.range;
      if (first <= last) items.show(Math.max(0, first - LOOK_AHEAD_ROWS), last + LOOK_AHEAD_ROWS);
    };
    if (timer.current !== undefined) return;
    const wait = lastLook.current + LOOK_INTERVAL_MS - performance.now();
    if (wait <= 0) look();
    else timer.current = setTimeout(look, wait);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
