/** The words of a page, what it is about first. */
import type { Frame } from './frame.ts';
import { PAGE_TEXT } from './pageTextScript.ts';
import type { Tab } from './tab.ts';

/** Of one answer, as the members' description says. */
const MAX_CHARACTERS = 50_000;

const CUT_TEXT = '(Cut at 50,000 characters.)';

/** A frame in another process may hang; its words are left out then. In ms. */
const FRAME_LIMIT_MS = 2_000;

const PDF_TEXT =
  'The tab shows a PDF document, whose words cannot be read this way. Use screenshot, zoom and scroll to read it.';

/** The page's words, its main part first, then the rest of it and what its frames of other sites show. */
export async function pageText(tab: Tab, signal: AbortSignal): Promise<string> {
  if ((await tab.evaluate('document.contentType', signal)) === 'application/pdf') return PDF_TEXT;
  const texts = [String(await tab.evaluate(PAGE_TEXT, signal))];
  for (const frame of tab.frames.all) {
    if (texts.join('').length > MAX_CHARACTERS) break;
    texts.push(await frameText(tab, frame, signal));
  }
  const words = texts.filter((text) => text !== '').join('\n\n');
  return words.length > MAX_CHARACTERS
    ? `${words.slice(0, MAX_CHARACTERS - CUT_TEXT.length - 1)}\n${CUT_TEXT}`
    : words;
}

async function frameText(tab: Tab, frame: Frame, signal: AbortSignal): Promise<string> {
  try {
    const limits = { limitMs: FRAME_LIMIT_MS, onLimit: () => undefined };
    const text = String((await frame.evaluate(PAGE_TEXT, signal, limits)) ?? '');
    return text === '' ? '' : `[In a frame]\n${text}`;
  } catch {
    signal.throwIfAborted();
    tab.channel.trouble.throwIfAborted();
    return '';
  }
}
