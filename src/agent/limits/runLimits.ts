/** How much a run may take before it stops and asks whether to go on. */

/** Of one run; 0 for no limit. */
export interface RunLimits {
  /** Replies of the model. */
  readonly steps: number;
  readonly minutes: number;
  /** All that the model reads and writes; what it reads from the cache counts as well. */
  readonly tokens: number;
  /** US dollars. */
  readonly dollars: number;
}

export type LimitKind = keyof RunLimits;

export const NO_LIMITS: RunLimits = { steps: 0, minutes: 0, tokens: 0, dollars: 0 };

/** What was taken, or what the next step is expected to take. */
export type Amounts = Readonly<Record<LimitKind, number>>;

const KINDS: readonly LimitKind[] = ['steps', 'minutes', 'tokens', 'dollars'];

/** The first limit that `next` would pass on top of `spent`. */
export function limitPassed(limits: RunLimits, spent: Amounts, next: Amounts): LimitKind | undefined {
  return KINDS.find((kind) => limits[kind] > 0 && spent[kind] + next[kind] > limits[kind]);
}
