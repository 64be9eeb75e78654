/** One measured figure, as it stands in bench-results.json. */
export interface Figure {
  readonly id: string;
  /** Null where it could not be measured. */
  readonly value: number | string | null;
  readonly unit: string;
  /** What it should be, such as `<= 1.5`; null for one that is only reported. */
  readonly target: string | null;
  /** Whether the target is met; true where there is none. */
  readonly ok: boolean;
  /** Why there is no value. */
  readonly note?: string;
}

/** A figure that should be at most `limit`. */
export function atMost(id: string, value: number, unit: string, limit: number): Figure {
  const rounded = Math.round(value * 1_000) / 1_000;
  return { id, value: rounded, unit, target: `<= ${limit}`, ok: rounded <= limit };
}

/** A figure that should be at least `limit`. */
export function atLeast(id: string, value: number, unit: string, limit: number): Figure {
  const rounded = Math.round(value * 1_000) / 1_000;
  return { id, value: rounded, unit, target: `>= ${limit}`, ok: rounded >= limit };
}

/** A figure with a target that could not be measured: it counts as missed. */
export function missed(id: string, unit: string, limit: number, note: string): Figure {
  return { id, value: null, unit, target: `<= ${limit}`, ok: false, note };
}

/** A figure without a target. */
export function reported(id: string, value: number | string, unit: string): Figure {
  return {
    id,
    value: typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value,
    unit,
    target: null,
    ok: true,
  };
}
