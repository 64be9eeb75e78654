/** The text, shortened to `max` UTF-16 units with an ellipsis: what pages say may be of any length. */
export function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
