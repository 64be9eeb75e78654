/** Finds text that seems to have been written to direct the model that reads it. */
import { type Folded, fold } from './fold.ts';
import { hiddenMessages } from './hidden.ts';
import type { Phrase, SuspicionKind } from './phrase.ts';
import { FOLDED_PHRASES, MARKS } from './phrases.ts';

/** What was found in a text. */
export interface Suspicion {
  /** At least {@link ENOUGH}. */
  readonly score: number;
  readonly kinds: readonly SuspicionKind[];
  /** The words in question, as they stand, at most {@link MAX_QUOTE} UTF-16 units; of hidden ones what they say. */
  readonly quote: string;
}

/** From this on it is told: one thing that leaves little doubt, or two that are found together. */
const ENOUGH = 3;

/** Read at each end of a longer text, in UTF-16 units. No model reads as much in one result. */
const MAX_HALF = 512 * 1024;
/** Read at once. */
const PART = 16 * 1024;
/** Parts begin this much before the end of the one before, so that no phrase is cut. */
const OVERLAP = 2 * 1024;

/** Hits this far apart have nothing to do with each other, in UTF-16 units of the source. */
const NEARBY = 700;

const MAX_QUOTE = 400;

interface Hit {
  readonly kind: SuspicionKind;
  readonly weight: number;
  readonly start: number;
  readonly end: number;
}

/** The worst place of `text`, or undefined where none is bad enough. Takes time in proportion to its length. */
export function findSuspicion(text: string): Suspicion | undefined {
  let worst: Suspicion | undefined;
  for (const part of partsOf(text)) {
    const found = worstOf(part);
    if (found && found.score > (worst?.score ?? 0)) worst = found;
  }
  return worst;
}

function* partsOf(text: string): Generator<string> {
  const halves =
    text.length <= 2 * MAX_HALF ? [text] : [text.slice(0, MAX_HALF), text.slice(text.length - MAX_HALF)];
  for (const half of halves) {
    for (let start = 0; start === 0 || start + OVERLAP < half.length; start += PART - OVERLAP) {
      yield half.slice(start, start + PART);
    }
  }
}

function worstOf(part: string): Suspicion | undefined {
  const worst = worstPlace(part, hitsIn(part));
  for (const message of hiddenMessages(part)) {
    const said = worstPlace(message, hitsIn(message));
    const score = 3 + (said?.score ?? 0);
    if (score <= (worst?.score ?? 0)) continue;
    return { score, kinds: ['hidden', ...(said?.kinds ?? [])], quote: message.slice(0, MAX_QUOTE) };
  }
  return worst;
}

function hitsIn(part: string): readonly Hit[] {
  const folded = fold(part);
  const hits: Hit[] = [];
  for (const phrase of FOLDED_PHRASES) {
    for (const { start, end } of matches(phrase, folded.text)) {
      const from = folded.at[start] ?? 0;
      const to = (folded.at[end - 1] ?? from) + 1;
      hits.push({ kind: phrase.kind, weight: phrase.weight, start: from, end: to });
    }
  }
  for (const phrase of MARKS) {
    for (const { start, end } of matches(phrase, part)) {
      hits.push({ kind: phrase.kind, weight: phrase.weight, start, end });
    }
  }
  const discussed = placesOfDiscussion(folded);
  const meant = hits.filter((hit) => !isQuoted(part, hit, discussed));
  return meant.sort((a, b) => a.start - b.start);
}

function* matches({ pattern }: Phrase, text: string): Generator<{ start: number; end: number }> {
  for (const match of text.matchAll(pattern)) {
    yield { start: match.index, end: match.index + match[0].length };
  }
}

