/** Shows what strangers wrote (a model, a page, a file's name) so that it cannot pass for something else. */

/**
 * What has no shape of its own, turns the direction of text around, or breaks a line without looking like it; not what
 * joins two emoji to one, or says that a character is one.
 */
const UNSEEN =
  /(?!(?<=\p{Extended_Pictographic})\uFE0F|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?)\u200D(?=\p{Extended_Pictographic}))(?:[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]|[^\S \n\t])/gu;

/** A word as a reader takes it: letters of any script with their marks. */
const WORD = /[\p{L}\p{M}]+/gu;

/** Scripts with letters that look like Latin ones. */
const LOOKALIKE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}]/gu;

/**
 * `text` with every invisible character as an escape such as `\u{202e}`; lines and tabs stay. In words that mix
 * Latin letters with those of scripts that look like them, the latter are escapes as well, and so are letters that are
 * others in disguise (full width, mathematical).
 */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(UNSEEN, (character) =>
      character === '\n' || character === '\t' ? character : escapeOf(character),
    )
    .replace(WORD, plainWord);
}

/** As {@link visibleText} for a path or a name: line breaks and tabs are escapes too, and nothing else changes. */
export function visibleName(text: string): string {
  return visibleText(text.replace(/[\r\n\t]/g, escapeOf));
}

/** As {@link visibleText}, in one line of at most `length` UTF-16 units. */
export function visibleLine(text: string, length: number): string {
  const line = visibleText(text.slice(0, length + 1)).replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

function plainWord(word: string): string {
  const shown = word.replace(/\p{L}/gu, (letter) =>
    /[^A-Za-z]/.test(letter) && /^[A-Za-z]+$/.test(letter.normalize('NFKC')) ? escapeOf(letter) : letter,
  );
  return /\p{Script=Latin}/u.test(word) ? shown.replace(LOOKALIKE, escapeOf) : shown;
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
