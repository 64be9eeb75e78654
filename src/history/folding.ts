/** Text as a search compares it: without the differences between capitals and small letters, with or without accents. */

const ASCII = /^[\0-\x7f]*$/;
/** Code points folded at a time while a place is looked for. */
const STEP = 256;

/** `text` as it is compared. Each code point is folded by itself, so that a place can be found again: see {@link unfold}. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = '';
  for (const point of text) folded += foldPoint(point);
  return folded;
}

/**
 * The range of `text` whose folding has `start` to `end` (UTF-16 units of `fold(text)`): whole code points, and the
 * accents that follow the last one.
 */
export function unfold(text: string, start: number, end: number): { start: number; end: number } {
  const from = originOf(text, start, false);
  return { start: from, end: originOf(text, end, true) };
}

/** The offset in `text` of the code point whose folding has, or as `isEnd` ends at, the offset `at` of the folded text. */
function originOf(text: string, at: number, isEnd: boolean): number {
  let origin = 0;
  let folded = 0;
  // Plain text folds to its own length: no need to look at every character of what is before the place.
  while (
    origin + STEP <= text.length &&
    folded + STEP <= at &&
    ASCII.test(text.slice(origin, origin + STEP))
  ) {
    origin += STEP;
    folded += STEP;
  }
  while (origin < text.length) {
    const point = String.fromCodePoint(text.codePointAt(origin) ?? 0);
    const length = foldPoint(point).length;
    if (isEnd ? folded >= at && length > 0 : folded + length > at) break;
    origin += point.length;
    folded += length;
  }
  return origin;
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
