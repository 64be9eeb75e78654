/** PDF documents, which Chromium shows in a frame of its own: a viewer with a tool bar and, in it, the pages. */
import { delay } from '../../base/delay.ts';
import type { Frame } from './frame.ts';
import type { Tab } from './tab.ts';

/** Chrome's own viewer; the id is the same in all browsers made of Chromium, but for Edge, which has another viewer. */
const VIEWER = 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/';

/** For a long document to be loaded and read. In ms. */
const LIMIT_MS = 10_000;

/** Other browsers have viewers that cannot be asked. In ms. */
const VIEWER_LIMIT_MS = 2_000;
const POLL_MS = 50;

/** On a busy machine a document counts as loaded before its words can be selected; one without any is asked as often. */
const TRIES = 12;
const TRY_MS = 125;

/**
 * The pages are drawn by a plugin, outside of every tree. The viewer can ask it for the words that are selected. Its
 * scripts are the browser's, not a site's; should they change, there is no answer.
 */
const ALL_WORDS = `(async () => {
  if (document.readyState === 'loading')
    await new Promise((resolve) => addEventListener('DOMContentLoaded', resolve, { once: true }));
  await customElements.whenDefined('pdf-viewer');
  const viewer = document.querySelector('pdf-viewer');
  await viewer.loaded;
  const plugin = viewer.pluginController_;
  for (let tries = 1; ; tries++) {
    plugin.selectAll();
    const { selectedText } = await plugin.getSelectedText();
    const words = String(selectedText).replace(/\\r\\n?/g, '\\n').trim().slice(0, 60_000);
    if (words !== '' || tries === ${TRIES}) return words;
    await new Promise((resolve) => setTimeout(resolve, ${TRY_MS}));
  }
})()`;

const ALL_SELECTED = '(All words of the PDF document. The viewer shows them selected now.)';

/** Read by the model where the words of a document cannot be had: scans, encrypted ones, other viewers. */
export const PDF_UNREAD =
  'The tab shows a PDF document whose words cannot be read this way: it may be a scan. ' +
  'Use screenshot, zoom and scroll to read it.';

/** Read by the model with the outline of a page, which has the viewer's tool bar only. */
export const PDF_HINT =
  '(The tab shows a PDF document. Its words have no references: use get_page_text for them, screenshot and scroll to see them.)';

/** Whether the frame shows a document, be it all of a tab or a part of a page. */
export function isPdfViewer(frame: Frame): boolean {
  return frame.url.startsWith(VIEWER);
}

/** Waits until the viewer of a tab that shows nothing but a document is there. It comes a moment after its page. */
export async function whenViewed(tab: Tab, signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited < VIEWER_LIMIT_MS && !tab.frames.all.some(isPdfViewer); waited += POLL_MS)
    await delay(POLL_MS, signal);
}

/** All words of the document that `viewer` shows; empty where it has none or does not tell. @throws as channels do */
export async function pdfText(viewer: Frame, signal: AbortSignal): Promise<string> {
  const { result, exceptionDetails } = await viewer.channel.send(
    'Runtime.evaluate',
    { expression: ALL_WORDS, awaitPromise: true, returnByValue: true },
    signal,
    { limitMs: LIMIT_MS, onLimit: () => undefined },
  );
  const words = exceptionDetails === undefined && typeof result.value === 'string' ? result.value : '';
  return words === '' ? '' : `${ALL_SELECTED}\n${words}`;
}
