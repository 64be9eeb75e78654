import { useCallback, useEffect } from 'preact/hooks';
import { ordinal } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import type { Anchor } from '../store/session-store.ts';
import { useRequest } from '../use-request.ts';
import { EndButton } from './end-button.tsx';
import { createNavigation } from './navigation.ts';
import { PlaceholderRow, TranscriptRow } from './transcript-row.tsx';
import { useListView } from './use-list-view.ts';
import { usePageRequests } from './use-page-requests.ts';
import { useRowFilling } from './use-row-filling.ts';

/** The transcript: rows in or near the viewport, in a scroll area as high as the whole. */
export function TranscriptList({ anchor }: { readonly anchor: Anchor | null }) {
  const { store, strings, endRequests, navigation, questions } = useApp();
  const count = store.items.count.value;
  const list = useListView(count, anchor);
  const { view, range, filling, settle, scroller } = list;
  useRowFilling(list, store.items);
  usePageRequests(list, store.items);
  const toEnd = useCallback(() => {
    view.jumpToEnd();
    settle();
  }, [view, settle]);
  useRequest(endRequests, toEnd);
  useEffect(() => {
    const own = createNavigation({ view, settle, scroller, questions });
    navigation.value = own;
    return () => {
      if (navigation.peek() === own) navigation.value = null;
    };
  }, [view, settle, scroller, questions, navigation]);

  const rendered = Array.from({ length: range.last - range.first + 1 }, (_, index) => range.first + index);
  return (
    <div class="transcript">
      <section
        class="scroller"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        tabIndex={0}
        aria-label={strings.transcript}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Control+Home Control+End"
        onScroll={list.onScroll}
        onWheel={({ deltaY }) => {
          if (deltaY < 0) list.beforeScrollUp();
        }}
        onKeyDown={(event) => {
          if (event.target !== event.currentTarget) return;
          if (navigation.peek()?.onKeyDown(event)) event.preventDefault();
          else if (['ArrowUp', 'PageUp', 'Home'].includes(event.key)) list.beforeScrollUp();
        }}
      >
        <div class="area" ref={list.area}>
          <div class="rows" role="feed" ref={list.rows}>
            {rendered.map((index) => {
              const row = { ordinal: ordinal(index), count, height: view.heights.height(index) };
              return filling.has(index) ? (
                <TranscriptRow key={index} {...row} observe={list.observe} />
              ) : (
                // By its place on screen: flying past makes no new elements.
                <PlaceholderRow key={`placeholder ${index - range.first}`} {...row} />
              );
            })}
          </div>
        </div>
      </section>
      <EndButton atEnd={list.atEnd} onClick={toEnd} />
    </div>
  );
}
