/** Sees whether a page reacts to an action at once, so that nobody waits for a reaction that has come. */
import type { Tab } from './tab.ts';

/** Where the watch is kept in the host's own world of the document. */
export const REACTION = 'reactionToAction';

/** Begins to watch: changes of the DOM and of the focus count. Ended by the one that asks for the outcome. */
const WATCH = `(() => {
  globalThis.${REACTION}?.end();
  let isChanged = false;
  const focused = document.activeElement;
  const observer = new MutationObserver(() => { isChanged = true; observer.disconnect(); });
  observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  globalThis.${REACTION} = {
    isSeen: () => isChanged || observer.takeRecords().length > 0 || document.activeElement !== focused,
    end: () => { observer.disconnect(); delete globalThis.${REACTION}; },
  };
})()`;

/** A page that does not answer sooner is not waited for: then nothing is known of how it reacts. In ms. */
const ANSWER_LIMIT_MS = 100;

/** To be called right before an action; {@link REACTION} says afterwards whether the page has changed since. */
export async function watchForReaction(tab: Tab, signal: AbortSignal): Promise<void> {
  try {
    await tab.evaluate(WATCH, signal, { limitMs: ANSWER_LIMIT_MS, onLimit: () => undefined });
  } catch {
    signal.throwIfAborted();
  }
}
