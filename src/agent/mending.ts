import type { History } from '../history/history.ts';
import type { SessionId } from '../protocol/transcript.ts';
import type { HistoryMessageStore } from './messageStore.ts';
import { HOST_ENDED } from './turn.ts';

/** Ends what the last host of a session left open, in both records or in none. Returns whether there was anything. */
export function mendSession(history: History, session: SessionId, messages: HistoryMessageStore): boolean {
  return history.transaction(() => {
    const unfinished = history.settleOpenItems(session, Date.now());
    const cutAnswer = unfinished.findLast((item) => item.kind === 'answer');
    const mended = messages.mendTurn(HOST_ENDED, cutAnswer?.text);
    return mended || unfinished.length > 0;
  });
}
