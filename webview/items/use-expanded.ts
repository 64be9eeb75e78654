import { useState } from 'preact/hooks';
import type { Ordinal } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';

/** Whether the user opened an item. Remembered while its row is scrolled out of existence. */
export function useExpanded(
  ordinal: Ordinal,
): readonly [expanded: boolean, set: (expanded: boolean) => void] {
  const { expanded: remembered } = useApp();
  const [expanded, setExpanded] = useState(remembered.get(ordinal) ?? false);
  const set = (value: boolean) => {
    remembered.set(ordinal, value);
    setExpanded(value);
  };
  return [expanded, set];
}
