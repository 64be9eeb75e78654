import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ItemWindow } from '../store/item-window.ts';
import type { RowRange } from './list-view.ts';

/** Between two looks at what is on screen: pages that only fly by are not asked for. */
const LOOK_INTERVAL_MS = 60;

/** Rows asked for beyond those rendered: half a page, so that most come before they are seen. */
const LOOK_AHEAD_ROWS = 25;

/** Tells the window which rows are rendered or soon will be, so that it loads what is missing and lets go of what is far. */
export function usePageRequests(range: RowRange, items: ItemWindow): void {
  const rendered = useRef(range);
  rendered.current = range;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastLook = useRef(Number.NEGATIVE_INFINITY);
  useLayoutEffect(() => {
    const look = () => {
      timer.current = undefined;
      lastLook.current = performance.now();
      const { first, last } = rendered.current;
      if (first <= last) items.show(Math.max(0, first - LOOK_AHEAD_ROWS), last + LOOK_AHEAD_ROWS);
    };
    if (timer.current !== undefined) return;
    const wait = lastLook.current + LOOK_INTERVAL_MS - performance.now();
    if (wait <= 0) look();
    else timer.current = setTimeout(look, wait);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
