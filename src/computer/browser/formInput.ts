/** Sets the values of form fields. */
import { cut } from '../cut.ts';
import { callOnElement, pointOfElement, scrollToElement } from './elements.ts';
import { refuse } from './errors.ts';
import { SET_VALUE } from './formInputScript.ts';
import { parseKeys } from './keys.ts';
import type { Tab } from './tab.ts';
import { typeText } from './typing.ts';

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

/** Of the script: the page may have tampered with it. */
type Answer =
  | { readonly problem?: unknown; readonly became?: unknown; readonly isSelected?: unknown }
  | undefined;

/** What the model reads of it. A problem of the page's own making has no phrase. */
function phraseOf(problem: unknown): string {
  const known =
    typeof problem === 'string' && Object.hasOwn(PROBLEMS, problem) ? PROBLEMS[problem] : undefined;
  return known ?? 'The value could not be set.';
}

/** Types over what is selected, as a person would: a rich text editor keeps its own record of what is done to it. */
async function rewrite(tab: Tab, text: string, signal: AbortSignal): Promise<void> {
  if (text !== '') return typeText(tab, text, signal);
  for (const chord of parseKeys('Delete')) await tab.keyboard.press(chord, signal);
}

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
  const element = tab.refs.resolve(ref);
  const set = async () =>
    ((await callOnElement(tab, element, SET_VALUE, value, signal)) ?? undefined) as Answer;
  let answer = await set();
  if (answer?.isSelected === true) {
    // Only a click gives the keyboard to a frame of another process.
    if (element.frame.parent !== undefined) {
      await tab.pointer.click('left', await pointOfElement(tab, ref, signal), 1, signal);
      answer = await set();
    }
    await rewrite(tab, String(value), signal);
  }
  const { problem, became } = answer ?? {};
  if (answer === undefined || problem !== undefined) throw refuse(phraseOf(problem));
  return typeof became === 'string'
    ? `The field made this of it: ${JSON.stringify(cut(became, MAX_SHOWN))}`
    : undefined;
}
