import type { BetaToolUseBlock, BetaUsage } from '@anthropic-ai/sdk/resources/beta';
import type { NewNotice } from './notices.ts';
import type { CallOutcome } from './observedToolset.ts';

/** What a monitor has to say of a call that has ended. */
export interface Remark {
  /** For the user, below the action. */
  readonly notice?: NewNotice;
  /** For the model, below the call's result. */
  readonly hint?: string;
}

/**
 * Follows one run, to end it or to say something in it: that a limit is reached, that nothing moves on. It decides, the
 * run does. Its methods do not throw, and cost no more the longer the run is.
 */
export interface RunMonitor {
  /** Asked before each request to the model, also one that is tried again. A notice ends the run with it. */
  readonly beforeStep?: () => NewNotice | undefined;
  /** A reply of the model came, or a summary that it was asked for. */
  readonly replied?: (usage: BetaUsage) => void;
  /** What was replied last is a summary, and stands for the conversation before it from now on. */
  readonly summarized?: () => void;
  /** A call is about to run. */
  readonly callStarted?: (call: BetaToolUseBlock) => void;
  /** A call has ended; `outcome` is what the model reads of it. */
  readonly callEnded?: (call: BetaToolUseBlock, outcome: CallOutcome) => Remark | undefined;
  /** A call waits for the user: for an answer, or for the computer that they have. Several may wait at a time. */
  readonly waitBegan?: () => void;
  /** One that has waited does no more, however that came. */
  readonly waitEnded?: () => void;
}

export type JoinedMonitors = ReturnType<typeof joinMonitors>;

/** Several monitors as one. */
export function joinMonitors(monitors: readonly RunMonitor[]) {
  return {
    /** What ends the run before its next step: what the first says that has anything to say. */
    beforeStep(): NewNotice | undefined {
      for (const monitor of monitors) {
        const notice = monitor.beforeStep?.();
        if (notice) return notice;
      }
      return undefined;
    },
    replied(usage: BetaUsage): void {
      for (const monitor of monitors) monitor.replied?.(usage);
    },
    summarized(): void {
      for (const monitor of monitors) monitor.summarized?.();
    },
    callStarted(call: BetaToolUseBlock): void {
      for (const monitor of monitors) monitor.callStarted?.(call);
    },
    callEnded(call: BetaToolUseBlock, outcome: CallOutcome): readonly Remark[] {
      return monitors.flatMap((monitor) => monitor.callEnded?.(call, outcome) ?? []);
    },
    /** Resolves and rejects as `over` does, until which a call waits for the user. */
    async waitForUser<T>(over: Promise<T>): Promise<T> {
      for (const monitor of monitors) monitor.waitBegan?.();
      try {
        return await over;
      } finally {
        for (const monitor of monitors) monitor.waitEnded?.();
      }
    },
  };
}
