/** Types texts so that what lands is what was sent. */
import type { Frame } from './frame.ts';
import type { Tab } from './tab.ts';

/** A frame that hangs is left out. In ms. */
const FRAME_LIMIT_MS = 1_000;

/**
 * Tab moves on from a field of one line, and is a character of a text in one of several: unless the page has a use of
 * its own for the key, as editors that indent and sheets that go to the next cell have. Their handlers come first.
 */
const TAKE_TABS = `(() => {
  let active = document.activeElement;
  for (;;) {
    let inner = active?.shadowRoot?.activeElement;
    try { inner ??= active?.contentDocument?.activeElement; } catch {}
    if (!inner) break;
    active = inner;
  }
  if (!active || (active.localName !== 'textarea' && !active.isContentEditable)) return;
  const { ownerDocument } = active;
  const onKey = (event) => {
    if (event.key !== 'Tab' || event.defaultPrevented || event.composedPath()[0] !== active) return;
    event.preventDefault();
    ownerDocument.execCommand('insertText', false, '\\t');
  };
  ownerDocument.defaultView.addEventListener('keydown', onKey);
  globalThis.leaveTabs = () => ownerDocument.defaultView?.removeEventListener('keydown', onKey);
})()`;

const LEAVE_TABS = '(() => { globalThis.leaveTabs?.(); globalThis.leaveTabs = undefined; })()';

/** Types any text at the focus. A line break is Enter; a tab is what it is in the field (see above). */
export async function typeText(tab: Tab, text: string, signal: AbortSignal): Promise<void> {
  if (!text.includes('\t')) return tab.keyboard.type(text, signal);
  // Which of them has the focus, each frame of another origin knows for itself.
  const frames = [tab.page, ...tab.frames.all];
  await inEach(frames, TAKE_TABS, signal);
  try {
    await tab.keyboard.type(text, signal);
  } finally {
    await inEach(frames, LEAVE_TABS, new AbortController().signal);
  }
}

async function inEach(frames: readonly Frame[], script: string, signal: AbortSignal): Promise<void> {
  const limits = { limitMs: FRAME_LIMIT_MS, onLimit: () => undefined };
  // One that is gone or hangs takes no tabs; typing itself will tell.
  await Promise.allSettled(
    frames.map(async (frame) => {
      await frame.evaluate(script, signal, limits);
      for (const frameId of await frame.foreignFrames(signal, limits))
        await frame.callWith(`() => { ${script} }`, frameId, [], signal, limits);
    }),
  );
  signal.throwIfAborted();
}
