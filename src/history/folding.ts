/** Text as a search compares it: without the differences between capitals and small letters, with or without accents. */

const ASCII = /^[\0-\x7f]*$/;

/** `text` as it is compared. Each code point is folded by itself, so that a part of a text is folded to a part of it. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = '';
  for (const point of text) folded += foldPoint(point);
  return folded;
}

function foldPoint(point: string): string {
  if (point < '\x80') return point.toLowerCase();
  const known = foldings.get(point);
  if (known !== undefined) return known;
  // By way of capitals, so that ß is as ss and ς as σ. Half a surrogate pair is no text to the database.
  const folded = point.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase().toLowerCase().toWellFormed();
  if (foldings.size >= MAX_FOLDINGS) foldings.clear();
  foldings.set(point, folded);
  return folded;
}

/** The foldings asked for lately; texts use few different characters. */
const MAX_FOLDINGS = 4_096;
const foldings = new Map<string, string>();
