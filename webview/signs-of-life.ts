import type { WebviewMessage } from '../src/protocol/messages.ts';
import { scheduleFrame } from './store/frame.ts';

/**
 * Answers pings by way of a frame: one that does not come means that this document is stuck. A hidden document gets no
 * frames, and its timers may be slowed down; it answers at once.
 *
 * @returns what to call with the id of a ping
 */
export function answerPings(post: (message: WebviewMessage) => void): (id: number) => void {
  let waiting: number[] = [];
  const answer = () => {
    const ids = waiting;
    waiting = [];
    for (const id of ids) post({ type: 'pong', id });
  };
  const isHidden = () => document.visibilityState === 'hidden';
  document.addEventListener('visibilitychange', () => {
    if (isHidden()) answer();
  });
  return (id) => {
    waiting.push(id);
    if (isHidden()) answer();
    else scheduleFrame(answer);
  };
}

/** Tells the host when the keyboard comes to this document and when it goes. */
export function tellFocus(post: (message: WebviewMessage) => void): void {
  const tell = (hasFocus: boolean) => post({ type: 'focus', hasFocus });
  window.addEventListener('focus', () => tell(true));
  window.addEventListener('blur', () => tell(false));
  if (document.hasFocus()) tell(true);
}
