import type { Span } from '../../computer/secretFill.ts';
import { handleOf } from './handles.ts';
import { type Spellings, spellingsOf } from './spellings.ts';

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** The longest way to write the longest secret, in UTF-16 units. */
const MAX_SPELLING = 4_096;

/** Puts handles where the values of secrets stand. */
export class Redactor {
  readonly #secrets: readonly { readonly handle: string; readonly spellings: Spellings }[];

  constructor(secrets: readonly NamedValue[]) {
    // Of two of which one is part of the other, the longer one stands there.
    this.#secrets = secrets
      .toSorted((a, b) => b.value.length - a.value.length)
      .map(({ name, value }) => ({ handle: handleOf(name), spellings: spellingsOf(value) }));
  }

  text(text: string): string {
    let redacted = text;
    // A handle has no `$`, and what stands in the place of one secret is no part of another's value but by its name.
    for (const { handle, spellings } of this.#secrets)
      for (const pattern of [spellings.text, spellings.base64, spellings.cut])
        redacted = redacted.replace(pattern, handle);
    return redacted;
  }

  /** How much of the end of `text` may be the beginning of a secret, in UTF-16 units. */
  begunAtEnd(text: string): number {
    const end = text.slice(-MAX_SPELLING);
    const lengths = this.#secrets.map(({ spellings }) => spellings.begun.exec(end)?.[0].length ?? 0);
    return Math.max(0, ...lengths);
  }

  /** `value`, or a copy of it where a text in it has a secret. Images are left as they are. */
  deep<T>(value: T): T {
    return this.#secrets.length === 0 ? value : (this.#deep(value) as T);
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#deep(item));
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    if (!isPlainObject(value) || isImageSource(value)) return value;
    const entries = Object.entries(value).map(([key, field]) => [key, this.#deep(field)] as const);
    return entries.every(([key, field]) => field === value[key]) ? value : Object.fromEntries(entries);
  }
}

/** Where one secret stands in a text. */
export function spansOf({ text, base64 }: Spellings, where: string): readonly Span[] {
  return [text, base64].flatMap((pattern) =>
    [...where.matchAll(pattern)].map(({ index, 0: found }) => [index, index + found.length] as const),
  );
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isImageSource(value: Readonly<Record<string, unknown>>): boolean {
  return value.type === 'base64' && typeof value.data === 'string';
}
