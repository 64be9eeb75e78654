import { type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { ordinal } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import type { Anchor } from '../store/session-store.ts';
import { Flight, LANDING_MS } from './flight.ts';
import { ListView, type RowRange } from './list-view.ts';
import { RowFilling } from './row-filling.ts';

/** After this long a turn of the wheel that moved nothing (it scrolled something in a row) counts for nothing. */
const IDLE_WHEEL_MS = 200;

/** Takes the heights of a row from now on; returns how to end that. */
export type ObserveRow = (row: HTMLElement) => () => void;

export interface ListBinding {
  readonly view: ListView;
  readonly range: RowRange;
  /** Which rows of the range show their item. */
  readonly filling: RowFilling;
  /** Whether the reader flies past everything. */
  readonly isFlying: boolean;
  readonly atEnd: Signal<boolean>;
  /** The scrolling element. */
  readonly scroller: RefObject<HTMLElement | null>;
  /** As high as the whole list. */
  readonly area: RefObject<HTMLDivElement | null>;
  /** Holds the rendered rows, one under the other. */
  readonly rows: RefObject<HTMLDivElement | null>;
  readonly observe: ObserveRow;
  /** Renders the list again. */
  readonly render: () => void;
  /** Brings a change of the view to the screen. */
  readonly settle: () => void;
  readonly onScroll: () => void;
  /** For what comes before the reader scrolls up. */
  readonly beforeScrollUp: () => void;
}

/**
 * Binds a {@link ListView} to the page: heights come from the rendered rows, the scroll position goes to the scroller
 * and comes back from it. Everything a change brings about happens before the next paint.
 */
export function useListView(count: number, anchor: Anchor | null): ListBinding {
  const { store, viewState } = useApp();
  const [, render] = useReducer<number, void>((renders) => renders + 1, 0);
  const [filling] = useState(() => new RowFilling((at) => store.items.isHeld(ordinal(at))));
  const [view] = useState(() =>
    newView(anchor, count, (at) => filling.has(at) && store.items.isHeld(ordinal(at))),
  );
  const { flight, noteMove } = useFlight(render);
  view.heights.grow(count);
  const range = view.range;
  const rendered = useRef(range);
  rendered.current = range;
  const atEnd = useSignal(view.place === 'end');
  const scroller = useRef<HTMLElement>(null);
  const area = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);

  const follow = useCallback(() => {
    atEnd.value = view.isAtEnd;
    const { place } = view;
    viewState.moveTo(place === 'end' ? null : { ordinal: ordinal(place.index), offset: place.offset });
    const { first, last } = view.range;
    if (first !== rendered.current.first || last !== rendered.current.last) render();
  }, [view, viewState, atEnd]);
  const settle = useCallback(() => {
    const element = scroller.current;
    if (!element || !area.current || !rows.current) return;
    area.current.style.height = `${view.total}px`;
    const { top } = view;
    if (Math.abs(element.scrollTop - top) >= 0.5) element.scrollTop = top;
    view.settledAt(element.scrollTop);
    const start = view.startOf(rendered.current.first) + view.shift;
    rows.current.style.transform = `translateY(${start}px)`;
    follow();
  }, [view, follow]);
  const observe = useObserver(view, scroller, settle);
  useLayoutEffect(settle);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const before = view.heardTop;
    if (!view.scrolledTo(element.scrollTop)) return;
    noteMove((view.heardTop - before) / view.viewport);
    follow();
  }, [view, follow, noteMove]);
  const beforeScrollUp = useCallback(() => {
    if (view.place !== 'end') return;
    view.leaveEnd();
    const left = view.place;
    setTimeout(() => {
      if (view.place !== left) return;
      view.jumpToEnd();
      settle();
    }, IDLE_WHEEL_MS);
  }, [view, settle]);
  const { isFlying } = flight;
  const parts = { view, range, filling, isFlying, atEnd, scroller, area, rows };
  return { ...parts, observe, render, settle, onScroll, beforeScrollUp };
}

/** Follows how fast the reader moves; renders when a flight is over. */
function useFlight(render: () => void) {
  const [flight] = useState(() => new Flight());
  const landing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const noteMove = useCallback(
    (distance: number) => {
      const wasFlying = flight.isFlying;
      flight.moved(distance, performance.now());
      clearTimeout(landing.current);
      if (flight.isFlying) {
        landing.current = setTimeout(() => {
          flight.land();
          render();
        }, LANDING_MS);
      } else if (wasFlying) render();
    },
    [flight, render],
  );
  useLayoutEffect(() => () => clearTimeout(landing.current), []);
  return { flight, noteMove };
}

function newView(anchor: Anchor | null, count: number, isLoaded: (index: number) => boolean): ListView {
  const place =
    anchor && anchor.ordinal < count ? { index: anchor.ordinal, offset: anchor.offset } : ('end' as const);
  const view = new ListView(place, isLoaded);
  // A guess, until there is an element to ask.
  view.resize(window.innerHeight);
  return view;
}

/** Keeps the view's heights true: of the rows, and of the viewport. */
function useObserver(
  view: ListView,
  scroller: RefObject<HTMLElement | null>,
  settle: () => void,
): ObserveRow {
  const observer = useMemo(
    () =>
      new ResizeObserver((entries) => {
        let isNews = false;
        for (const { target, borderBoxSize } of entries) {
          if (target === scroller.current) {
            view.resize(target.clientHeight);
            isNews = true;
          } else if (noteHeight(view, target, borderBoxSize[0]?.blockSize ?? 0)) isNews = true;
        }
        if (isNews) settle();
      }),
    [view, scroller, settle],
  );
  useLayoutEffect(() => {
    if (scroller.current) {
      view.resize(scroller.current.clientHeight);
      observer.observe(scroller.current);
    }
    return () => observer.disconnect();
  }, [observer, view, scroller]);

  const isDue = useRef(false);
  return useCallback(
    (row) => {
      if (noteHeight(view, row, row.getBoundingClientRect().height) && !isDue.current) {
        // Once for all rows of a page that came.
        isDue.current = true;
        queueMicrotask(() => {
          isDue.current = false;
          settle();
        });
      }
      observer.observe(row);
      return () => observer.unobserve(row);
    },
    [observer, view, settle],
  );
}

/** Returns whether it is news. */
function noteHeight(view: ListView, row: Element, height: number): boolean {
  if (!row.isConnected || !(row instanceof HTMLElement)) return false;
  // A placeholder has the height it is given.
  if (row.dataset.kind === 'placeholder') return false;
  return view.heights.measure(Number(row.dataset.ordinal), height);
}
