/** An edit as people read it. */

/** Lines before and after what was changed. */
const LINES_AROUND = 3;
/** Of a line that is the same before and after, in UTF-16 units. */
const MAX_SAME_LINE = 200;

const NO_END = '\\ No newline at end of file';

/**
 * The change of a text in one part, as the body of a unified diff (one hunk, with its heading), which a new file has as well.
 * Lines that stay are cut where they are long; lines that are changed are whole.
 */
export function unifiedDiff(before: string, after: string): string {
  const old = linesOf(before);
  const now = linesOf(after);
  const start = sameFromStart(old, now);
  const end = sameFromEnd(old, now, start);
  const from = Math.max(0, start - LINES_AROUND);
  const around = Math.min(end, LINES_AROUND);
  const oldCount = old.length - end + around - from;
  const newCount = now.length - end + around - from;
  return [
    `@@ -${span(from, oldCount)} +${span(from, newCount)} @@`,
    ...old.slice(from, start).map((line) => marked(' ', line, true)),
    ...old.slice(start, old.length - end).map((line) => marked('-', line, false)),
    ...now.slice(start, now.length - end).map((line) => marked('+', line, false)),
    ...old.slice(old.length - end, old.length - end + around).map((line) => marked(' ', line, true)),
  ].join('\n');
}

/** Each with its end. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function sameFromStart(old: readonly string[], now: readonly string[]): number {
  let count = 0;
  while (count < old.length && count < now.length && old[count] === now[count]) count += 1;
  return count;
}

function sameFromEnd(old: readonly string[], now: readonly string[], start: number): number {
  const most = Math.min(old.length, now.length) - start;
  let count = 0;
  while (count < most && old.at(-1 - count) === now.at(-1 - count)) count += 1;
  return count;
}

/** Line numbers count from 1; an empty part has that of the line before it. */
function span(from: number, count: number): string {
  return `${count === 0 ? from : from + 1},${count}`;
}

function marked(mark: string, line: string, isSame: boolean): string {
  const text = line.replace(/\r?\n$/, '');
  const shown = isSame && text.length > MAX_SAME_LINE ? `${text.slice(0, MAX_SAME_LINE)}…` : text;
  return `${mark}${shown}${line.endsWith('\n') ? '' : `\n${NO_END}`}`;
}
