/**
 * Decides when a page has reacted to an action: nothing it awaits from the network is under way, its DOM has not changed
 * for a short while, no short animation is running, and two frames have been drawn since. A page that was seen to react
 * at once and then rests needs no more than one frame; one that has shown nothing yet gets time to begin. A ceiling ends
 * the wait for pages that never rest. Frames of other origins are awaited where the action reached them: one that goes on
 * all the time by itself, as advertisements do, holds nobody up.
 */
import { reportSettled, type SettleAfter, type Settled } from '../settleReports.ts';
import type { SendOptions } from './channel.ts';
import { evaluateIn, type ForeignDocument } from './foreignDocuments.ts';
import type { Limits } from './limits.ts';
import { REACTION, reachedOf } from './reaction.ts';
import type { Tab } from './tab.ts';

/** Without a change for this long a page counts as quiet: longer than a debounced handler, short for who waits. */
const QUIET_MS = 100;

/** An animation that ends within this is waited for; one that takes longer is part of the page. In ms. */
const SHORT_ANIMATION_MS = 1_000;

/** For scripts to act on what has just arrived. */
const MIN_QUIET_MS = 30;

/** A frame that is not drawn (a page in the background) is not waited for beyond this. */
const FRAME_LIMIT_MS = 300;

/** What the page's own clock may be late by before the host gives up on it. */
const ANSWER_MARGIN_MS = 250;

/**
 * Runs in an isolated world of the page, which cannot see or change it. Takes both limits in milliseconds and answers
 * whether the page became quiet.
 */
const WAIT_FOR_QUIET = `(quietMs, ceilingMs, frameLimitMs) => new Promise((resolve) => {
  const end = performance.now() + ceilingMs;
  const reaction = globalThis.${REACTION};
  let isRestless = !(reaction?.isPrompt() ?? false);
  reaction?.end();
  let lastChange = performance.now();
  let frames = 0;
  const observer = new MutationObserver(() => { lastChange = performance.now(); isRestless = true; });
  const what = { subtree: true, childList: true, attributes: true, characterData: true };
  // Shadow trees and frames are documents of their own to an observer.
  let elements = 0;
  const observe = (root) => {
    observer.observe(root, what);
    for (const element of root.querySelectorAll('*')) {
      if (++elements > 20_000) return;
      if (element.shadowRoot) observe(element.shadowRoot);
      else if (element.localName === 'iframe' && element.contentDocument) observe(element.contentDocument);
    }
  };
  observe(document);
  const isAnimated = () => document.getAnimations().some((animation) => {
    const { endTime } = animation.effect?.getComputedTiming() ?? {};
    return animation.playState === 'running' && endTime - animation.currentTime < ${SHORT_ANIMATION_MS};
  });
  let timer;
  const check = () => {
    clearTimeout(timer);
    const now = performance.now();
    const quiet = now - lastChange;
    const drawn = frames >= (isRestless ? 2 : 1) || quiet >= quietMs + frameLimitMs;
    const rests = !isRestless || quiet >= quietMs;
    if ((rests && drawn && !isAnimated()) || now >= end) {
      observer.disconnect();
      resolve(now < end);
    } else {
      timer = setTimeout(check, Math.max(10, Math.min(quietMs - quiet, end - now)));
    }
  };
  const countFrame = () => {
    frames += 1;
    if (frames < 2) requestAnimationFrame(countFrame);
    // After the frame's own scripts, which may go on changing the page.
    if (!isRestless) setTimeout(check);
  };
  requestAnimationFrame(countFrame);
  timer = setTimeout(check, quietMs);
  if (!isRestless) reaction.whenDrawn(() => {
    frames = Math.max(frames, 1);
    check();
  });
})`;

/**
 * Waits until `tab` is quiet or the ceiling is reached; an action that began a navigation gets a navigation's ceiling.
 * @param foreign - its frames of other origins that were watched during the action
 * @returns whether it became quiet, and when
 * @throws the signal's reason, or the tab's trouble (crash, closing). A page that does not answer is not quiet: the
 * next command will tell.
 */
