/**
 * Fills in secrets of the user's. The field is held as an object of the browser's from the look at it to the value put in,
 * so it does not matter where the focus goes meanwhile; and what was looked at is looked at again in the same step.
 */
import type { SecretFill } from '../secretFill.ts';
import { framesIn } from './elementOrigin.ts';
import { scrollToElement } from './elements.ts';
import { refuse, StaleReferenceError } from './errors.ts';
import type { Frame } from './frame.ts';
import { FILL_FIELD, FOCUSED, INSPECT_FIELD } from './secretFieldScript.ts';
import type { Tab } from './tab.ts';

const PROBLEMS: Readonly<Record<string, string>> = {
  gone: 'Not executed: the field is gone.',
  'no-field':
    'Not executed: a secret goes into a text or password field only. Click the field first, or name it in form_input.',
  disabled: 'Not executed: the field is disabled or read-only.',
  changed: 'Not executed: the field or its page has changed since the user was asked. Look at it again.',
  'too-long': 'Not executed: the secret is longer than the field takes.',
  rejected: 'Not executed: the field does not take this secret.',
};

/** Frames in frames that the focus is followed into. */
const MAX_DEPTH = 20;

/** Frames of one process that a named element is looked for in. */
const MAX_FRAMES_TRIED = 200;

/** How it stood when it was looked at. Labels and the like are the page's. */
interface Field {
  readonly origin: string;
  readonly around: readonly string[];
  readonly type: string;
  readonly label: string;
  readonly sendsTo?: string;
}

/** An element that the browser keeps for us in the host's own world of its document. */
interface Held {
  readonly frame: Frame;
  readonly objectId: string;
}

/**
 * Puts `fill` into the named element, in place of what is there, or in at the cursor of the one with the focus.
 * @throws ToolError where it may not go or cannot; the signal's reason
 */
export async function fillSecret(
  tab: Tab,
  ref: string | undefined,
  fill: SecretFill,
  signal: AbortSignal,
): Promise<void> {
  const held = ref === undefined ? await focusedElement(tab, signal) : await namedElement(tab, ref, signal);
  try {
    const field = (await call(held, INSPECT_FIELD, [], signal)) as Partial<Field> & {
      readonly problem?: string;
    };
    if (field.problem !== undefined || field.origin === undefined) throw refuse(phraseOf(field.problem));
    const { origin, around = [], type = '', label = '', sendsTo } = field;
    const isPassword = type === 'password';
    await fill.approve({ kind: 'field', origin, around, label, isPassword, sendsTo }, signal);
    // From here on it may be on the page, however this ends.
    tab.secrets.add(fill);
    const asked = { origin, around, type, sendsTo };
    const { problem } = (await call(held, FILL_FIELD, [fill.value, ref !== undefined, asked], signal)) as {
      readonly problem?: string;
    };
    if (problem !== undefined) throw refuse(phraseOf(problem));
  } finally {
    held.frame.channel.session
      .send('Runtime.releaseObject', { objectId: held.objectId })
      .catch(() => undefined);
  }
}

function phraseOf(problem: string | undefined): string {
  return PROBLEMS[problem ?? ''] ?? 'Not executed: the secret could not be filled in.';
}

async function call(
  { frame, objectId }: Held,
  declaration: string,
  values: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  try {
    const { result, exceptionDetails } = await frame.channel.send(
      'Runtime.callFunctionOn',
      {
        objectId,
        functionDeclaration: declaration,
        arguments: values.map((value) => ({ value })),
        returnByValue: true,
        userGesture: true,
      },
      signal,
    );
    return exceptionDetails === undefined ? result.value : {};
  } catch {
    signal.throwIfAborted();
    frame.channel.trouble.throwIfAborted();
    // Its document has been replaced. The browser's own words are not passed on: they may quote the command.
    throw refuse(PROBLEMS.gone ?? '');
  }
}

/** @throws ToolError when nothing has the focus that could take a text */
async function focusedElement(tab: Tab, signal: AbortSignal): Promise<Held> {
  let frame = tab.page;
  let frameId = frame.frameId;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const objectId = await frame.objectOf(FOCUSED, frameId, signal);
    if (objectId === undefined) break;
    const { node } = await frame.channel.send('DOM.describeNode', { objectId }, signal);
    if (node.frameId === undefined) return { frame, objectId };
    // It holds a frame, which has the focus: one of another process, or one of this.
    const inner = tab.frames.all.find((each) => each.frameId === node.frameId);
    frame = inner ?? frame;
    frameId = node.frameId;
  }
  throw refuse(phraseOf('no-field'));
}

/** @throws StaleReferenceError when it is gone */
async function namedElement(tab: Tab, ref: string, signal: AbortSignal): Promise<Held> {
  await scrollToElement(tab, ref, signal);
  const { frame, backendNodeId } = tab.refs.resolve(ref);
  const { frameTree } = await frame.channel.send('Page.getFrameTree', undefined, signal);
  for (const frameId of framesIn(frameTree).slice(0, MAX_FRAMES_TRIED)) {
    const objectId = await frame.nodeIn(frameId, backendNodeId, signal).catch(() => {
      signal.throwIfAborted();
      frame.channel.trouble.throwIfAborted();
      // Only the worlds of its own origin can have it.
      return undefined;
    });
    if (objectId === undefined) continue;
    const held = { frame, objectId };
    const { problem } = (await call(held, INSPECT_FIELD, [], signal)) as { readonly problem?: string };
    // The world of another document of that origin has it too.
    if (problem !== 'gone') return held;
  }
  throw new StaleReferenceError();
}
