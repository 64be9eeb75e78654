/** What an action on a page would come to, as far as the page can be believed. */
import type { CallTarget } from '../../computer/callTarget.ts';
import type { Consequence } from '../../protocol/approvals.ts';
import { type Keying, typedKeys } from './keying.ts';
import { consequenceOf, consequenceOfClue } from './words.ts';

/** Of a link or a text that is clicked: what is longer is a sentence, such as a headline. */
const MAX_COMMAND_WORDS = 4;

/** Text boxes whose Enter sends what is in them. */
const MESSAGE_BOX =
  /message|reply|comment|chat|tweet|nachricht|kommentar|antwort|répon|mensaje|messaggio|bericht|wiadomoś|сообщен|消息|メッセージ|메시지/;

/** What is graver comes first: a page that says several things of itself is asked about by that. */
const BY_GRAVITY: readonly Consequence[] = [
  'payment-field',
  'payment-form',
  'pay',
  'transfer',
  'delete',
  'sign',
  'subscribe',
  'unseen',
  'publish',
  'password-field',
  'password-form',
  'send',
  'submit',
  'confirm',
];

type Found = readonly (Consequence | undefined)[];

/** Of a click at these places. */
export function clickConsequence(targets: readonly CallTarget[]): Consequence | undefined {
  return gravest(
    // A click on a field only brings the keyboard there.
    targets
      .filter(({ role }) => role !== 'field')
      .flatMap((target) => [...(target.submits ? [sentForm(target)] : []), ...saidBy(target)]),
  );
}

/** Of text that is typed, where the keyboard is on one of these. */
export function typingConsequence(targets: readonly CallTarget[], text: string): Consequence | undefined {
  return gravest([...targets.map(filled), keysConsequence(targets, typedKeys(text))]);
}

/**
 * Of setting a field, without keys but in a rich text. What is no field, such as a switch that a page has made of a button, is
 * clicked.
 */
export function fillingConsequence(targets: readonly CallTarget[], value: string): Consequence | undefined {
  const typedInto = targets.filter(({ isRichText }) => isRichText);
  return gravest([...targets.map(filled), clickConsequence(targets), typingConsequence(typedInto, value)]);
}

/** Of keys, where the keyboard is on one of these. */
export function keysConsequence(targets: readonly CallTarget[], keying: Keying): Consequence | undefined {
  if (targets.length === 0) return undefined;
  if (keying.goesOnElsewhere) return 'unseen';
  return gravest(
    targets.flatMap((target) =>
      target.role === 'field' ? keysInField(target, keying) : keysOnControl(target, keying),
    ),
  );
}

function keysOnControl(target: CallTarget, keying: Keying): Found {
  const deletes = keying.deletes ? 'delete' : undefined;
  if (!keying.enters && !keying.presses) return [deletes];
  // Arrows lead from one entry of a menu to the next.
  const isElsewhere = keying.isLedByArrows && target.role !== 'text';
  const goesOn = keying.goesOnAfterEnter || isElsewhere ? 'unseen' : undefined;
  return [deletes, clickConsequence([target]), goesOn];
}

function keysInField(target: CallTarget, keying: Keying): Found {
  const { isMultiline, submits, form } = target;
  const fills = keying.types ? filled(target) : undefined;
  if (!keying.enters) return [fills];
  if (isMultiline) return [fills, keying.sends || isMessageBox(target) ? 'send' : undefined];
  return [
    fills,
    keying.sends || isMessageBox(target) ? 'send' : undefined,
    keying.goesOnAfterEnter ? 'unseen' : undefined,
    ...(submits ? [sentForm(target), ...sayOf(form?.names ?? [])] : []),
  ];
}

function gravest(found: Found): Consequence | undefined {
  return BY_GRAVITY.find((consequence) => found.includes(consequence));
}

function filled({ field }: CallTarget): Consequence | undefined {
  if (field === 'password') return 'password-field';
  return field === 'payment' ? 'payment-field' : undefined;
}

function sentForm({ form }: CallTarget): Consequence | undefined {
  if (form?.hasPayment) return 'payment-form';
  return form?.hasPassword ? 'password-form' : undefined;
}

function isMessageBox({ names }: CallTarget): boolean {
  return names.some((name) => MESSAGE_BOX.test(name.toLowerCase()));
}

function saidBy({ role, names, clues, submits, form }: CallTarget): Found {
  const said = sayOf(names, role === 'button' ? undefined : MAX_COMMAND_WORDS);
  if (clues === undefined) return said;
  // Without words, what it sends speaks for it.
  const sent = submits && (form?.hasMessage ? 'send' : form?.isPost ? 'submit' : undefined);
  return [...said, ...clues.map(consequenceOfClue), sent || undefined];
}

function sayOf(names: readonly string[], maxWords?: number): Found {
  return names.map((name) => consequenceOf(name, maxWords));
}
