import type { Approvals } from './approvals/approvals.ts';
import type { NewNotice } from './notices.ts';
import type { CallObserver } from './observedToolset.ts';
import type { JoinedMonitors } from './runMonitor.ts';
import type { Transcript } from './transcript.ts';
import { REPLY_CUT_OFF } from './turn.ts';
import type { ImageKeeper, TurnRecorder } from './turnRecorder.ts';

export interface TurnObserverDeps {
  readonly recorder: TurnRecorder;
  readonly transcript: Transcript;
  readonly images: ImageKeeper;
  readonly approvals: Approvals;
  readonly monitors: JoinedMonitors;
  /** Of the run. */
  readonly signal: AbortSignal;
  /** Does what writes to the history, and owns its failures. */
  readonly write: (write: () => void) => void;
}

/** Hears of the calls of one turn: has them recorded, asked about, and looked at by the monitors. */
export function observeTurn(deps: TurnObserverDeps): CallObserver {
  const { recorder, transcript, images, approvals, monitors, write } = deps;
  /** What the user is told of calls, once it is shown how they ended. */
  const notices = new Map<string, readonly NewNotice[]>();
  return {
    callStarted: (call) => {
      monitors.callStarted(call);
      write(() => recorder.callStarted(call));
    },
    outputCame: (call, news) => write(() => recorder.outputCame(call, news)),
    callEnded: (call, outcome) => {
      write(() => recorder.callEnded(call, outcome));
      for (const notice of notices.get(call.id) ?? []) write(() => transcript.append(notice));
      notices.delete(call.id);
    },
    ask: async (call, question, signal) => {
      const place = recorder.placeOf(call);
      if (place === undefined) return { isAllowed: false, reason: REPLY_CUT_OFF.notStarted };
      const joined = AbortSignal.any([signal, deps.signal]);
      return monitors.waitForUser(
        approvals.ask(place, question, joined, (approval) =>
          write(() => recorder.approvalChanged(call, approval)),
        ),
      );
    },
    waitForUser: (over) => monitors.waitForUser(over),
    keep: (content) => {
      let kept = content;
      write(() => {
        kept = images.keep(content);
      });
      return kept;
    },
    review: (call, outcome) => {
      const remarks = monitors.callEnded(call, outcome);
      notices.set(
        call.id,
        remarks.flatMap(({ notice }) => notice ?? []),
      );
      return remarks.flatMap(({ hint }) => hint ?? []).join('\n');
    },
  };
}
