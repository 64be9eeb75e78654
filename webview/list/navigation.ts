import type { RefObject } from 'preact';
import { type Ordinal, ordinal } from '../../src/protocol/transcript.ts';
import type { Questions } from '../store/questions.ts';
import type { ListView } from './list-view.ts';

/** Left free above a message that is jumped to, in px. */
const MARGIN = 8;

/** Moves about the whole transcript, loaded or not. What is jumped to is kept in place until the reader scrolls. */
export interface Navigation {
  toStart(): void;
  toEnd(): void;
  /** Shows an item so that it begins `below` px under the top of the viewport (negative: above it). */
  toItem(at: Ordinal, below: number): void;
  /** To the nearest message of the user in a direction; to the start or end when there is none. */
  toUserMessage(direction: 'before' | 'after'): void;
  /** The item that is read. */
  reading(): Ordinal;
  /** Serves the keys that move about. Returns whether it was one. */
  onKeyDown(event: KeyboardEvent): boolean;
  /** Tells that a row has a new height, and that what is read in it (if it is) moved down by `by` px. */
  keepReading(row: HTMLElement, by: number): void;
  /** The scrolling element. */
  readonly scroller: HTMLElement | null;
}

interface NavigationParts {
  readonly view: ListView;
  readonly settle: () => void;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly questions: Questions;
}

export function createNavigation({ view, settle, scroller, questions }: NavigationParts): Navigation {
  const toItem = (at: Ordinal, below: number) => {
    view.jumpTo(at, below);
    settle();
  };
  const toStart = () => toItem(ordinal(0), MARGIN);
  const toEnd = () => {
    view.jumpToEnd();
    settle();
  };
  const reading = () => {
    const { place } = view;
    return ordinal(place === 'end' ? view.heights.count : place.index);
  };
  const toUserMessage = (direction: 'before' | 'after') => {
    if (direction === 'after' && view.place === 'end') return;
    questions.findUser(reading(), direction, (found) => {
      if (found !== null) toItem(found, MARGIN);
      else if (direction === 'before') toStart();
      else toEnd();
    });
  };
  const onKeyDown = ({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent) => {
    if (shiftKey) return false;
    const isCommand = ctrlKey || metaKey;
    if (isCommand && key === 'Home') toStart();
    else if (isCommand && key === 'End') toEnd();
    else if (altKey && !isCommand && key === 'ArrowUp') toUserMessage('before');
    else if (altKey && !isCommand && key === 'ArrowDown') toUserMessage('after');
    else return false;
    return true;
  };
  const keepReading = (row: HTMLElement, by: number) => {
    const index = Number(row.dataset.ordinal);
    view.heights.measure(index, row.getBoundingClientRect().height);
    view.moveWithin(index, by);
    settle();
  };
  return {
    toStart,
    toEnd,
    toItem,
    toUserMessage,
    reading,
    onKeyDown,
    keepReading,
    get scroller() {
      return scroller.current;
    },
  };
}
