import { untilAborted } from '../../base/delay.ts';
import {
  type Approval,
  type ApprovalAnswer,
  type ApprovalMode,
  type ApprovalQuestion,
  isOffered,
  MAX_REASON_LENGTH,
  type UserAnswer,
} from '../../protocol/approvals.ts';
import type { Ordinal } from '../../protocol/transcript.ts';
import { HostEnding } from '../turn.ts';
import { decide } from './policy.ts';
import { type Grant, grantKey, grantOf, isSameQuestion } from './questions.ts';

/** What came of a question. `reason`: what the model reads in place of a result. */
export type Verdict = { readonly isAllowed: true } | { readonly isAllowed: false; readonly reason: string };

/** A question that waits. */
export interface Asked {
  readonly question: ApprovalQuestion;
  /** Aborts when it waits no more, however that came. */
  readonly over: AbortSignal;
  /** Of no effect once it is over, and where the question does not offer it. */
  answer(answer: UserAnswer): void;
}

/** What the user's settings say of approvals, as they are now. */
export interface ApprovalSettings {
  readonly mode: ApprovalMode;
  /** Whether anything can be allowed for good. */
  readonly canAllow: boolean;
  /** Whether the user has allowed it for good. */
  isAllowed(grant: Grant): boolean;
  /** Allows it for good; never rejects. */
  allow(grant: Grant): void;
}

/** Where nobody has set anything. */
export const DEFAULT_APPROVALS: ApprovalSettings = {
  mode: 'ask-consequences',
  canAllow: false,
  isAllowed: () => false,
  allow: () => undefined,
};

export interface ApprovalsDeps {
  readonly settings: ApprovalSettings;
  /** Whether the session's computer is: see `Computer.isIsolated`. */
  readonly isIsolated: () => boolean;
  /** Hears of each question that waits. */
  readonly onAsked: (asked: Asked) => void;
}

/**
 * The questions of a session: each waits beside its action in the transcript until the user answers, wherever that is
 * done, or nobody waits for it any more. What was allowed for the session is forgotten with it.
 */
export class Approvals {
  readonly #deps: ApprovalsDeps;
  readonly #granted = new Set<string>();
  readonly #waiting = new Map<Ordinal, Asked>();
  /** What the user has said yes to when nobody waited for it any more. */
  #inAdvance: ApprovalQuestion | undefined;

  constructor(deps: ApprovalsDeps) {
    this.#deps = deps;
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
    const { settings, isIsolated } = this.#deps;
    const at = { mode: settings.mode, isIsolated: isIsolated(), canAllow: settings.canAllow };
    const decision = decide(question, at, (grant) => this.#has(grant));
    if (decision.verdict === 'refuse') return { isAllowed: false, reason: decision.reason };
    if (decision.verdict === 'allow' || this.#takeInAdvance(question)) {
      const kind = decision.verdict === 'allow' ? decision.by : 'granted';
      record({ question, answer: { kind } });
      return { isAllowed: true };
    }
    const asked = decision.question;
    record({ question: asked, answer: null });
    const answer = await this.#answerTo(place, asked, signal).catch((error) => {
      // One that the host's end cut short can be answered in the next host.
      if (!(signal.reason instanceof HostEnding)) record({ question: asked, answer: { kind: 'withdrawn' } });
      throw error;
    });
    record({ question: asked, answer });
    if (answer.kind === 'denied') return { isAllowed: false, reason: deniedText(answer.reason) };
    this.#remember(asked, answer);
    return { isAllowed: true };
  }

  /**
   * Answers the question about the action at `place`; of no effect where none waits, or not this one.
   *
   * @param round - of the question that was read
   * @returns whether any question waits
   */
  answer(place: Ordinal, round: number, answer: UserAnswer): boolean {
    const asked = this.#waiting.get(place);
    if (asked && (asked.question.round ?? 0) === round) asked.answer(answer);
    return this.#waiting.size > 0;
  }

  /** Takes a yes to a question that nobody waits for any more: for when the run that has begun asks it again. */
  allowInAdvance(question: ApprovalQuestion, answer: UserAnswer): void {
    this.#inAdvance = question;
    this.#remember(question, answer);
  }

  /** A run begins, to which what was allowed for the one before is nothing. */
  runBegins(): void {
    this.#inAdvance = undefined;
  }

  #remember(question: ApprovalQuestion, { kind }: UserAnswer): void {
    const grant = grantOf(question);
    if (grant && (kind === 'session' || kind === 'always')) this.#granted.add(grantKey(grant));
    if (grant && kind === 'always') this.#deps.settings.allow(grant);
  }

  #has(grant: Grant): boolean {
    return this.#granted.has(grantKey(grant)) || this.#deps.settings.isAllowed(grant);
  }

  #takeInAdvance(question: ApprovalQuestion): boolean {
    const known = this.#inAdvance;
    if (!known || !isSameQuestion(known, question)) return false;
    this.#inAdvance = undefined;
    return true;
  }

  async #answerTo(place: Ordinal, question: ApprovalQuestion, signal: AbortSignal): Promise<UserAnswer> {
    const answered = Promise.withResolvers<UserAnswer>();
    const ending = new AbortController();
    const asked: Asked = {
      question,
      over: ending.signal,
      answer: (answer) => {
        if (isOffered(question, answer)) answered.resolve(answer);
      },
    };
    this.#waiting.set(place, asked);
    try {
      this.#deps.onAsked(asked);
      return await untilAborted(answered.promise, signal);
    } finally {
      this.#waiting.delete(place);
      ending.abort();
    }
  }
}

/** Whether the action may be begun with this answer. */
export function isYes({ kind }: ApprovalAnswer): boolean {
  return kind !== 'denied' && kind !== 'withdrawn';
}

/** What the model reads of a no. */
export function deniedText(reason: string): string {
  const said = reason.trim().slice(0, MAX_REASON_LENGTH);
  return said === ''
    ? 'Not executed: the user did not allow this. Go on without it, or ask what they want instead.'
    : `Not executed: the user did not allow this. They say: ${said}`;
}
