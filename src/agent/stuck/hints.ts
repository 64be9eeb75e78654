/** What the model reads when it does not get any further. Never a word of a page's. */
import { assertNever } from '../../protocol/transcript.ts';
import type { Level } from './ladder.ts';
import type { SignKind } from './stuckDetector.ts';

/** Undefined where there is nothing to say but that the run pauses, which the model does not read. */
export function hintOf(kind: SignKind, level: Level, times: number): string | undefined {
  if (level === 'pause') return undefined;
  return `[Note: ${sawOf(kind, times)} ${adviceOf(kind, level)}]`;
}

function sawOf(kind: SignKind, times: number): string {
  switch (kind) {
    case 'repeated':
      return `The same was tried ${times} times, and the screen has not changed.`;
    case 'circle':
      return `The same few actions and screens have taken turns ${times} times.`;
    case 'nothing-new':
      return `Nothing new was seen in the last ${times} looks.`;
    case 'outcome':
      return `This has ended in the same way ${times} times.`;
    default:
      return assertNever(kind);
  }
}

function adviceOf(kind: SignKind, level: Exclude<Level, 'pause'>): string {
  switch (level) {
    case 'wait':
      return kind === 'outcome'
        ? 'Read what it says before you do it again; if something needs time, wait for it.'
        : 'Wait a moment, then look again before you try once more.';
    case 'zoom':
      return 'Zoom in on what you act on: it may be disabled, covered, or not what it seems.';
    case 'route':
      return kind === 'outcome'
        ? 'Doing it again will not help: check what it relies on, or do it in another way.'
        : 'Try another way: the keyboard, scrolling, another element, or the text of the page.';
    case 'ask':
      return 'Tell the user what you tried, and ask how to go on, rather than trying again.';
    default:
      return assertNever(level);
  }
}
