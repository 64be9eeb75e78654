/** One measured figure, as it stands in bench-results.json. */
export interface Figure {
  readonly id: string;
  readonly value: number | string;
  readonly unit: string;
  /** What it should be, such as `<= 1.5`; null for one that is only reported. */
  readonly target: string | null;
  /** Whether the target is met; true where there is none. */
  readonly ok: boolean;
}

/** A figure that should be at most `limit`. */
export function atMost(id: string, value: number, unit: string, limit: number): Figure {
  const rounded = Math.round(value * 1_000) / 1_000;
  return { id, value: rounded, unit, target: `<= ${limit}`, ok: rounded <= limit };
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
