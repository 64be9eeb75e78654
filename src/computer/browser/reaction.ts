/**
 * Sees whether a page reacts to an action at once, so that nobody waits for a reaction that has come; and which of its
 * frames the action reached, so that nobody waits for the others.
 */
import { evaluateIn, type ForeignDocument, foreignDocuments, thoseWhere } from './foreignDocuments.ts';
import type { Tab } from './tab.ts';

/** Where the watch is kept in the host's own world of the document. */
export const REACTION = 'reactionToAction';

/** What an input becomes in the page, as far as handlers commonly hear of it. */
const EVENTS = ['pointerdown', 'pointerup', 'click', 'keydown', 'keyup', 'input', 'change', 'focusin'];

/** What else reaches a document, and seldom makes it do anything. */
const PASSING_EVENTS = ['pointermove', 'wheel'];

/**
 * Begins to watch. A page has reacted at once when its DOM changed while an event of the input was handled, or a field
 * was entered, and nothing changed at any other time: one that changes later may go on changing. The frame that shows
 * the reaction is awaited from here, since it may be drawn before anybody asks. Ended by the one that asks for the
 * outcome. Answers whether the document has frames that its scripts cannot look into.
 */
const WATCH = `(() => {
  globalThis.${REACTION}?.end();
  let isHandling = false;
  let isPrompt = false;
  let isLate = false;
  let isReached = false;
  let handled = 0;
  let drawn = 0;
  let frame = 0;
  let onDrawn = () => {};
  const focused = document.activeElement;
  const hasEntered = () =>
    document.activeElement !== focused && document.activeElement?.matches('input, textarea, select, [contenteditable]');
  const onAny = () => { isReached = true; };
  const endHandling = () => { isHandling = false; };
  const onEvent = () => {
    isHandling = true;
    const event = ++handled;
    // Browsers put timers off until the frame that follows an input: it may come first.
    setTimeout(endHandling);
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      endHandling();
      // After the frame's own scripts, which may go on changing the page.
      setTimeout(() => {
        drawn = event;
        if (drawn === handled) onDrawn();
      });
    });
  };
  // Called at the end of the handler that made the changes, before any other task.
  const observer = new MutationObserver(() => { if (isHandling) isPrompt = true; else isLate = true; });
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const events = ${JSON.stringify(EVENTS)};
  const all = [...events, ...${JSON.stringify(PASSING_EVENTS)}];
  for (const type of events) addEventListener(type, onEvent, { capture: true, passive: true });
  for (const type of all) addEventListener(type, onAny, { capture: true, passive: true });
  globalThis.${REACTION} = {
    isPrompt: () => !isLate && (isPrompt || hasEntered()),
    isReached: () => isReached,
    whenDrawn: (callback) => { if (drawn > 0 && drawn === handled) callback(); else onDrawn = callback; },
    end: () => {
      observer.disconnect();
      for (const type of events) removeEventListener(type, onEvent, { capture: true });
      for (const type of all) removeEventListener(type, onAny, { capture: true });
      delete globalThis.${REACTION};
    },
  };
  // Only documents of the same origin can be had.
  const isOpen = (view) => Boolean(view.document) && Array.from(view).every(isOpen);
  try {
    return !isOpen(globalThis);
  } catch {
    return true;
  }
})()`;

/** Whether the action has reached the document. Where not, the watch ends. */
const REACHED = `(() => {
  const reaction = globalThis.${REACTION};
  const isReached = reaction?.isReached() ?? false;
  if (!isReached) reaction?.end();
  return isReached;
})()`;

/** A page that does not answer sooner is not waited for: then nothing is known of how it reacts. In ms. */
const ANSWER_LIMIT_MS = 100;

/**
 * To be called right before an action; {@link REACTION} says afterwards whether the page has changed since. A page
 * without frames of other origins is asked once.
 * @returns the frames of other origins that are watched, too
 */
export async function watchForReaction(tab: Tab, signal: AbortSignal): Promise<readonly ForeignDocument[]> {
  const options = { limitMs: ANSWER_LIMIT_MS, onLimit: () => undefined };
  try {
    const hasForeign = (await tab.evaluate(WATCH, signal, options)) === true;
    if (!hasForeign && tab.frames.all.length === 0) return [];
    const found = await foreignDocuments(tab, signal, options);
    return await thoseWhere(found, async (each) => {
      await evaluateIn(each, WATCH, signal, options);
      return true;
    });
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

/** Those of the watched frames that the action has reached. The watch of the others is over. */
export async function reachedOf(
  watched: readonly ForeignDocument[],
  signal: AbortSignal,
): Promise<readonly ForeignDocument[]> {
  const options = { limitMs: ANSWER_LIMIT_MS, onLimit: () => undefined };
  const reached = await thoseWhere(
    watched,
    async (each) => (await evaluateIn(each, REACHED, signal, options)) === true,
  );
  signal.throwIfAborted();
  return reached;
}