/** Where the most is said within a few lines; of each kind only the strongest counts. */
function worstPlace(part: string, hits: readonly Hit[]): Suspicion | undefined {
  /** The latest of each kind and weight: their number is small, however many hits there are. */
  const latest = new Map<string, Hit>();
  let worst: { readonly score: number; readonly hits: readonly Hit[] } | undefined;
  for (const hit of hits) {
    latest.set(`${hit.kind} ${hit.weight}`, hit);
    const strongest = new Map<SuspicionKind, Hit>();
    for (const other of latest.values()) {
      if (hit.start - other.end > NEARBY) continue;
      if (other.weight > (strongest.get(other.kind)?.weight ?? 0)) strongest.set(other.kind, other);
    }
    const score = scoreOf([...strongest.values()]);
    if (score > (worst?.score ?? 0)) worst = { score, hits: [...strongest.values()] };
  }
  if (!worst || worst.score < ENOUGH) return undefined;
  const start = Math.min(...worst.hits.map((hit) => hit.start));
  const end = Math.max(...worst.hits.map((hit) => hit.end));
  return {
    score: worst.score,
    kinds: worst.hits.map(({ kind }) => kind),
    quote: part.slice(start, Math.min(end, start + MAX_QUOTE)),
  };
}

/** What is urgent or addressed is not suspicious by that alone. */
function scoreOf(hits: readonly Hit[]): number {
  const isHarmless = hits.every(({ kind }) => kind === 'pressure' || kind === 'address');
  const score = hits.reduce((sum, { weight }) => sum + weight, 0);
  return isHarmless ? Math.min(score, ENOUGH - 1) : score;
}

/** Words of those who write about attacks on models. */
const DISCUSSION =
  /(?<![^ ])(?:prompt injections?|injection attacks?|injected (?:instructions?|prompts?|text)|jailbreak(?:s|ing)?|adversarial|red team(?:ing|ed)?|attackers?|malicious (?:instructions?|prompts?|text|page|website|content|document)|guardrails?|llm security|prompt leak(?:s|ing|age)?|owasp|threat model|such as|for example|payloads?|phrases like|messages like|says? something like)(?![^ ])/g;

/** How far a word of theirs reaches. */
const DISCUSSION_REACH = 600;

function placesOfDiscussion({ text, at }: Folded): readonly number[] {
  return [...text.matchAll(DISCUSSION)].map(({ index }) => at[index] ?? 0);
}

/**
 * Whether a hit is a quotation in a text about attacks: within quotation marks or code, or told of ("asks the model to
 * ..."). An attacker may write in that way as well; but then what he wants stands there as an example, and a warning at
 * each article on the subject would teach people to pass over warnings.
 */
function isQuoted(part: string, { start, end }: Hit, discussed: readonly number[]): boolean {
  const isDiscussed = nearest(discussed, start) <= DISCUSSION_REACH;
  return isDiscussed && (isMarkedAsQuote(part, start, end) || isReported(part, start));
}

function nearest(places: readonly number[], place: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  const before = place - (places[low - 1] ?? Number.NEGATIVE_INFINITY);
  const after = (places[low] ?? Number.POSITIVE_INFINITY) - place;
  return Math.min(before, after);
}

const OPENING = /["“„«‘`「『']/;
const QUOTE_REACH = 200;

/** An opening mark before it, after a space, and any mark behind it, with no end of a paragraph between. */
function isMarkedAsQuote(part: string, start: number, end: number): boolean {
  const before = part.slice(Math.max(0, start - QUOTE_REACH), start + 1);
  const paragraph = before.slice(before.lastIndexOf('\n\n') + 1);
  const opens = [...paragraph].some(
    (character, place, all) =>
      OPENING.test(character) && (place === 0 || /[\s([{>:*-]/.test(all[place - 1] ?? '')),
  );
  return opens && /["”“»’`」』']/.test(part.slice(end - 1, end + QUOTE_REACH));
}

const REPORTING =
  /(?:tell|tells|told|telling|ask|asks|asked|asking|instruct|instructs|instructed|instructing|trick|tricks|tricking|convince|convinces|cause|causes|causing|make|makes|making|get|gets|getting|persuade|persuades|manipulate|manipulates|try|tries|trying|attempt|attempts|attempting|command|commands|direct|directs|directing|want|wants)(?:\s+[^\s.!?]{1,30}){0,6}?\s+(?:to|into)?\s*$/i;

function isReported(part: string, start: number): boolean {
  return REPORTING.test(part.slice(Math.max(0, start - 120), start));
}
