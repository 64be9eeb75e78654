/** How a driver types a secret of the user's: the call's input, which is written down, has its handle only. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** From its first up to before its last, in UTF-16 units. */
export type Span = readonly [start: number, end: number];

/** A secret that the call under way is to type in place of its text. */
export interface SecretFill {
  readonly value: string;
  /**
   * Settles whether it may go there, for which the user is asked.
   *
   * @throws ToolError where it may not; the signal's reason
   */
  approve(place: FillPlace, signal: AbortSignal): Promise<void>;
  /** Where it stands in a text, as it is or in a usual encoding. */
  spansIn(text: string): readonly Span[];
}

/** Where a secret is about to go. Texts are the page's. */
export type FillPlace =
  | {
      readonly kind: 'field';
      /** Of the field's document. */
      readonly origin: string;
      /** Of the documents around that, innermost first. */
      readonly around: readonly string[];
      /** What the page calls the field; may be empty. */
      readonly label: string;
      /** Whether what is typed is shown as dots. */
      readonly isPassword: boolean;
      /** Where its form says that it goes, if that is another origin. */
      readonly sendsTo: string | undefined;
    }
  /** The focus of a desktop: which window that is in nobody tells reliably. */
  | { readonly kind: 'desktop'; readonly desktop: string };

const fills = new AsyncLocalStorage<SecretFill | undefined>();

/** Runs a call that is to type `fill`, if anything. */
export function withFill<T>(fill: SecretFill | undefined, run: () => T): T {
  return fills.run(fill, run);
}

/** What the call under way is to type instead of its text. */
export function secretFill(): SecretFill | undefined {
  return fills.getStore();
}
