import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ItemWindow } from '../store/item-window.ts';
import type { ListVirtualizer } from './use-virtualizer.ts';

/** Between two looks at what is on screen: pages that only fly by are not asked for. */
const LOOK_INTERVAL_MS = 60;

/** Tells the window which rows are rendered, so that it loads what is missing and lets go of what is far. */
export function usePageRequests(virtualizer: ListVirtualizer, items: ItemWindow): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lastLook = useRef(Number.NEGATIVE_INFINITY);
  useLayoutEffect(() => {
    const look = () => {
      timer.current = undefined;
      lastLook.current = performance.now();
      const rows = virtualizer.getVirtualItems();
      const [first, last] = [rows[0], rows.at(-1)];
      if (first && last) items.show(first.index, last.index);
    };
    if (timer.current !== undefined) return;
    const wait = lastLook.current + LOOK_INTERVAL_MS - performance.now();
    if (wait <= 0) look();
    else timer.current = setTimeout(look, wait);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
