/** What the user is asked, and what an answer may cover. Pure. */
import path from 'node:path';
import type { CallTarget } from '../../computer/callTarget.ts';
import {
  type ApprovalQuestion,
  type AskedAction,
  type Consequence,
  isFileEdit,
} from '../../protocol/approvals.ts';
import { assertNever } from '../../protocol/transcript.ts';
import type { Nature } from './members.ts';
import { consequenceOfClue } from './words.ts';

/** What a yes covers beyond the action that it was given for: one kind of action, for one reason, at one place. */
export interface Grant {
  readonly what: AskedAction;
  readonly because?: Consequence;
  /** An origin, a computer, a folder. */
  readonly scope: string;
  /** As an entry of what is allowed for good has it: a host, for edits a folder. */
  readonly always?: string;
}

/**
 * What the user is to be asked.
 *
 * @param target - the address, folder or computer it is done to, empty where that is not known. Of an address the host
 *   becomes what is looked up (Punycode), which cannot pass for another one
 * @param host - of a computer that can be told from others by it
 */
export function questionOf(
  what: AskedAction,
  target: string,
  detail: string,
  because?: Consequence,
  host?: string,
): ApprovalQuestion {
  const address = isOfPage(what) ? addressOf(target) : undefined;
  const scope = scopeOf(what, because, target);
  const always = alwaysOf(what, because, address) ?? (what === 'edit' ? (scope ?? undefined) : host);
  return {
    what,
    ...(because && { because }),
    target: address?.href ?? target,
    detail,
    scope,
    ...(always !== undefined && scope !== null && { always }),
  };
}

/** Without a name and password, which can look like a host. */
function addressOf(target: string): URL | undefined {
  const url = URL.parse(target);
  if (!url) return undefined;
  url.username = '';
  url.password = '';
  return url;
}

function isOfPage(what: AskedAction): boolean {
  return what !== 'command' && what !== 'desktop' && !isFileEdit(what);
}

/** About an action on a page; undefined where it is of no consequence, or is none. */
export function pageQuestion(
  nature: Nature,
  { input, targets = [] }: { readonly input: unknown; readonly targets: readonly CallTarget[] | undefined },
  because: Consequence | undefined,
): ApprovalQuestion | undefined {
  if (because === undefined) return undefined;
  const origin = targets[0]?.origin ?? '';
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  switch (nature) {
    case 'click':
      return questionOf('click', origin, namesOf(targets), because);
    case 'type':
      return questionOf('type', origin, String(fields.text ?? ''), because);
    case 'fill':
      if (targets.some(({ role }) => role !== 'field'))
        return questionOf('click', origin, namesOf(targets), because);
      return questionOf('type', origin, String(fields.value ?? ''), because);
    case 'key': {
      const repeat = Number(fields.repeat ?? 1);
      return questionOf('key', origin, `${fields.text}${repeat > 1 ? ` × ${repeat}` : ''}`, because);
    }
    default:
      return undefined;
  }
}

/** What a yes for the session grants; undefined where each time is a question of its own. */
export function grantOf({ what, because, scope, always }: ApprovalQuestion): Grant | undefined {
  if (scope === null) return undefined;
  return { what, scope, ...(because && { because }), ...(always !== undefined && { always }) };
}

/** The same for the same grant. */
export function grantKey({ what, because, scope }: Grant): string {
  return JSON.stringify([what, because ?? null, scope]);
}

/** Whether what the user said yes to is what is about to be done. */
export function isSameQuestion(one: ApprovalQuestion, other: ApprovalQuestion): boolean {
  return (
    one.what === other.what &&
    one.because === other.because &&
    one.target === other.target &&
    one.detail === other.detail
  );
}

/** Pages without an origin (`about:`, `data:`) are all alike, so nothing is granted to one. */
function scopeOf(what: AskedAction, because: Consequence | undefined, target: string): string | null {
  switch (what) {
    // Each time it is another command, other files that leave this machine, or something else altogether.
    case 'command':
    case 'file_upload':
    case 'edit_config':
    case 'call':
    // What asks for it says itself what an answer covers.
    case 'secret':
      return null;
    case 'desktop':
      return target;
    case 'edit':
      return path.dirname(target);
    case 'javascript_exec':
    case 'read_console':
    case 'read_network':
      return originOf(target);
    case 'click':
    case 'type':
    case 'key':
      return because && isRepeatable(because) ? originOf(target) : null;
    default:
      return assertNever(what);
  }
}

/** What costs money or cannot be undone is asked about each time, and what cannot be told. */
function isRepeatable(because: Consequence): boolean {
  switch (because) {
    case 'publish':
    case 'send':
    case 'submit':
    case 'confirm':
    case 'password-form':
    case 'password-field':
      return true;
    case 'pay':
    case 'transfer':
    case 'delete':
    case 'sign':
    case 'subscribe':
    case 'payment-form':
    case 'payment-field':
    case 'unseen':
    case 'mode':
      return false;
    default:
      return assertNever(because);
  }
}

/**
 * The host of a page that a yes for good covers. Not for scripts, nor for passwords and what others get to read under the user's
 * name: whether that is right depends on what it is each time. Only where the host is who it says it is.
 */
function alwaysOf(
  what: AskedAction,
  because: Consequence | undefined,
  address: URL | undefined,
): string | undefined {
  const isEligible =
    what === 'read_console' ||
    what === 'read_network' ||
    ((what === 'click' || what === 'key' || what === 'type') &&
      (because === 'send' || because === 'submit' || because === 'confirm'));
  return isEligible && address && isGenuine(address) ? address.host : undefined;
}

function isGenuine({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
  );
}

function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url && url.origin !== 'null' ? url.origin : null;
}

/** The page's own words, each in quotes. */
function namesOf(targets: readonly CallTarget[]): string {
  const names = targets.flatMap((target) => [
    ...target.names,
    ...(target.clues ?? []).filter((clue) => consequenceOfClue(clue) !== undefined),
    ...(target.submits ? (target.form?.names ?? []) : []),
  ]);
  return [...new Set(names)].map((name) => `“${name}”`).join('\n');
}
