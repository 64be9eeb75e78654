/** Questions that wait for the user before an action is done, and how they were answered. */

/**
 * What the user is asked to allow.
 *
 * - `file_upload`, `javascript_exec`, `read_console`, `read_network`: members of browsers that are off by default
 * - `command`: a command on the user's machine
 * - `click`, `type`, `key`: an action on a page
 * - `desktop`: to use the pointer and the keys of a desktop that nothing keeps apart
 * - `call`: any other call
 * - `secret`: to fill in a secret of the user's; `target` is an origin or a desktop, `detail` has its name and the field
 */
export type AskedAction =
  | 'file_upload'
  | 'javascript_exec'
  | 'read_console'
  | 'read_network'
  | 'command'
  | 'click'
  | 'type'
  | 'key'
  | 'desktop'
  | 'call'
  | 'secret'
  | FileEditAction;

/** `edit_config`: of a file by which VS Code, Git or another tool, on the user's machine, runs something. Asked about each time. */
export type FileEditAction = 'edit' | 'edit_config';

export function isFileEdit(what: AskedAction): what is FileEditAction {
  return what === 'edit' || what === 'edit_config';
}

/** Names a change of a file, for as long as a host keeps it. */
export type FileEditId = string;

export const MAX_FILE_EDIT_ID_LENGTH = 64;

/**
 * Why the user is asked about an action that is harmless elsewhere.
 *
 * - `pay` to `confirm`: what the name of the control, or of its form, says that it does
 * - `payment-form`, `password-form`: it sends a form with such a field
 * - `payment-field`, `password-field`: it fills such a field
 * - `unseen`: it cannot be told what it would act on
 * - `mode`: the user wants to be asked about everything
 */
export type Consequence =
  | 'pay'
  | 'transfer'
  | 'delete'
  | 'sign'
  | 'subscribe'
  | 'publish'
  | 'send'
  | 'submit'
  | 'confirm'
  | 'payment-form'
  | 'password-form'
  | 'payment-field'
  | 'password-field'
  | 'unseen'
  | 'mode';

/** Longest target and longest detail of a question, in UTF-16 units: what a person may be expected to read. */
export const MAX_TARGET_LENGTH = 2_000;
export const MAX_DETAIL_LENGTH = 20_000;

/** Longest reason for a no, in UTF-16 units. */
export const MAX_REASON_LENGTH = 2_000;

/** All texts but `what` and `because` are the model's or a page's: show them with `visibleText`. */
export interface ApprovalQuestion {
  readonly what: AskedAction;
  /** Absent where `what` says it. */
  readonly because?: Consequence;
  /** What it is done to: a page's address, an origin, a folder, a computer; empty where that is not known. */
  readonly target: string;
  /** What exactly: the script, the files one a line, the command, the text, a unified diff; empty where `what` says it all. */
  readonly detail: string;
  /** What a yes for the session covers, an origin, a folder, a computer; null where it can only be asked each time. */
  readonly scope: string | null;
  /** What a yes for good covers, a host or a folder; absent where none can be given. */
  readonly always?: string;
  /** Names a file's change to the host, which can show it side by side while it is asked about. */
  readonly edit?: FileEditId;
  /** How often the user was asked about this action before, as what it acts on has changed; absent for never. */
  readonly round?: number;
}

/** What the user can answer. The model reads the reason, which may be empty. */
export type UserAnswer =
  | { readonly kind: 'once' }
  | { readonly kind: 'session' }
  | { readonly kind: 'always' }
  | { readonly kind: 'denied'; readonly reason: string };

export type ApprovalAnswer =
  | UserAnswer
  /** An earlier answer covered it. */
  | { readonly kind: 'granted' }
  /** Nobody is asked in an isolated computer that works unattended. */
  | { readonly kind: 'unattended' }
  /** Nobody waits for an answer any more: the run was stopped, the user took the computer. */
  | { readonly kind: 'withdrawn' };

/** A question about an action; `answer` is null until there is one. */
export interface Approval {
  readonly question: ApprovalQuestion;
  readonly answer: ApprovalAnswer | null;
}

/**
 * What the user is asked about.
 *
 * - `ask-everything`: each action that does more than look
 * - `ask-consequences`: what has consequences, as far as that can be told
 * - `unattended`: nothing in an isolated computer; elsewhere as `ask-consequences`
 */
export type ApprovalMode = 'ask-everything' | 'ask-consequences' | 'unattended';

/** Whether the question offers this answer. A no is always one. */
export function isOffered({ scope, always }: ApprovalQuestion, { kind }: UserAnswer): boolean {
  switch (kind) {
    case 'session':
      return scope !== null;
    case 'always':
      return always !== undefined;
    case 'once':
    case 'denied':
      return true;
  }
}
