/** What a call would act on, told before it is run. All texts are a page's: hostile, and cut to a length. */

/** A place on a page that a call points at, or that has the keyboard. */
export interface CallTarget {
  /** Of the document that it lies in: `https://example.com`, `about: in https://example.com`. */
  readonly origin: string;
  readonly role: 'button' | 'link' | 'field' | 'text';
  /** What it is called by: its label, its text, its hint. */
  readonly names: readonly string[];
  /**
   * Of what looks as if it could be clicked and has no words, such as an icon: words that those who made the page have for
   * it, each as a few small letters. Undefined where there are names.
   */
  readonly clues?: readonly string[];
  /** What is to be filled in, for a field. */
  readonly field?: FieldKind;
  /** Whether Enter breaks a line there instead of sending something. */
  readonly isMultiline?: boolean;
  /** Whether it can only be filled in by typing, as a rich text: what is typed there are keys, which its page hears. */
  readonly isRichText?: boolean;
  /** Whether a click or, in a field, Enter sends its form. */
  readonly submits?: boolean;
  /** What it is part of. */
  readonly form?: TargetForm;
}

export type FieldKind = 'password' | 'payment' | 'other';

export interface TargetForm {
  /** Of the buttons that send it. */
  readonly names: readonly string[];
  readonly hasPassword: boolean;
  readonly hasPayment: boolean;
  /** Whether it has a field of several lines, as for a message. */
  readonly hasMessage?: boolean;
  /** Whether sending it changes something, as its own markup says (`method`). */
  readonly isPost?: boolean;
}

/** A call by its name and what the model gave with it. */
export interface NamedCall {
  readonly name: string;
  readonly input: unknown;
}
