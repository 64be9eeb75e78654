/** Sets the values of form fields. */
import { cut } from './cut.ts';
import { callOnElement, scrollToElement } from './elements.ts';
import { refuse } from './errors.ts';
import { SET_VALUE } from './formInputScript.ts';
import type { Tab } from './tab.ts';

/** Of a value the page made of the model's, in characters. */
const MAX_SHOWN = 200;

const PROBLEMS: Readonly<Record<string, string>> = {
  disabled: 'The field is disabled or read-only.',
  'no-field': 'The element is no form field. Click it and type, or choose from what it opens.',
  'no-option': 'The list has no such option.',
  'no-options':
    'The list has no such option. For several options, give their values or texts as a JSON list: ["a", "b"].',
  boolean: 'A checkbox takes true or false.',
  radio: 'A radio button can only be set to true; choose another one of its group instead.',
  file: 'Files cannot be set this way.',
  'too-long': 'The text is longer than the field takes.',
  number: 'The field takes a number, such as 12.5.',
  range: 'The field takes a number from its own range.',
  date: 'The field takes a date as YYYY-MM-DD.',
  time: 'The field takes a time as HH:MM, in 24 hours.',
  'datetime-local': 'The field takes a date and time as YYYY-MM-DDTHH:MM.',
  month: 'The field takes a month as YYYY-MM.',
  week: 'The field takes a week as YYYY-Www, such as 2026-W05.',
  color: 'The field takes a colour, such as #3366ff.',
  rejected: 'The field does not take this value.',
};

/**
 * Sets a form field's value as a user's input would, with its events.
 * @returns a line for the model where the field made something else of the value
 * @throws ToolError when the element is gone, is no field, or does not take this value
 */
export async function setFieldValue(
  tab: Tab,
  ref: string,
  value: string | number | boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  await scrollToElement(tab, ref, signal);
  const answer = await callOnElement(tab, tab.refs.resolve(ref), SET_VALUE, value, signal);
  const { problem, became } = (answer ?? {}) as { problem?: unknown; became?: unknown };
  if (answer === undefined || problem !== undefined)
    throw refuse(PROBLEMS[String(problem)] ?? 'The value could not be set.');
  return typeof became === 'string'
    ? `The field made this of it: ${JSON.stringify(cut(became, MAX_SHOWN))}`
    : undefined;
}