export async function settle(
  tab: Tab,
  after: SettleAfter,
  limits: Limits,
  signal: AbortSignal,
  foreign: readonly ForeignDocument[] = [],
): Promise<Settled> {
  const settled = await untilQuiet(tab, after, limits, signal, foreign);
  reportSettled({ ...settled, after });
  return settled;
}

async function untilQuiet(
  tab: Tab,
  after: SettleAfter,
  limits: Limits,
  signal: AbortSignal,
  foreign: readonly ForeignDocument[],
): Promise<Settled> {
  const start = performance.now();
  const navigationsBefore = after === 'navigation' ? -1 : tab.activity.navigations;
  const timeLeft = () => {
    const hasNavigated = tab.activity.isLoading || tab.activity.navigations !== navigationsBefore;
    const spent = performance.now() - start;
    const ceiling = (hasNavigated ? limits.navigationSettleMs : limits.actionSettleMs) - spent;
    // Once all has arrived, a page that goes on changing is an animated one.
    const sinceArrival = Math.min(spent, tab.activity.quietFor);
    return tab.activity.isIdle() ? Math.min(ceiling, limits.actionSettleMs - sinceArrival) : ceiling;
  };
  let quietMs = QUIET_MS;
  const reached = await reachedOf(foreign, signal);
  for (;;) {
    const left = timeLeft();
    if (left <= 0) return { isQuiet: false, ms: performance.now() - start };
    // In slices, because a navigation that begins meanwhile raises the ceiling.
    const isIdle = await tab.activity.until(() => tab.activity.isIdle(), Math.min(left, 500), [
      signal,
      tab.channel.trouble,
    ]);
    if (!isIdle) continue;
    const version = tab.activity.version;
    const wait: Wait = { quietMs, ceilingMs: Math.max(quietMs, timeLeft()) };
    const [isQuiet] = await Promise.all([domIsQuiet(tab, wait, signal), untilRest(reached, wait, signal)]);
    if (isQuiet && tab.activity.version === version) return { isQuiet: true, ms: performance.now() - start };
    // The DOM was quiet while something arrived: only what is left of the quiet time since then must follow.
    quietMs = isQuiet
      ? Math.min(QUIET_MS, Math.max(MIN_QUIET_MS, QUIET_MS - tab.activity.quietFor))
      : QUIET_MS;
  }
}

interface Wait {
  readonly quietMs: number;
  readonly ceilingMs: number;
}

function waitForQuiet({ quietMs, ceilingMs }: Wait): string {
  return `(${WAIT_FOR_QUIET})(${Math.round(quietMs)}, ${Math.round(ceilingMs)}, ${FRAME_LIMIT_MS})`;
}

function answerLimit({ ceilingMs }: Wait): SendOptions {
  return { limitMs: Math.round(ceilingMs) + ANSWER_MARGIN_MS, onLimit: () => undefined };
}

async function domIsQuiet(tab: Tab, wait: Wait, signal: AbortSignal): Promise<boolean> {
  try {
    return (await tab.evaluate(waitForQuiet(wait), signal, answerLimit(wait))) === true;
  } catch {
    signal.throwIfAborted();
    tab.channel.trouble.throwIfAborted();
    if (tab.isClosed) tab.throwClosed();
    // The document was replaced while it was observed, or did not answer: look again, until the ceiling.
    await tab.activity.until(() => false, 20, [signal, tab.channel.trouble]);
    return false;
  }
}

/** One that does not rest is not told as restless: it may be so by itself. One that is gone need not rest. */
async function untilRest(
  reached: readonly ForeignDocument[],
  wait: Wait,
  signal: AbortSignal,
): Promise<void> {
  await Promise.allSettled(
    reached.map((each) => evaluateIn(each, waitForQuiet(wait), signal, answerLimit(wait))),
  );
  signal.throwIfAborted();
}
