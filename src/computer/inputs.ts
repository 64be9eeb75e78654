/** Checks of what the model sends. The API does not hold it to the schema's ranges. */
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';

/** An input that does not fit the member's contract. The model reads `problem`. */
export function refuse(problem: string): ToolError {
  return new ToolError(problem);
}

/** @returns seconds, from 0 to `max` @throws ToolError */
export function seconds(duration: unknown, max: number): number {
  if (typeof duration !== 'number' || !(duration >= 0) || duration > max)
    throw refuse(`duration: expected seconds from 0 to ${max}.`);
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
