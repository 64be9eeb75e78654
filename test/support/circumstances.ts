import type { Circumstances } from '../../src/agent/approvals/policy.ts';

/** A browser of the user's that nothing isolates, with the questions of the default settings. */
export const CIRCUMSTANCES: Circumstances = {
  mode: 'ask-consequences',
  isIsolated: false,
  isShellIsolated: false,
  isShellAsking: true,
  isEditorAsking: true,
  isMadeUp: false,
  computer: 'A browser',
};
