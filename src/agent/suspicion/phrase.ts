/** A phrase that is looked for. */

/**
 * `override`: earlier instructions are to be dropped. `secrecy`: the user is not to know. `address`: a model is spoken
 * to. `orders`: new instructions or a new role. `secrets`: keys and the like are to be given away. `reveal`: its own
 * instructions are to be told. `imitation`: marks of a conversation with a model, or somebody it would obey. `tools`: it
 * is to use its tools, or to run something. `hidden`: words nobody sees. `pressure`: it is made to be urgent.
 */
export type SuspicionKind =
  | 'override'
  | 'secrecy'
  | 'address'
  | 'orders'
  | 'secrets'
  | 'reveal'
  | 'imitation'
  | 'tools'
  | 'hidden'
  | 'pressure';

export interface Phrase {
  readonly kind: SuspicionKind;
  /** How much it says by itself; 3 is enough to be told. */
  readonly weight: number;
  /** Global, and linear: every repetition in it has a small bound. */
  readonly pattern: RegExp;
}

/** Up to so many other words. */
export const words = (most: number) => `(?: [^ ]{1,40}){0,${most}}?`;

/** Of the plain form; begins with a word. */
export function phrase(kind: SuspicionKind, weight: number, source: string): Phrase {
  return { kind, weight, pattern: new RegExp(`(?<![^ ])(?:${source})`, 'g') };
}

/** In scripts that set no spaces between words. */
export function unspaced(kind: SuspicionKind, weight: number, source: string): Phrase {
  return { kind, weight, pattern: new RegExp(source, 'g') };
}
