/** In UTF-16 units: what a tab and a tree row can show. */
const MAX_LENGTH = 60;

/** A session is named after the first line of its first prompt. */
export function titleOf(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? '';
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
