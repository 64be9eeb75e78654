/** Questions that nobody waits for any more, because the host that asked them has ended: they are answered all the same. */
import { type ApprovalAnswer, isOffered, type UserAnswer } from '../../protocol/approvals.ts';
import { type AskingItem, isAsking, type Ordinal } from '../../protocol/transcript.ts';
import { visibleLine } from '../../protocol/visibleText.ts';
import { askedNotice, hostEndedNotice, type NewNotice } from '../notices.ts';
import type { Transcript } from '../transcript.ts';
import { deniedText, isYes } from './approvals.ts';

/** Of the action's own words, which are the model's, in what it reads, in UTF-16 units. */
const MAX_SUMMARY = 200;

/**
 * The action at `place`, if its question was left and offers this answer.
 *
 * @param round - of the question that was read
 */
export function leftQuestion(
  transcript: Transcript,
  place: Ordinal,
  round: number,
  answer: UserAnswer,
): AskingItem | undefined {
  const item = transcript.latest().find((each) => each.ordinal === place);
  if (!item || !isAsking(item)) return undefined;
  const { question } = item.approval;
  return (question.round ?? 0) === round && isOffered(question, answer) ? item : undefined;
}

/** A question that was left, and how it is settled. */
export interface AnsweredQuestion<Answer = UserAnswer> {
  readonly left: AskingItem;
  readonly answer: Answer;
}

/** Says so. The action is not done: its computer is no more what it was. */
export function settleLeft(transcript: Transcript, { left, answer }: AnsweredQuestion<ApprovalAnswer>): void {
  const { question } = left.approval;
  const reason = isYes(answer)
    ? 'Not executed then: the program had ended. Claude may do it now.'
    : 'Not executed.';
  transcript.update(left.ordinal, {
    kind: 'action',
    state: { status: 'skipped', reason },
    approval: { question, answer },
  });
}

/** Gives up all that were left: the user goes on with something else. */
export function withdrawLeft(transcript: Transcript): void {
  for (const item of transcript.latest())
    if (isAsking(item)) settleLeft(transcript, { left: item, answer: { kind: 'withdrawn' } });
}

/** What the user reads of a host that has ended in the middle of a run. */
export function endOfHostNotice(transcript: Transcript): NewNotice {
  return transcript.latest().some(isAsking) ? askedNotice() : hostEndedNotice();
}

/** What the model reads of the answer. Its call has a result by then, which says that it was not executed. */
export function noteOfAnswer({ summary }: AskingItem, answer: UserAnswer): string {
  const asked =
    `[The program ended while the user was asked to allow an action of yours: ${visibleLine(summary, MAX_SUMMARY)}. ` +
    'It was not executed.';
  return answer.kind === 'denied'
    ? `${asked} They have answered now. ${deniedText(answer.reason)}]`
    : `${asked} They allow it now. Look at the screen first; then do it, if it still makes sense.]`;
}
