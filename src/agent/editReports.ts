/** How what runs within a call tells of a file that it changed, without knowing whose call it is. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ShownEdit } from '../protocol/transcript.ts';

const sinks = new AsyncLocalStorage<(edit: ShownEdit) => void>();

/** Longest diff in the transcript, in UTF-16 units. */
const MAX_SHOWN = 8_000;

/** Runs a call whose edits go to `onEdit`. */
export function withEditReports<T>(onEdit: (edit: ShownEdit) => void, run: () => T): T {
  return sinks.run(onEdit, run);
}

/** Tells of an edit of the call that is running; outside of one, nobody. A long diff is cut after a line. */
export function reportEdit(edit: ShownEdit): void {
  sinks.getStore()?.({ ...edit, diff: cut(edit.diff) });
}

function cut(diff: string): string {
  if (diff.length <= MAX_SHOWN) return diff;
  const end = diff.lastIndexOf('\n', MAX_SHOWN);
  const shown = diff.slice(0, end <= 0 ? MAX_SHOWN : end);
  return `${shown}\n… (${diff.length - shown.length} more characters)`;
}
