import { useComputed } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Ordinal } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import { ItemView } from '../items/item-view.tsx';
import { RowBoundary } from './row-boundary.tsx';
import type { ObserveRow } from './use-list-view.ts';

export interface RowProps {
  readonly ordinal: Ordinal;
  /** Items in the session. */
  readonly count: number;
  /** Px, measured or assumed. */
  readonly height: number;
}

export interface TranscriptRowProps extends RowProps {
  readonly observe: ObserveRow;
}

/** A place of the transcript whose item is not shown yet. Knows nothing of it, so that it can stand for any other. */
export function PlaceholderRow({ ordinal, count, height }: RowProps) {
  return (
    <article
      class="row"
      data-ordinal={ordinal}
      data-kind="placeholder"
      aria-posinset={ordinal + 1}
      aria-setsize={count}
      aria-busy={true}
      style={{ height: `${height}px` }}
    >
      <Skeleton />
    </article>
  );
}

function Skeleton() {
  return <div class="skeleton" title={useApp().strings.loading} />;
}

/** A place of the transcript with its item, or again a placeholder if that was lost and is read anew. */
export function TranscriptRow({ ordinal, count, height, observe }: TranscriptRowProps) {
  const { store } = useApp();
  const row = useRef<HTMLElement>(null);
  // Only whether and what it is: a change of the item is the content's business.
  const kind = useComputed(() => store.items.row(ordinal).value?.kind).value;
  const loaded = kind !== undefined;
  // A placeholder is not measured: the item's first measurement must count as the row's first, so that what is on
  // screen stays in place when it arrives.
  useLayoutEffect(() => (loaded && row.current ? observe(row.current) : undefined), [loaded, observe]);
  return (
    <article
      ref={row}
      class="row"
      data-ordinal={ordinal}
      data-kind={kind ?? 'placeholder'}
      aria-posinset={ordinal + 1}
      aria-setsize={count}
      aria-busy={!loaded}
      style={loaded ? undefined : { height: `${height}px` }}
    >
      <RowBoundary>
        <RowContent ordinal={ordinal} />
      </RowBoundary>
    </article>
  );
}

function RowContent({ ordinal }: { readonly ordinal: Ordinal }) {
  const item = useApp().store.items.row(ordinal).value;
  return item ? <ItemView item={item} /> : <Skeleton />;
}
