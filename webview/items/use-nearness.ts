import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { Nearness } from './nearness.ts';

/** From this length on a text is left out of the page where it is far from the viewport, in UTF-16 units. */
const LONG_TEXT = 12_000;

/** What a text needs to show only its parts near the viewport; undefined for a short one, which is shown whole. */
export interface PartsOnShow {
  readonly nearness: Nearness;
  /** Whether a part that is new is shown at once: it is being written. */
  readonly startsNear: boolean;
  /** How a part is rendered that is far away: while something is looked for, its bare text must be there to be found. */
  readonly lookFarAway: Look;
  /** Changes when other parts are near. */
  readonly version: number;
}

/** How a part of a text is rendered: as it is, as an empty place, or as a place that holds its text, unseen. */
export type Look = 'shown' | 'empty' | 'text';

/** Renders again when other parts of the text come near, and keeps what is read in place. */
export function useNearness(
  root: RefObject<HTMLElement | null>,
  length: number,
  isGrowing: boolean,
): PartsOnShow | undefined {
  const { navigation, finder } = useApp();
  const [nearness] = useState(() => new Nearness());
  const [, render] = useReducer<number, void>((renders) => renders + 1, 0);
  const isLong = length > LONG_TEXT;
  const wasShown = useRef(false);
  const look = useRef(() => {});
  const movedBy = useRef<(() => number) | undefined>(undefined);
  useLayoutEffect(() => {
    if (!isLong || !root.current) return;
    const observation = nearness.observe(root.current, (mark) => {
      movedBy.current = mark;
      render();
    });
    look.current = observation.look;
    return observation.dispose;
  }, [isLong, root, nearness]);
  useLayoutEffect(() => {
    wasShown.current = true;
    if (isLong) look.current();
    const row = root.current?.closest<HTMLElement>('.row');
    const by = movedBy.current?.();
    movedBy.current = undefined;
    if (row && by !== undefined) navigation.peek()?.keepReading(row, by);
  });
  if (!isLong) return undefined;
  return {
    nearness,
    startsNear: isGrowing && wasShown.current,
    lookFarAway: finder.isOpen.value ? 'text' : 'empty',
    version: nearness.version,
  };
}
