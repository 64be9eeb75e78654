/** Longest text of a call shown in the transcript, in UTF-16 units. The model's own copy is not cut. */
const MAX_SHOWN = 4_000;

/** The same for what a command has printed, which is cut already: as much as the model reads of it. */
const MAX_SHOWN_OUTPUT = 40_000;

/** `text` as it is shown in the transcript. */
export function shownText(text: string): string {
  return cut(text, MAX_SHOWN);
}

/** What a command has printed, as it is shown. */
export function shownOutput(text: string): string {
  return cut(text, MAX_SHOWN_OUTPUT);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}… (${text.length - length} more characters)` : text;
}
