/** Questions that wait for the user before an action is done, and how they were answered. */

/** Members of the browser toolset that are off unless the user enables them, and commands on the user's machine. */
export type AskedAction =
  | 'file_upload'
  | 'javascript_exec'
  | 'read_console'
  | 'read_network'
  | 'command'
  | FileEditAction;

/** `edit_config`: of a file by which VS Code or Git, on the user's machine, runs something. Asked about each time. */
export type FileEditAction = 'edit' | 'edit_config';

export function isFileEdit(what: AskedAction): what is FileEditAction {
  return what === 'edit' || what === 'edit_config';
}

/** Names a change of a file, for as long as a host keeps it. */
export type FileEditId = string;

export const MAX_FILE_EDIT_ID_LENGTH = 64;

/** Longest target and longest detail of a question, in UTF-16 units: what a person may be expected to read. */
export const MAX_TARGET_LENGTH = 2_000;
export const MAX_DETAIL_LENGTH = 20_000;

/** Longest reason for a no, in UTF-16 units. */
export const MAX_REASON_LENGTH = 2_000;

/** All texts but `what` are the model's or a page's: show them with `visibleText`. */
export interface ApprovalQuestion {
  readonly what: AskedAction;
  /** What it is done to: a page's address, an origin, a folder; empty where that is not known. */
  readonly target: string;
  /** What exactly: the script, the files one a line, the command, a file's change as a unified diff; empty where `what` says it all. */
  readonly detail: string;
  /** What a yes for the session covers, an origin or a folder; null where it can only be asked about each time. */
  readonly scope: string | null;
  /** Names a file's change to the host, which can show it side by side while it is asked about. */
  readonly edit?: FileEditId;
}

/** What the user can answer. The model reads the reason, which may be empty. */
export type UserAnswer =
  | { readonly kind: 'once' }
  | { readonly kind: 'session' }
  | { readonly kind: 'denied'; readonly reason: string };

export type ApprovalAnswer =
  | UserAnswer
  /** An earlier answer for the session covered it. */
  | { readonly kind: 'granted' }
  /** Nobody waits for an answer any more: the run was stopped, the user took the computer. */
  | { readonly kind: 'withdrawn' };

/** A question about an action; `answer` is null until there is one. */
export interface Approval {
  readonly question: ApprovalQuestion;
  readonly answer: ApprovalAnswer | null;
}
