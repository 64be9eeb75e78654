import { untilAborted } from '../../base/delay.ts';
import {
  type Approval,
  type ApprovalAnswer,
  type ApprovalQuestion,
  MAX_REASON_LENGTH,
  type UserAnswer,
} from '../../protocol/approvals.ts';
import type { Ordinal } from '../../protocol/transcript.ts';
import { decide, grantOf } from './policy.ts';

/** What came of a question. `reason`: what the model reads in place of a result. */
export type Verdict = { readonly isAllowed: true } | { readonly isAllowed: false; readonly reason: string };

/** A question that waits. */
export interface Asked {
  readonly question: ApprovalQuestion;
  /** Aborts when it waits no more, however that came. */
  readonly over: AbortSignal;
  /** Of no effect once it is over. */
  answer(answer: UserAnswer): void;
}

/**
 * The questions of a session: each waits beside its action in the transcript until the user answers, wherever that is
 * done, or nobody waits for it any more. What was allowed for the session is forgotten with it.
 */
export class Approvals {
  readonly #granted = new Set<string>();
  readonly #waiting = new Map<Ordinal, Asked>();
  readonly #onAsked: (asked: Asked) => void;

  /** @param onAsked - hears of each question that waits */
  constructor(onAsked: (asked: Asked) => void) {
    this.#onAsked = onAsked;
  }

  /**
   * Resolves when the question about the action at `place` is settled.
   *
   * @param record - writes down how it stands
   * @throws the signal's reason
   */
  async ask(
    place: Ordinal,
    question: ApprovalQuestion,
    signal: AbortSignal,
    record: (approval: Approval) => void,
  ): Promise<Verdict> {
    const decision = decide(question, this.#granted);
    if (decision.verdict === 'refuse') return { isAllowed: false, reason: decision.reason };
    if (decision.verdict === 'allow') {
      record({ question, answer: { kind: 'granted' } });
      return { isAllowed: true };
    }
    record({ question, answer: null });
    const answer = await this.#answerTo(place, question, signal).catch((error) => {
      record({ question, answer: { kind: 'withdrawn' } });
      throw error;
    });
    record({ question, answer });
    if (answer.kind === 'denied') return { isAllowed: false, reason: deniedText(answer.reason) };
    const grant = grantOf(question);
    if (answer.kind === 'session' && grant !== undefined) this.#granted.add(grant);
    return { isAllowed: true };
  }

  /** Answers the question about the action at `place`; of no effect where none waits. */
  answer(place: Ordinal, answer: UserAnswer): void {
    this.#waiting.get(place)?.answer(answer);
  }

  async #answerTo(place: Ordinal, question: ApprovalQuestion, signal: AbortSignal): Promise<UserAnswer> {
    const answered = Promise.withResolvers<UserAnswer>();
    const ending = new AbortController();
    const asked: Asked = { question, over: ending.signal, answer: answered.resolve };
    this.#waiting.set(place, asked);
    try {
      this.#onAsked(asked);
      return await untilAborted(answered.promise, signal);
    } finally {
      this.#waiting.delete(place);
      ending.abort();
    }
  }
}

/** Whether the action may be begun with this answer. */
export function isYes(answer: ApprovalAnswer): boolean {
  return answer.kind === 'once' || answer.kind === 'session' || answer.kind === 'granted';
}

function deniedText(reason: string): string {
  const said = reason.trim().slice(0, MAX_REASON_LENGTH);
  return said === ''
    ? 'Not executed: the user did not allow this. Go on without it, or ask what they want instead.'
    : `Not executed: the user did not allow this. They say: ${said}`;
}
