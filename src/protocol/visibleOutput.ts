/** What a program has printed, as it is shown. */

/**
 * What has no shape of its own or turns the direction of text around. Not the letters that look like others, as an output is
 * full of signs and tells nobody where a link leads.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** What an emoji may be made of besides pictures: a picture in colour, pictures joined to one. */
const JOINING = new Set(['\ufe0f', '\u200d']);
const PICTURE_BEFORE = /(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}#*\d]|\ufe0f)$/u;

/**
 * `text` with what is invisible as an escape such as `\u{202e}`. Lines and tabs stay; a return to the beginning of the line
 * begins another one, so that nothing is written over.
 */
export function visibleOutput(text: string): string {
  const lines = text.replace(/(^|\n)\r+/g, '$1').replace(/\r+\n?/g, '\n');
  return lines.replace(UNSEEN, (character, at: number, whole: string) => {
    if (character === '\n' || character === '\t') return character;
    if (JOINING.has(character) && PICTURE_BEFORE.test(whole.slice(Math.max(0, at - 2), at))) return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
