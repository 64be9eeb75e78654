/**
 * Decides which calls are done, which the user is asked about, and which are refused. Pure: what it needs to know comes
 * with the call. What pages say can lead to a question and never away from one that the call itself leads to.
 */
import type { CallTarget } from '../../computer/callTarget.ts';
import {
  type ApprovalMode,
  type ApprovalQuestion,
  MAX_DETAIL_LENGTH,
  MAX_TARGET_LENGTH,
} from '../../protocol/approvals.ts';
import { assertNever } from '../../protocol/transcript.ts';
import { pressedKeys } from './keying.ts';
import { type Asking, type Nature, natureOf } from './members.ts';
import { clickConsequence, fillingConsequence, keysConsequence, typingConsequence } from './pageAction.ts';
import { type Grant, grantOf, pageQuestion, questionOf } from './questions.ts';

export { questionOf } from './questions.ts';

/** A call as the model made it. */
export interface JudgedCall {
  /** `browser`, `computer`, or the tool's name. */
  readonly toolset: string;
  readonly member: string;
  readonly input: unknown;
  /** What it would act on; undefined where that is not known. */
  readonly targets: readonly CallTarget[] | undefined;
}

/** Where it would be done. */
export interface Circumstances extends Asking {
  readonly mode: ApprovalMode;
  /** Whether the computer is: see `Computer.isIsolated`. */
  readonly isIsolated: boolean;
  /** Whether what commands and the editor reach there is. */
  readonly isShellIsolated: boolean;
  /** Whether the model and its page are made up, so that nothing has consequences. */
  readonly isMadeUp: boolean;
  /** What the user calls the computer. */
  readonly computer: string;
  /** Its address, where it is a machine of its own that can be told from others by it. */
  readonly host?: string;
}

/** The question that the call leads to; undefined for none. Whether it is asked is for {@link decide}. */
export function judge(call: JudgedCall, at: Circumstances): ApprovalQuestion | undefined {
  if (at.isMadeUp) return undefined;
  const nature = natureOf(call.toolset, call.member, call.input, at);
  const question = consequent(nature, call, at);
  if (question || at.mode !== 'ask-everything' || nature === 'look' || nature === 'asks-itself')
    return question;
  const [target] = call.targets ?? [];
  return (
    pageQuestion(nature, call, 'mode') ?? questionOf('call', target?.origin ?? at.computer, inWords(call))
  );
}

/** What has consequences. */
function consequent(nature: Nature, call: JudgedCall, at: Circumstances): ApprovalQuestion | undefined {
  const { targets } = call;
  const fields = fieldsOf(call.input);
  const text = String(fields.text ?? '');
  switch (nature) {
    case 'look':
    case 'asks-itself':
    case 'harmless':
      return undefined;
    case 'click':
      return pageQuestion(nature, call, targets ? clickConsequence(targets) : 'unseen');
    case 'type':
      return pageQuestion(nature, call, targets ? typingConsequence(targets, text) : 'unseen');
    case 'fill':
      return pageQuestion(
        nature,
        call,
        targets ? fillingConsequence(targets, String(fields.value ?? '')) : 'unseen',
      );
    case 'key': {
      const repeat = call.member === 'hold_key' ? 2 : Number(fields.repeat ?? 1);
      const keying = pressedKeys(text, repeat);
      return pageQuestion(nature, call, targets ? keysConsequence(targets, keying) : 'unseen');
    }
    case 'desktop':
      return at.isIsolated ? undefined : questionOf('desktop', at.computer, '', undefined, at.host);
    case 'command':
      return at.isShellIsolated
        ? undefined
        : questionOf('command', at.computer, String(fields.command ?? ''));
    case 'edit':
      return at.isShellIsolated ? undefined : questionOf('call', at.computer, inWords(call));
    case 'unknown':
      return questionOf('call', at.computer, inWords(call), 'unseen');
    default:
      return assertNever(nature);
  }
}

/** What a question comes to. */
export type Decision =
  /** `by`: why nobody is asked. */
  | { readonly verdict: 'allow'; readonly by: 'granted' | 'unattended' }
  | { readonly verdict: 'ask'; readonly question: ApprovalQuestion }
  /** `reason`: what the model reads. */
  | { readonly verdict: 'refuse'; readonly reason: string };

export const TOO_LONG_TEXT =
  'Not executed: this has to be shown to the user first, and it is too long to be read. Do it in smaller parts.';

/**
 * What is not covered is asked about, and refused where nobody could read the question.
 *
 * @param canAllow - whether anything can be allowed for good
 * @param hasGrant - whether an earlier answer covers it
 */
export function decide(
  question: ApprovalQuestion,
  {
    mode,
    isIsolated,
    canAllow = true,
  }: Pick<Circumstances, 'mode' | 'isIsolated'> & { readonly canAllow?: boolean },
  hasGrant: (grant: Grant) => boolean,
): Decision {
  const { target, detail, always: _, ...rest } = question;
  if (target.length > MAX_TARGET_LENGTH || detail.length > MAX_DETAIL_LENGTH)
    return { verdict: 'refuse', reason: TOO_LONG_TEXT };
  // Who wants to be asked each time is not offered anything else.
  if (mode === 'ask-everything')
    return { verdict: 'ask', question: { ...rest, target, detail, scope: null } };
  if (mode === 'unattended' && isIsolated && staysWithin(question))
    return { verdict: 'allow', by: 'unattended' };
  const grant = grantOf(question);
  if (grant && hasGrant(grant)) return { verdict: 'allow', by: 'granted' };
  return { verdict: 'ask', question: canAllow ? question : { ...rest, target, detail } };
}

/** Whether it is done on the computer alone, and not with what is the user's on this machine. */
function staysWithin({ what }: ApprovalQuestion): boolean {
  switch (what) {
    case 'secret':
    case 'file_upload':
    case 'command':
    case 'edit':
    case 'edit_config':
      return false;
    case 'javascript_exec':
    case 'read_console':
    case 'read_network':
    case 'click':
    case 'type':
    case 'key':
    case 'desktop':
    case 'call':
      return true;
    default:
      return assertNever(what);
  }
}

function inWords({ toolset, member, input }: JudgedCall): string {
  const name = toolset === member ? member : `${toolset} ${member}`;
  return `${name} ${JSON.stringify(input, null, 1)}`;
}

function fieldsOf(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
}
