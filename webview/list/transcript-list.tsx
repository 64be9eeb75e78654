import { useSignal } from '@preact/signals';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { ordinal } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import type { Anchor } from '../store/session-store.ts';
import { useRequest } from '../use-request.ts';
import { EndButton } from './end-button.tsx';
import { TranscriptRow } from './transcript-row.tsx';
import { usePageRequests } from './use-page-requests.ts';
import { usePinnedToEnd } from './use-pinned-to-end.ts';
import { useReadingPlace } from './use-reading-place.ts';
import { type ListVirtualizer, useVirtualizer } from './use-virtualizer.ts';

/**
 * Assumed height of a row that was never rendered, in px. The same for every kind: an estimate that changed when a
 * page arrives would move what is on screen.
 */
const ESTIMATED_ROW_HEIGHT = 64;
/** Within so many px of the end the reader counts as being at the end. */
const END_THRESHOLD = 32;
const OVERSCAN_ROWS = 6;
const PADDING = 16;

const estimateSize = () => ESTIMATED_ROW_HEIGHT;
const keyOf = (index: number) => index;

/** The transcript: rows in or near the viewport, in a scroll area as high as the whole. */
export function TranscriptList({ anchor }: { readonly anchor: Anchor | null }) {
  const { store, strings, viewState, endRequests } = useApp();
  const scroller = useRef<HTMLDivElement>(null);
  const count = store.items.count.value;
  const atEnd = useSignal(anchor === null);
  const place = useReadingPlace();
  const listOptions = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize,
    getItemKey: keyOf,
    overscan: OVERSCAN_ROWS,
    indexAttribute: 'data-ordinal',
    paddingStart: PADDING,
    paddingEnd: PADDING,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_THRESHOLD,
  } as const;
  const virtualizer = useVirtualizer(listOptions, place.movesWith);
  const measure = useCallback((row: HTMLElement) => virtualizer.measureElement(row), [virtualizer]);
  const toEnd = useCallback(() => virtualizer.scrollToEnd(), [virtualizer]);

  useInitialPosition(virtualizer, anchor && anchor.ordinal < count ? anchor : null);
  usePinnedToEnd(scroller, atEnd, toEnd);
  usePageRequests(virtualizer, store.items);
  useRequest(endRequests, toEnd);

  const onScroll = ({ currentTarget }: { readonly currentTarget: HTMLElement }) => {
    const { scrollTop, scrollHeight, clientHeight } = currentTarget;
    atEnd.value = scrollHeight - clientHeight - scrollTop <= END_THRESHOLD;
    place.note(virtualizer, scrollTop);
    viewState.moveTo(atEnd.value ? null : placeAt(virtualizer, scrollTop));
  };
  return (
    <div class="transcript">
      <section
        class="scroller"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        tabIndex={0}
        aria-label={strings.transcript}
        onScroll={onScroll}
      >
        <div class="rows" role="feed" style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {virtualizer.getVirtualItems().map(({ index, start, size }) => (
            <TranscriptRow
              key={index}
              ordinal={ordinal(index)}
              count={count}
              start={start}
              size={size}
              measure={measure}
            />
          ))}
        </div>
      </section>
      <EndButton atEnd={atEnd} onClick={toEnd} />
    </div>
  );
}

/** Shows the end, or the place that was read last; until the rows around it have been measured. */
function useInitialPosition(virtualizer: ListVirtualizer, anchor: Anchor | null): void {
  const pending = useRef<Anchor | 'end' | null>(anchor ?? 'end');
  useLayoutEffect(() => {
    if (pending.current === null || virtualizer.getVirtualItems().length === 0) return;
    if (pending.current === 'end') {
      pending.current = null;
      virtualizer.scrollToEnd();
      return;
    }
    const { ordinal: at, offset } = pending.current;
    const start = virtualizer.getOffsetForIndex(at, 'start');
    if (!start) return;
    virtualizer.scrollToOffset(start[0] + offset);
    if (virtualizer.itemSizeCache.has(at)) pending.current = null;
  });
  useEffect(() => {
    const settle = () => {
      pending.current = null;
    };
    const inputs = ['wheel', 'keydown', 'pointerdown'] as const;
    for (const input of inputs) window.addEventListener(input, settle, { passive: true });
    return () => {
      for (const input of inputs) window.removeEventListener(input, settle);
    };
  }, []);
}

function placeAt(virtualizer: ListVirtualizer, scrollTop: number): Anchor | null {
  const row = virtualizer.getVirtualItemForOffset(scrollTop);
  return row ? { ordinal: ordinal(row.index), offset: Math.round(scrollTop - row.start) } : null;
}
