/** What a session does not know after it was interrupted. */
import { assertNever, type Item } from '../protocol/transcript.ts';

/** What the model reads beside the next message when the computer it acted on is gone. */
export const NEW_COMPUTER_TEXT =
  '[The computer has been started anew since the interrupted action. What was open on it is gone.]';

/**
 * Whether the last thing the model knows of is an action whose outcome nobody knows.
 *
 * @param latest - the transcript's last items, in order
 */
export function endedInInterruption(latest: readonly Item[]): boolean {
  for (const item of latest.toReversed()) {
    switch (item.kind) {
      case 'answer':
      case 'thinking':
        return false;
      case 'screenshot':
        if (item.scope === 'screen') return false;
        break;
      case 'action':
        if (item.state.status === 'interrupted') return true;
        // One that is asked about was not begun either.
        if (item.state.status !== 'skipped' && item.state.status !== 'queued') return false;
        break;
      case 'user':
      case 'notice':
        break;
      default:
        assertNever(item);
    }
  }
  return false;
}
