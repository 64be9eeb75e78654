/** Members of the browser toolset that are off unless the user enables them, and the question before each of their calls. */

export const ASKED_MEMBERS = ['file_upload', 'javascript_exec', 'read_console', 'read_network'] as const;

export type AskedMember = (typeof ASKED_MEMBERS)[number];

/** What the user is asked to allow. All texts but `member` are the model's or a page's: show them escaped. */
export interface MemberQuestion {
  readonly member: AskedMember;
  /** Of the page it is done to, for a file the origin of the frame that gets it; empty where that is not known. */
  readonly url: string;
  /** What exactly: the script, the files one a line; empty where the member says it all. */
  readonly detail: string;
}

/** Asks the user. Anything but true is a no. @param signal - nobody waits for the answer any more */
export type Confirm = (question: MemberQuestion, signal: AbortSignal) => Promise<boolean>;

export function isAskedMember(name: string): name is AskedMember {
  return ASKED_MEMBERS.some((member) => member === name);
}
