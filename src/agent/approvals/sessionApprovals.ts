import type { UserAnswer } from '../../protocol/approvals.ts';
import type { ComputerKind } from '../../protocol/computers.ts';
import type { Unattended } from '../../protocol/messages.ts';
import type { Ordinal } from '../../protocol/transcript.ts';
import type { Conversation } from '../conversation.ts';
import { type NewNotice, notUnattendedNotice } from '../notices.ts';
import type { Transcript } from '../transcript.ts';
import { type ApprovalSettings, Approvals, type Asked, DEFAULT_APPROVALS } from './approvals.ts';
import {
  type AnsweredQuestion,
  leftQuestion,
  noteOfAnswer,
  settleLeft,
  withdrawLeft,
} from './leftQuestions.ts';
import type { Circumstances } from './policy.ts';

export interface SessionApprovalsDeps {
  /** Without them {@link DEFAULT_APPROVALS}. */
  readonly settings: ApprovalSettings | undefined;
  readonly transcript: Transcript;
  readonly conversation: Conversation;
  readonly computer: () => SessionComputerFacts;
  readonly onAsked: (asked: Asked) => void;
  readonly tell: (notice: NewNotice) => void;
}

export interface SessionComputerFacts {
  readonly kind: ComputerKind;
  /** As the user reads it. */
  readonly label: string;
  readonly isRunning: boolean;
  readonly isIsolated: boolean;
  /** Whether the model that drives it is made up. */
  readonly isMadeUp: boolean;
}

/** All about the user's leave in one session. */
export class SessionApprovals {
  readonly #deps: SessionApprovalsDeps;
  readonly #settings: ApprovalSettings;
  /** The questions of its runs. */
  readonly questions: Approvals;
  #answered: AnsweredQuestion | undefined;
  #hasToldNotUnattended = false;

  constructor(deps: SessionApprovalsDeps) {
    this.#deps = deps;
    this.#settings = deps.settings ?? DEFAULT_APPROVALS;
    this.questions = new Approvals({
      settings: this.#settings,
      isIsolated: () => deps.computer().isIsolated,
      onAsked: deps.onAsked,
    });
  }

  /** Of a call, but for what is known of the computer itself. */
  get circumstances(): Pick<Circumstances, 'mode' | 'isMadeUp' | 'computer' | 'host'> {
    const { kind, label, isMadeUp } = this.#deps.computer();
    return {
      mode: this.#settings.mode,
      isMadeUp,
      computer: label,
      ...(kind === 'vnc' && { host: label }),
    };
  }

  /** How it stands with working unattended, as far as is known. */
  get unattended(): Unattended {
    if (this.#settings.mode !== 'unattended') return 'off';
    const { kind, isRunning, isIsolated } = this.#deps.computer();
    return kind === 'vnc' || (isRunning && !isIsolated) ? 'refused' : 'on';
  }

  /** Says, once, that working unattended does not count on this computer. */
  tellNotUnattended(): void {
    if (this.#hasToldNotUnattended) return;
    this.#hasToldNotUnattended = true;
    this.#deps.tell(notUnattendedNotice(this.#deps.computer().label));
  }

  /**
   * Answers the question about the action at `place`; of no effect where none waits, nor was left by an earlier host. An
   * answer to one that was left begins a run.
   *
   * @param round - of the question that was read
   * @param begin - begins a run after what is said in its parameter, if a run may be; returns whether it did
   */
  answer(place: Ordinal, round: number, answer: UserAnswer, begin: (say: () => void) => boolean): void {
    if (this.questions.answer(place, round, answer)) return;
    const { transcript, conversation } = this.#deps;
    const left = leftQuestion(transcript, place, round, answer);
    if (!left) return;
    this.#answered = { left, answer };
    const hasBegun = begin(() => conversation.note(noteOfAnswer(left, answer)));
    this.#answered = undefined;
    if (hasBegun && answer.kind !== 'denied') this.questions.allowInAdvance(left.approval.question, answer);
  }

  /** Within a transaction, before a run begins: nothing waits any more but for what it does itself. */
  settleLeft(): void {
    this.questions.runBegins();
    if (this.#answered) settleLeft(this.#deps.transcript, this.#answered);
    withdrawLeft(this.#deps.transcript);
  }
}
