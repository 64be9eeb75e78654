/**
 * Stands in for the package `entities` where the Markdown parser is bundled for the webview: the browser has the table
 * of named characters that would be a tenth of the bundle.
 */

const NAMED = /^&[a-z][a-z\d]{1,31};$/i;

/** Reads text and nothing else, so no markup in it comes to life. */
const reader = document.createElement('textarea');

/** The characters that a reference such as `&amp;` names; anything else is returned as it is. */
export function decodeHTMLStrict(text: string): string {
  if (!NAMED.test(text)) return text;
  reader.innerHTML = text;
  const { value } = reader;
  // Some names are known without their semicolon too, and then begin longer words that are none.
  return value.endsWith(';') && value !== ';' ? text : value;
}
