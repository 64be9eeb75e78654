/** The ways in which a text may stand in another one: as it is, escaped, encoded. As regular expressions. */

/** Fewer characters of a secret that was cut off are let pass. */
const MIN_FRAGMENT = 4;

/** A mark of what is left out, and what surrounds it where it has a line of its own. */
const BEFORE_CUT = '(?=(?:\\n\\[)?…)';
const AFTER_CUT = '(?<=…(?:\\]\\n)?)';

/** What may be the first part of an escaped character. */
const PART = '(?:[%\\\\&][\\w#%;\\\\{]{0,17}|[\\ud800-\\udbff])?';

/**
 * - `text`: in any case of its letters, each character as it is or escaped as in JSON, JavaScript, HTML and URLs, also a
 *   mixture of these; and its bytes in hex
 * - `base64`: of its bytes in UTF-8 or UTF-16, wherever in a longer text that was encoded
 * - `cut`: its beginning before, or its end behind, the mark of something left out
 */
export interface Spellings {
  readonly text: RegExp;
  readonly base64: RegExp;
  readonly cut: RegExp;
  /** Its beginning, of one character at least, at the end of a text. */
  readonly begun: RegExp;
}

/** @param value - of at least 4 characters */
export function spellingsOf(value: string): Spellings {
  const characters = (value.match(/ +|\\+|[^ \\]/gu) ?? []).map(partPattern);
  const utf8 = Buffer.from(value);
  const hex = hexCharacters(utf8);
  const base64 = [utf8, Buffer.from(value, 'utf16le')].flatMap(base64Characters);
  return {
    text: new RegExp(`${characters.join('')}|${hex.join('')}`, 'gi'),
    base64: new RegExp(base64.map((each) => each.join('')).join('|'), 'g'),
    cut: new RegExp(
      `${beginningPattern(characters)}${BEFORE_CUT}|${AFTER_CUT}${endPattern(characters)}`,
      'gi',
    ),
    begun: new RegExp(
      `(?:${[characters, hex, ...base64].map((each) => beginningPattern(each, 1)).join('|')})?${PART}$`,
      'i',
    ),
  };
}

/**
 * A row of spaces or of backslashes is one part: each may stand for several, and who tries out which stands for which takes
 * time that doubles with each of them.
 */
function partPattern(part: string): string {
  const character = [...part][0] ?? '';
  if (part === character) return characterPattern(character);
  const { length } = part;
  const ways = encodedWays(character).join('|');
  return character === ' '
    ? `(?:\\s|\\\\{1,3}\\s|${ways}|\\+){1,${length + 3}}`
    : `(?:\\\\{1,${4 * length}}|(?:${ways}){1,${length}})`;
}

function characterPattern(character: string): string {
  const ways = [
    // Backslashes: quoted once, or in a quoted text.
    `\\\\{0,3}${literal(character)}`,
    ...encodedWays(character),
    ...(character === ' ' ? ['\\s{1,4}', '\\+'] : []),
  ];
  return `(?:${ways.join('|')})`;
}

function encodedWays(character: string): readonly string[] {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const units = [...Array(character.length).keys()].map((at) =>
    character.charCodeAt(at).toString(16).padStart(4, '0'),
  );
  return [
    units.map((unit) => `\\\\{1,3}u${unit}`).join(''),
    `\\\\{1,3}u\\{0*${hex}\\}`,
    ...(code < 0x100 ? [`\\\\{1,3}x${hex.padStart(2, '0')}`] : []),
    `&(?:amp;)?#x0*${hex};`,
    `&(?:amp;)?#0*${code};`,
    ...(NAMED[character] ?? []).map((name) => `&(?:amp;)?${name};`),
    // Of a URL, or of one in a URL.
    [...Buffer.from(character)].map((byte) => `%(?:25)?${byte.toString(16).padStart(2, '0')}`).join(''),
  ];
}

/** Of HTML. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  '&': ['amp'],
  '<': ['lt'],
  '>': ['gt'],
  '"': ['quot'],
  "'": ['apos'],
  '\u00a0': ['nbsp'],
};

function hexCharacters(bytes: Buffer): string[] {
  return [...bytes].flatMap((byte, index) => {
    const [first = '', second = ''] = byte.toString(16).padStart(2, '0');
    return [`${index === 0 ? '' : '[\\s:,]{0,2}'}(?:0x|\\\\x)?${first}`, second];
  });
}

/**
 * RFC 4648 with either alphabet. Three bytes are four characters, so there are three ways in which the bytes may lie; those
 * characters that also depend on what is around them are left out. Encoders break lines.
 */
function base64Characters(bytes: Buffer): string[][] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    return [...encoded.slice(start, end)].map(
      (character, index) => `${index === 0 ? '' : LINE_BREAKS}${BASE64_SIGNS[character] ?? character}`,
    );
  });
}

const LINE_BREAKS = '(?:\\\\n|[\\r\\n]){0,2}';

const BASE64_SIGNS: Readonly<Record<string, string>> = {
  '+': '(?:[+-]|%2[Bb])',
  '/': '(?:[/_]|\\\\/|%2[Ff])',
};

function beginningPattern(characters: readonly string[], min = MIN_FRAGMENT): string {
  const [first, more] = [characters.slice(0, min), characters.slice(min)];
  return first.join('') + more.reduceRight((rest, each) => `(?:${each}${rest})?`, '');
}

function endPattern(characters: readonly string[]): string {
  const [more, last] = [characters.slice(0, -MIN_FRAGMENT), characters.slice(-MIN_FRAGMENT)];
  return more.reduce((rest, each) => `(?:${rest}${each})?`, '') + last.join('');
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
