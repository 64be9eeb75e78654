/** What a screen asks beside its picture, such as a page's dialog, and a person's answer with its check. */

/** Texts are plain and those of a page: hostile input. */
export type ScreenDialogContent =
  /** Says something, asks a yes or no, or whether to leave a page (which browsers ask in their own words). */
  | { readonly kind: 'alert' | 'confirm' | 'leave'; readonly message: string }
  /** Asks for a text. */
  | { readonly kind: 'prompt'; readonly message: string; readonly value: string }
  /** A list that opened outside of the picture. The answer's value is the place of an option among them, from 0. */
  | {
      readonly kind: 'choice';
      readonly message: string;
      readonly options: readonly ScreenDialogOption[];
      /** The place of the one that is chosen; -1 for none. */
      readonly chosen: number;
    }
  /** A picker that opened outside of the picture; values as those of an HTML field of that type. */
  | {
      readonly kind: 'picker';
      readonly picker: PickerType;
      readonly message: string;
      readonly value: string;
      readonly min: string;
      readonly max: string;
    }
  /** It asks for files, which cannot be given here. Any answer will do. */
  | { readonly kind: 'files' };

export interface ScreenDialogOption {
  readonly label: string;
  /** The group it stands in; empty for none. */
  readonly group: string;
  readonly isDisabled: boolean;
}

/** The types of `<input>` that are set by a picker. */
export type PickerType = 'date' | 'time' | 'datetime-local' | 'month' | 'week' | 'color';

/** `id` is never used again in the life of its screen. */
export type ScreenDialog = ScreenDialogContent & { readonly id: number };

export interface ScreenAnswer {
  readonly isAccepted: boolean;
  /** Text, place of an option, value of a picker; empty where nothing is asked for. */
  readonly value: string;
}

/** Longest answer taken, in UTF-16 units. */
export const MAX_ANSWER_LENGTH = 10_000;

/** The answer, or undefined when `value` is none. */
export function parseScreenAnswer(value: unknown): ScreenAnswer | undefined {
  if (typeof value !== 'object' || value === null || !('isAccepted' in value) || !('value' in value))
    return undefined;
  const { isAccepted, value: text } = value;
  if (typeof isAccepted !== 'boolean' || typeof text !== 'string' || text.length > MAX_ANSWER_LENGTH)
    return undefined;
  return { isAccepted, value: text };
}
