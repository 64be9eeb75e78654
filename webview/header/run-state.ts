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

/** What the agent is doing, in words; while nothing runs, whether a prompt would be taken and begin a run. */
export function runStateText(status: SessionStatus, strings: Strings): string {
  const { run, control } = status;
  switch (run.state) {
    case 'idle':
      return strings[idleString(status)];
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

/** Whether nothing runs and nothing is expected of the user before a prompt does what it says. */
export function isReady(status: SessionStatus): boolean {
  return status.run.state === 'idle' && idleString(status) === 'stateIdle';
}

function idleString({ access, consent, control, unfinished }: SessionStatus): keyof Strings {
  if (access === 'restricted') return 'stateRestricted';
  if (access === 'elsewhere') return 'stateElsewhere';
  if (consent === 'needed') return 'stateConsent';
  if (control === 'user') return 'stateYours';
  return unfinished ? 'waitingForYou' : 'stateIdle';
}
