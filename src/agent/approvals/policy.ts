/** Decides which calls the user is asked about. Pure: what it needs to know comes with the question. */
import path from 'node:path';
import {
  type ApprovalQuestion,
  type AskedAction,
  MAX_DETAIL_LENGTH,
  MAX_TARGET_LENGTH,
} from '../../protocol/approvals.ts';
import { assertNever } from '../../protocol/transcript.ts';

export type Decision =
  | { readonly verdict: 'allow' }
  | { readonly verdict: 'ask' }
  /** `reason`: what the model reads. */
  | { readonly verdict: 'refuse'; readonly reason: string };

/** What a yes may cover for the rest of a session. */
export type Grants = ReadonlySet<string>;

export const TOO_LONG_TEXT =
  'Not executed: this has to be shown to the user first, and it is too long to be read. Do it in smaller parts.';

/** What the user is to be asked. @param target - the address or folder it is done to, empty where that is not known */
export function questionOf(what: AskedAction, target: string, detail: string): ApprovalQuestion {
  return { what, target, detail, scope: scopeOf(what, target) };
}

/** What is not covered by an earlier answer is asked about, and refused where nobody could read the question. */
export function decide(question: ApprovalQuestion, grants: Grants): Decision {
  const { target, detail } = question;
  if (target.length > MAX_TARGET_LENGTH || detail.length > MAX_DETAIL_LENGTH)
    return { verdict: 'refuse', reason: TOO_LONG_TEXT };
  const grant = grantOf(question);
  return { verdict: grant !== undefined && grants.has(grant) ? 'allow' : 'ask' };
}

/** What a yes for the session grants; undefined where each time is a question of its own. */
export function grantOf({ what, scope }: ApprovalQuestion): string | undefined {
  return scope === null ? undefined : JSON.stringify([what, scope]);
}

/** Pages without an origin (`about:`, `data:`) are all alike, so nothing is granted to one. */
function scopeOf(what: AskedAction, target: string): string | null {
  switch (what) {
    case 'command':
      return target === '' ? null : target;
    case 'edit':
      return path.dirname(target);
    case 'edit_config':
      return null;
    // Each time it is other files of the user's that leave this machine.
    case 'file_upload':
      return null;
    case 'javascript_exec':
    case 'read_console':
    case 'read_network':
      return originOf(target);
    default:
      return assertNever(what);
  }
}

function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url && url.origin !== 'null' ? url.origin : null;
}
