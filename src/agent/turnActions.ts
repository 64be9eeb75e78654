import type { BetaToolUseBlock } from '@anthropic-ai/sdk/resources/beta';
import type { OutputNews } from '../base/callOutput.ts';
import type { Approval } from '../protocol/approvals.ts';
import type { ActionState, LatestOutput, Ordinal, ScreenshotRef } from '../protocol/transcript.ts';
import { actionPoints, summarizeAction } from './actionSummary.ts';
import { shownText } from './shownText.ts';
import { type Tally, tallyOf } from './tally.ts';
import type { Transcript } from './transcript.ts';

interface OpenAction {
  readonly ordinal: Ordinal;
  readonly summary: string;
  state: ActionState;
  settled: boolean;
  /** Set once the user had to allow it. */
  approval?: Approval;
  /** What it printed last, beside what its item holds. */
  latest?: LatestOutput;
}

/** How a call stands; of an interrupted one, what it has printed last is added. */
type CallState = Exclude<ActionState, { readonly status: 'running' }> | { readonly status: 'running' };

/** The calls of one turn as actions in the transcript. A call that is not announced has none, and nothing is shown of it. */
export class TurnActions {
  readonly #transcript: Transcript;
  /** The screenshot points are chosen on. */
  readonly #before: ScreenshotRef | null;
  readonly #actions = new Map<string, OpenAction>();

  constructor(transcript: Transcript, before: ScreenshotRef | null) {
    this.#transcript = transcript;
    this.#before = before;
  }

  /** Calls that have an action. */
  get calls(): Iterable<string> {
    return this.#actions.keys();
  }

  placeOf(call: string): Ordinal | undefined {
    return this.#actions.get(call)?.ordinal;
  }

  announce(call: BetaToolUseBlock): void {
    // That of a try that failed.
    this.#actions.delete(call.id);
    const points = actionPoints(call.input);
    const summary = summarizeAction(call.name, call.input);
    const state: ActionState = { status: 'queued' };
    const place = this.#transcript.append({
      kind: 'action',
      toolset: call.toolset_name ?? call.name,
      member: call.name,
      summary,
      input: shownText(JSON.stringify(call.input, null, 2)),
      points,
      before: points.length > 0 ? this.#before : null,
      state,
    });
    this.#actions.set(call.id, { ordinal: place, summary, state, settled: false });
  }

  get tally(): Tally {
    return tallyOf(this.#actions.values());
  }

  /** @returns whether there is an action of it */
  setApproval(call: string, approval: Approval): boolean {
    const action = this.#actions.get(call);
    if (action) action.approval = approval;
    return action !== undefined;
  }

  /** Whether the user is asked about it. */
  isAsking(call: string): boolean {
    return this.#actions.get(call)?.approval?.answer === null;
  }

  show(call: string, state: CallState): void {
    const action = this.#actions.get(call);
    if (!action) return;
    action.state = state;
    this.#transcript.update(action.ordinal, changeOf(action, state));
  }

  /** What it prints while it runs. */
  showOutput(call: string, { added, latest }: OutputNews): void {
    const action = this.#actions.get(call);
    if (!action || action.settled) return;
    if (added !== '') this.#transcript.extend(action.ordinal, added);
    if (latest === null && action.latest === undefined) return;
    if (latest) action.latest = latest;
    else delete action.latest;
    this.#transcript.show(action.ordinal, changeOf(action, { status: 'running' }));
  }

  /** Nothing more is shown of it. */
  settled(call: string): void {
    const action = this.#actions.get(call);
    if (action) action.settled = true;
  }

  /** Shows how it ended, unless that is shown already. */
  settle(call: string, state: CallState): void {
    const action = this.#actions.get(call);
    if (!action || action.settled) return;
    try {
      this.show(call, state);
    } finally {
      action.settled = true;
    }
  }
}

function changeOf({ approval, latest }: OpenAction, state: CallState) {
  const isCut = state.status === 'running' || state.status === 'interrupted';
  return {
    kind: 'action',
    state: isCut && latest ? { ...state, latest } : state,
    ...(approval && { approval }),
  } as const;
}
