/** Brings text to a plain form in which phrases are found however they are dressed up. */

/** A text in its plain form: words of lower-case letters and digits, one space between them. */
export interface Folded {
  readonly text: string;
  /** Where each unit of {@link text} comes from, in UTF-16 units of the source. */
  readonly at: Uint32Array;
}

/** What has no shape of its own. */
const UNSEEN = /^[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]$/u;
const WORD_CHARACTER = /^[\p{L}\p{N}\p{M}]$/u;
const MARKS = /[\u0300-\u036f\u064b-\u065f]/g;

/** Small capitals and the like, which Unicode does not count as forms of the letters that they show. */
const LATIN_FORMS: Readonly<Record<string, string>> = {
  ...{ ɡ: 'g', ɑ: 'a', ı: 'i', ɩ: 'i', ʟ: 'l', ɴ: 'n', ʀ: 'r', ɪ: 'i', ꜱ: 's', ꜰ: 'f', ᴊ: 'j', ǫ: 'q' },
  ...{ ᴏ: 'o', ᴇ: 'e', ᴜ: 'u', ᴘ: 'p', ᴛ: 't', ᴠ: 'v', ᴀ: 'a', ᴄ: 'c', ᴅ: 'd', ɢ: 'g', ʜ: 'h', ᴍ: 'm' },
  ...{ ʏ: 'y', ᴢ: 'z', ʙ: 'b', ᴋ: 'k', ᴡ: 'w' },
};

/** Letters of other scripts that pass for Latin ones. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ а: 'a', в: 'b', е: 'e', ѕ: 's', і: 'i', ј: 'j', к: 'k', м: 'm', н: 'h', о: 'o', р: 'p', с: 'c' },
  ...{ т: 't', у: 'y', х: 'x', ԁ: 'd', ԛ: 'q', ԝ: 'w', һ: 'h', ӏ: 'l', и: 'u', п: 'n', г: 'r' },
  ...{ α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x' },
  ...{ γ: 'y', ω: 'w', σ: 'o', ս: 'u', օ: 'o', ո: 'n', հ: 'h', ց: 'g', զ: 'q' },
};

/** Digits and signs that stand for letters within words. */
const SIGNS: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's' },
};

/** What is left of a character: nothing, a space, or letters and digits. Kept for what is not ASCII. */
const folds = new Map<string, string>();
const MAX_FOLDS = 20_000;

function foldCharacter(character: string): string {
  const known = folds.get(character);
  if (known !== undefined) return known;
  const fold = UNSEEN.test(character) ? '' : foldSeen(character);
  if (folds.size < MAX_FOLDS) folds.set(character, fold);
  return fold;
}

function foldSeen(character: string): string {
  // Apostrophes: `don't` is one word.
  if (/^['’ʼ`]$/.test(character)) return '';
  const plain = character.normalize('NFKD').replace(MARKS, '').normalize('NFC').toLowerCase();
  if (plain === '') return '';
  const word = [...plain]
    .filter((part) => WORD_CHARACTER.test(part))
    .map((part) => LATIN_FORMS[part] ?? part)
    .join('');
  return word === '' ? ' ' : word;
}

/**
 * The plain form of `source`: no accents, no capitals, no invisible characters; full width, mathematical and other
 * letters in disguise as what they pass for; letters set apart from each other (`i g n o r e`) joined to words.
 */
export function fold(source: string): Folded {
  const folder = new Folder(source.length);
  let index = 0;
  while (index < source.length) {
    const code = source.codePointAt(index) ?? 0;
    const character = String.fromCodePoint(code);
    folder.take(character, index);
    index += character.length;
  }
  return folder.end();
}

class Folder {
  readonly #text: string[] = [];
  readonly #at: number[] = [];
  /** The word being read. */
  #word: string[] = [];
  #wordAt: number[] = [];
  #hasLatin = false;
  #isDisguised = false;
  /** Characters since the last word. */
  #gap = 0;
  /** How many words of one letter stand in a row, a single character between them. */
  #singles = 0;

  constructor(length: number) {
    this.#gap = length === 0 ? 0 : 1;
  }

  take(character: string, index: number): void {
    const fold = foldCharacter(character);
    if (fold === '') return;
    // A sign within a word stands for a letter: `p@ss`.
    const sign = fold === ' ' && this.#word.length > 0 ? SIGNS[character] : undefined;
    if (fold === ' ' && sign === undefined) {
      this.#endWord();
      this.#gap += 1;
      return;
    }
    for (const part of sign === undefined ? fold : character) this.#add(part, index);
  }

  #add(part: string, index: number): void {
    this.#word.push(part);
    this.#wordAt.push(index);
    if (part >= 'a' && part <= 'z') this.#hasLatin = true;
    else if (part in LOOKALIKES || part in SIGNS) this.#isDisguised = true;
  }

  #endWord(): void {
    const length = this.#word.length;
    if (length === 0) return;
    const isJoined = length === 1 && this.#gap === 1 && this.#singles > 0;
    if (this.#text.length > 0 && !isJoined) this.#push(' ', this.#wordAt[0] ?? 0);
    const isMixed = this.#hasLatin && this.#isDisguised;
    for (const [place, part] of this.#word.entries()) {
      const next = this.#word[place + 1] ?? '';
      this.#push(isMixed ? undisguised(part, next) : part, this.#wordAt[place] ?? 0);
    }
    this.#singles = length === 1 ? this.#singles + 1 : 0;
    this.#word = [];
    this.#wordAt = [];
    this.#hasLatin = false;
    this.#isDisguised = false;
    this.#gap = 0;
  }

  #push(part: string, index: number): void {
    for (let unit = 0; unit < part.length; unit += 1) {
      this.#text.push(part[unit] ?? '');
      this.#at.push(index);
    }
  }

  end(): Folded {
    this.#endWord();
    return { text: this.#text.join(''), at: Uint32Array.from(this.#at) };
  }
}

/** A digit at the end of a word is one: `gpt4`. */
function undisguised(part: string, next: string): string {
  const goesOn = (next >= 'a' && next <= 'z') || next in SIGNS;
  return LOOKALIKES[part] ?? (goesOn ? SIGNS[part] : undefined) ?? part;
}
