/** Checks of what the model sends. The API does not hold it to the schema's ranges. */
import { refuse } from './errors.ts';

/** Of `wait` and `hold_key`, as their inputs' descriptions say. */
const MAX_DURATION_S = 30;

/** @returns seconds, from 0 to 30 @throws ToolError */
export function seconds(duration: unknown): number {
  if (typeof duration !== 'number' || !(duration >= 0) || duration > MAX_DURATION_S)
    throw refuse(`duration: expected seconds from 0 to ${MAX_DURATION_S}.`);
  return duration;
}

/** @returns a whole number from 1 to `max` @throws ToolError */
export function wholeNumber(value: unknown, max: number, field: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > max)
    throw refuse(`${field}: expected a whole number from 1 to ${max}.`);
  return value;
}

/** @returns a text of 1 to `max` characters @throws ToolError */
export function textOf(value: unknown, field: string, max = 10_000): string {
  if (typeof value !== 'string' || value === '' || value.length > max)
    throw refuse(`${field}: expected a text of at most ${max} characters.`);
  return value;
}

/** @returns one of `choices` @throws ToolError */
export function oneOf<T extends string>(value: unknown, choices: readonly T[], field: string): T {
  const choice = choices.find((each) => each === value);
  if (choice === undefined)
    throw refuse(`${field}: expected ${choices.map((each) => `"${each}"`).join(', ')}.`);
  return choice;
}
