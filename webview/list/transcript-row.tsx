import { useComputed } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Ordinal } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import { ItemView } from '../items/item-view.tsx';
import { RowBoundary } from './row-boundary.tsx';

export interface TranscriptRowProps {
  readonly ordinal: Ordinal;
  /** Items in the session. */
  readonly count: number;
  /** Px from the top of the list. */
  readonly start: number;
  /** Px, measured or assumed. */
  readonly size: number;
  /** Takes the height of a rendered row and follows it. */
  readonly measure: (row: HTMLElement) => void;
}

/** One place of the transcript: its item, or a placeholder of the assumed height while that is loaded. */
export function TranscriptRow({ ordinal, count, start, size, measure }: TranscriptRowProps) {
  const { store } = useApp();
  const row = useRef<HTMLElement>(null);
  // Only whether and what it is: a change of the item is the content's business.
  const kind = useComputed(() => store.items.row(ordinal).value?.kind).value;
  const loaded = kind !== undefined;
  // A placeholder is not measured: the item's first measurement must count as the row's first, so that what is on
  // screen stays in place when it arrives.
  useLayoutEffect(() => {
    if (loaded && row.current) measure(row.current);
  }, [loaded, measure]);
  const transform = `translateY(${start}px)`;
  return (
    <article
      ref={row}
      class="row"
      data-ordinal={ordinal}
      data-kind={kind ?? 'placeholder'}
      aria-posinset={ordinal + 1}
      aria-setsize={count}
      aria-busy={!loaded}
      style={loaded ? { transform, height: 'auto' } : { transform, height: `${size}px` }}
    >
      <div class="row-content">
        <RowBoundary>
          <RowContent ordinal={ordinal} />
        </RowBoundary>
      </div>
    </article>
  );
}

function RowContent({ ordinal }: { readonly ordinal: Ordinal }) {
  const { store, strings } = useApp();
  const item = store.items.row(ordinal).value;
  return item ? <ItemView item={item} /> : <div class="skeleton" title={strings.loading} />;
}
