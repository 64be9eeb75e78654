import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** As far from its end a box still counts as at it, in CSS px: sizes are rounded. */
const NEAR_END = 4;

/** Has a box that scrolls stay at its end while it grows, unless the reader has scrolled away from there. */
export function useFollowedEnd(isGrowing: boolean): RefObject<HTMLPreElement | null> {
  const box = useRef<HTMLPreElement>(null);
  const isFollowed = useRef(isGrowing);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = element;
      isFollowed.current = scrollHeight - scrollTop - clientHeight <= NEAR_END;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, []);
  // Also for what it grew by in the end.
  useLayoutEffect(() => {
    const element = box.current;
    if (element && isFollowed.current) element.scrollTop = element.scrollHeight;
  });
  return box;
}
