import { useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ordinal } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import type { Navigation } from '../list/navigation.ts';
import type { Reveal } from './finder.ts';
import { MatchPainter, type ShownHit } from './match-painter.ts';

/** Between two looks at rows that change, in ms. */
const REPAINT_INTERVAL_MS = 200;
/** A hit whose page has not come by then is not jumped to any more: the reader has gone on. */
const REVEAL_TIMEOUT_MS = 5000;

/** Highlights what is looked for in the rendered rows and brings the current hit into view. */
export function useHighlights(): void {
  const { finder, navigation } = useApp();
  const [painter] = useState(() => new MatchPainter());
  const pending = useRef<{ readonly reveal: Reveal; readonly until: number } | null>(null);
  const paint = () => {
    const scroller = navigation.peek()?.scroller;
    const query = finder.query.peek();
    if (!scroller || query === '' || !finder.results.peek()) {
      painter.clear();
      return;
    }
    const shown = painter.paint(scroller, { query, current: finder.hit.peek() });
    const isDue = pending.current && performance.now() < pending.current.until;
    if (shown && isDue && navigation.peek()) {
      // In a part of a long text that is not shown yet: once it is, it is known where the hit is.
      const far = farPartOf(shown);
      if (!far) pending.current = null;
      bringIntoView(navigation.peek(), shown, far);
    }
  };
  useSignalEffect(() => {
    const reveal = finder.reveal.value;
    if (!reveal) return;
    pending.current = { reveal, until: performance.now() + REVEAL_TIMEOUT_MS };
    const scroller = navigation.peek()?.scroller;
    if (scroller && !rowOf(scroller, reveal.ordinal)) {
      navigation.peek()?.toItem(reveal.ordinal, scroller.clientHeight / 3);
    }
  });
  useSignalEffect(() => {
    finder.results.value;
    finder.reveal.value;
    finder.hit.value;
    navigation.value;
    // The row of the hit may open for it first.
    const timer = setTimeout(paint);
    return () => clearTimeout(timer);
  });
  // Before anything is painted: what changes after that must be heard of.
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new MutationObserver((records) => {
      for (const { target } of records) painter.changed(target);
      timer ??= setTimeout(
        () => {
          timer = undefined;
          paint();
        },
        pending.current ? 0 : REPAINT_INTERVAL_MS,
      );
    });
    const transcript = navigation.peek()?.scroller;
    if (transcript) observer.observe(transcript, { childList: true, characterData: true, subtree: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      painter.clear();
    };
  }, [navigation.value, painter]);
}

function farPartOf({ range }: ShownHit): Element | null {
  return range?.startContainer.parentElement?.closest('.is-far') ?? null;
}

/** @param far - stands for the hit, if it is in there and so has no place of its own */
function bringIntoView(navigation: Navigation | null, { row, range }: ShownHit, far: Element | null): void {
  const scroller = navigation?.scroller;
  if (!scroller) return;
  if (range && !far) scrollInside(row, range);
  const viewport = scroller.getBoundingClientRect();
  const target = (far ?? range ?? row).getBoundingClientRect();
  if (target.top >= viewport.top && target.bottom <= viewport.bottom) return;
  const within = target.top - row.getBoundingClientRect().top;
  navigation.toItem(ordinal(Number(row.dataset.ordinal)), scroller.clientHeight / 3 - within);
}

/** Scrolls what scrolls within a row, such as a long message of the user. */
function scrollInside(row: HTMLElement, range: Range): void {
  for (let box = range.startContainer.parentElement; box && box !== row; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight || getComputedStyle(box).overflowY === 'visible') continue;
    const { top, bottom } = box.getBoundingClientRect();
    const target = range.getBoundingClientRect();
    if (target.top < top || target.bottom > bottom) box.scrollTop += target.top - top - box.clientHeight / 3;
  }
}

function rowOf(scroller: HTMLElement, at: number): Element | null {
  return scroller.querySelector(`.row[data-ordinal="${at}"]:not([data-kind="placeholder"])`);
}
