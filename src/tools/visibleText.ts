/** Shows names and other short texts of strangers so that they cannot pass for something else. */

/**
 * One line in which controls, line breaks, characters without a shape and those that turn the direction of text around
 * are written as escapes.
 */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escapeOf);
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
