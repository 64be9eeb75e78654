/**
 * Lists of options and pickers, which the browser draws in windows of their own: no picture of the page has them. A
 * person who opens one is asked in its place. Its keys work all the same.
 */
import type { Protocol } from 'puppeteer-core';
import type { HumanInput } from '../../protocol/humanInput.ts';
import type { PickerType, ScreenAnswer, ScreenDialogContent } from '../../protocol/screenDialog.ts';
import { ignoreFailure } from '../bounded.ts';
import type { SendOptions } from './channel.ts';
import type { Dialogs } from './dialogs.ts';
import type { Frame } from './frame.ts';
import { FIND_POPUP, SET_POPUP } from './popupsScript.ts';
import type { Tab } from './tab.ts';

/** Of the host's own scripts for this. */
const WORLD_NAME = 'computer-use-chat-popups';

/** Looked through in each process of a page. */
const MAX_DOCUMENTS = 50;

/** Shown of a list and of each text in it. */
const MAX_OPTIONS = 2_000;
const MAX_LABEL = 200;

/** A frame that hangs has no popup to ask for. */
const LIMITS: SendOptions = { limitMs: 2_000, onLimit: () => new Error('The frame hangs.') };

const PICKERS: Record<PickerType, true> = {
  date: true,
  time: true,
  'datetime-local': true,
  month: true,
  week: true,
  color: true,
};

/** Keys that open a list or a picker. */
const OPENING_KEYS: ReadonlySet<string> = new Set([' ', 'Enter', 'ArrowDown', 'ArrowUp', 'F4']);

/** Whether it may have opened a list or a picker. */
export function mayOpenPopup(event: HumanInput): boolean {
  if (event.type === 'pointer-up') return event.button === 'left';
  return event.type === 'key-up' && OPENING_KEYS.has(event.key);
}

/** A field whose list or picker is open. */
interface Popup {
  readonly frame: Frame;
  readonly objectId: string;
  readonly content: ScreenDialogContent;
}

/**
 * Asks the person in place of the popup that is open on the page, if any. Resolves when it is closed; never rejects.
 * @param onAnswered - hears when it is closed after the answer: what is done until then would be done to the popup
 */
export async function askForPopup(
  tab: Tab,
  dialogs: Dialogs,
  onAnswered: (closed: Promise<unknown>) => void,
): Promise<void> {
  const replaced = new AbortController();
  const onNavigated = () => replaced.abort();
  const { session } = tab.channel;
  session.on('Page.frameNavigated', onNavigated);
  const signal = AbortSignal.any([replaced.signal, tab.channel.trouble]);
  try {
    const popup = await findPopup(tab, signal);
    if (popup === undefined) return;
    const answer = await dialogs.ask(popup.content, AbortSignal.any([signal, popup.frame.channel.trouble]));
    const closed = close(tab, popup, answer, signal);
    onAnswered(closed);
    await closed;
    ignoreFailure(popup.frame.channel.session.send('Runtime.releaseObject', { objectId: popup.objectId }));
  } catch {
    // The page is gone, hangs or shows another document: there is nothing left to be answered.
  } finally {
    session.off('Page.frameNavigated', onNavigated);
  }
}

async function findPopup(tab: Tab, signal: AbortSignal): Promise<Popup | undefined> {
  for (const frame of [tab.page, ...tab.frames.all]) {
    const popup = await popupIn(frame, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (popup !== undefined) return popup;
  }
  return undefined;
}

/** Looks through the documents of one process; no script sees from one of them into those of other origins. */
async function popupIn(frame: Frame, signal: AbortSignal): Promise<Popup | undefined> {
  const { frameTree } = await frame.channel.send('Page.getFrameTree', undefined, signal, LIMITS);
  for (const frameId of idsIn(frameTree).slice(0, MAX_DOCUMENTS)) {
    const popup = await popupOf(frame, frameId, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (popup !== undefined) return popup;
  }
  return undefined;
}

function idsIn({ frame, childFrames = [] }: Protocol.Page.FrameTree): string[] {
  return [frame.id, ...childFrames.flatMap(idsIn)];
}

async function popupOf(frame: Frame, frameId: string, signal: AbortSignal): Promise<Popup | undefined> {
  const { channel } = frame;
  // The browser keeps one world of a name for each document.
  const { executionContextId: contextId } = await channel.send(
    'Page.createIsolatedWorld',
    { frameId, worldName: WORLD_NAME },
    signal,
    LIMITS,
  );
  const found = await channel.send('Runtime.evaluate', { expression: FIND_POPUP, contextId }, signal, LIMITS);
  const { objectId } = found.result;
  if (objectId === undefined) return undefined;
  const { result } = await channel.send(
    'Runtime.callFunctionOn',
    {
      objectId,
      functionDeclaration: 'function (...limits) { return this.describe(...limits); }',
      arguments: [{ value: MAX_OPTIONS }, { value: MAX_LABEL }],
      returnByValue: true,
    },
    signal,
    LIMITS,
  );
  const content = contentOf(result.value);
  return content && { frame, objectId, content };
}

/** Sets the field as answered, and closes the popup. */
async function close(
  tab: Tab,
  { frame, objectId }: Popup,
  answer: ScreenAnswer | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { result } = await frame.channel.send(
    'Runtime.callFunctionOn',
    {
      objectId,
      functionDeclaration: SET_POPUP,
      arguments: [{ value: answer?.isAccepted === true ? answer.value : null }],
      returnByValue: true,
      userGesture: true,
    },
    signal,
  );
  if (result.value !== true) return;
  // Open, it takes the key before the page does.
  const key = { key: 'Escape', code: 'Escape', windowsVirtualKeyCode: 27 };
  await tab.channel.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key }, signal);
}

/** The page may have tampered with what the script answers. */
function contentOf(value: unknown): ScreenDialogContent | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, message, value: set, min, max, options, chosen } = value as Record<string, unknown>;
  const text = (part: unknown) => String(part ?? '').slice(0, MAX_LABEL);
  if (type === 'select') {
    if (!Array.isArray(options)) return undefined;
    return {
      kind: 'choice',
      message: text(message),
      chosen: typeof chosen === 'number' ? chosen : -1,
      options: options.slice(0, MAX_OPTIONS).map((option: unknown) => {
        const { label, group, isDisabled } = Object(option) as Record<string, unknown>;
        return { label: text(label), group: text(group), isDisabled: isDisabled === true };
      }),
    };
  }
  if (!isPicker(type)) return undefined;
  return {
    kind: 'picker',
    picker: type,
    message: text(message),
    value: text(set),
    min: text(min),
    max: text(max),
  };
}

function isPicker(type: unknown): type is PickerType {
  return typeof type === 'string' && Object.hasOwn(PICKERS, type);
}
