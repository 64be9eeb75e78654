import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Keeps the end in view when the list's own height changes: the composer grows, the panel is resized. */
export function usePinnedToEnd(
  scroller: RefObject<HTMLElement | null>,
  atEnd: ReadonlySignal<boolean>,
  toEnd: () => void,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      if (atEnd.peek()) toEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, atEnd, toEnd]);
}
