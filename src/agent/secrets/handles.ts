/** Handles, by which the model names a secret that it never sees: `{{secret:staging-password}}`. */

/** Of a secret: letters, digits and `._-`, so that a handle needs no escaping anywhere. */
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
const HANDLE = /^\{\{secret:([A-Za-z0-9][\w.-]{0,63})\}\}$/;

/** What is meant as a handle, well formed or not. */
const MENTION = /\{\{\s*secret\s*:/i;

/** How deep an input is looked into; the members' own inputs end at three. */
const MAX_DEPTH = 20;

export function isSecretName(name: string): boolean {
  return NAME.test(name);
}

export function handleOf(name: string): string {
  return `{{secret:${name}}}`;
}

/** The name in a text that is a handle and nothing else. */
export function secretNameIn(text: unknown): string | undefined {
  return typeof text === 'string' ? HANDLE.exec(text)?.[1] : undefined;
}

/** What the model has called, of which computer's or tool's. */
export interface TypingCall {
  readonly toolset: string;
  readonly member: string;
  readonly input: unknown;
}

/** The secret that the call types: it types a handle into a field, and nothing else in it is meant as one. */
export function typedSecret({ toolset, member, input }: TypingCall): string | undefined {
  const key = TYPED[`${toolset}.${member}`];
  if (key === undefined || typeof input !== 'object' || input === null) return undefined;
  const { [key]: text, ...others } = input as Readonly<Record<string, unknown>>;
  return mentionsSecret(others) ? undefined : secretNameIn(text);
}

/** Where the members that type have their text. */
const TYPED: Readonly<Record<string, string>> = {
  'browser.type': 'text',
  'browser.form_input': 'value',
  'computer.type': 'text',
};

/** Whether something in an input of the model's is meant as a handle. */
export function mentionsSecret(input: unknown, depth = 0): boolean {
  if (typeof input === 'string') return MENTION.test(input);
  if (typeof input !== 'object' || input === null) return false;
  // Nobody nests a handle so deep; what does is taken for one.
  if (depth === MAX_DEPTH) return true;
  return Object.entries(input).some(([key, value]) => MENTION.test(key) || mentionsSecret(value, depth + 1));
}
