/** Says how far a long measurement is, apart from the table. */
export function progress(line: string): void {
  console.error(`  … ${line}`);
}

/** @throws RangeError when there are no values */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The nearest-rank quantile.
 *
 * @param part - 0..1
 * @throws RangeError when there are no values
 */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  if (value === undefined) throw new RangeError('There is nothing to take a quantile of.');
  return value;
}
