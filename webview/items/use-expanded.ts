import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { Ordinal } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';

/**
 * Whether an item is open: the user opened it, which is remembered, or what they look for is in it.
 *
 * @param isOpen - whether it is while nothing else is known
 */
export function useExpanded(
  ordinal: Ordinal,
  isOpen = false,
): readonly [expanded: boolean, set: (expanded: boolean) => void] {
  const { expanded: remembered, finder } = useApp();
  const isFound = useComputed(() => finder.hit.value === ordinal).value;
  const [chosen, setChosen] = useState(remembered.get(ordinal));
  const set = (value: boolean) => {
    remembered.set(ordinal, value);
    setChosen(value);
  };
  return [chosen ?? (isOpen || isFound), set];
}
