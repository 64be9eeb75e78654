/** Messages in characters without a shape, which a model reads and a person does not see. */

/** Tag characters repeat ASCII invisibly. After a black flag they are part of a flag (Unicode TR #51). */
const TAGS = /(?<![\u{1F3F4}\u{E0020}-\u{E007E}])[\u{E0020}-\u{E007E}]{4,}/gu;

/** Two or more of these in a long row are a code: no script sets so many of them. */
const CODED = /[\u200b-\u200d\u2060-\u2064\ufeff\u00ad]{24,}/gu;

/** Of one text. */
const MAX_MESSAGES = 8;

/** What is written invisibly, in letters; a code that is not read is named by its length. */
export function hiddenMessages(text: string): readonly string[] {
  const messages: string[] = [];
  for (const [run] of text.matchAll(TAGS)) {
    if (messages.length < MAX_MESSAGES) messages.push(fromTags(run));
  }
  for (const [run] of text.matchAll(CODED)) {
    if (messages.length < MAX_MESSAGES && new Set(run).size > 1) messages.push(run.slice(0, 24));
  }
  return messages;
}

function fromTags(run: string): string {
  return [...run]
    .map((character) => String.fromCodePoint((character.codePointAt(0) ?? 0) - 0xe0000))
    .join('');
}
