import { type ActionItem, ordinal } from '../../src/protocol/transcript.ts';

/** The action of a command that runs, as the item at `place`. */
export function runningCommand(place: number): ActionItem {
  return {
    ordinal: ordinal(place),
    at: 0,
    kind: 'action',
    toolset: 'bash',
    member: 'bash',
    summary: 'Run',
    input: '{}',
    points: [],
    before: null,
    state: { status: 'running' },
  };
}
