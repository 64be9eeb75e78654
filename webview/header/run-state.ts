import type { Activity, SessionStatus } from '../../src/protocol/messages.ts';
import { assertNever } from '../../src/protocol/transcript.ts';
import type { Strings } from '../strings.ts';

const ACTIVITY_STRINGS: Record<Activity, keyof Strings> = {
  starting: 'activityStarting',
  thinking: 'activityThinking',
  answering: 'activityAnswering',
  acting: 'activityActing',
  asking: 'activityAsking',
  waiting: 'activityWaiting',
  summarizing: 'activitySummarizing',
};

/** What the agent is doing, in words. */
export function runStateText(
  { run, control }: Pick<SessionStatus, 'run' | 'control'>,
  strings: Strings,
): string {
  switch (run.state) {
    case 'idle':
      return strings.stateIdle;
    case 'running':
      // An action that waits for the user uses nothing.
      if (control === 'user' && run.activity === 'acting') return strings.activityYielding;
      return strings[ACTIVITY_STRINGS[run.activity]];
    case 'stopping':
      return strings.stateStopping;
    default:
      return assertNever(run);
  }
}
