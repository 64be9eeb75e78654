/** The words of a page, what it is about first. */
import type { Protocol } from 'puppeteer-core';
import type { SendOptions } from './channel.ts';
import type { Frame } from './frame.ts';
import { PAGE_TEXT } from './pageTextScript.ts';
import { isPdfViewer, PDF_UNREAD, pdfText, whenViewed } from './pdfText.ts';
import type { Tab } from './tab.ts';

/** Of one answer, as the members' description says. */
const MAX_CHARACTERS = 50_000;

const CUT_TEXT = '(Cut at 50,000 characters.)';

/** A frame in another process may hang; its words are left out then. In ms. */
const FRAME_LIMIT_MS = 2_000;

/** Nodes in closed shadow trees of one process that are asked for, see below. */
const MAX_CLOSED_NODES = 2_000;

/** A document's words, unless the outer one's script could look into it and has read them. */
const INNER_TEXT = `(...closedNodes) => {
  try { if (parent.document) return ''; } catch {}
  return (${PAGE_TEXT})(...closedNodes);
}`;

/** The page's words, its main part first, then the rest of it and what its frames of other origins show. */
export async function pageText(tab: Tab, signal: AbortSignal): Promise<string> {
  const isPdf = (await tab.evaluate('document.contentType', signal)) === 'application/pdf';
  if (isPdf) await whenViewed(tab, signal);
  const texts = [...(await documentTexts(tab.page, {}, signal))];
  for (const frame of tab.frames.all) {
    if (texts.join('').length > MAX_CHARACTERS) break;
    texts.push(...(await frameTexts(tab, frame, signal)));
  }
  const words = texts.filter((text) => text !== '').join('\n\n');
  if (words === '' && isPdf) return PDF_UNREAD;
  return words.length > MAX_CHARACTERS
    ? `${words.slice(0, MAX_CHARACTERS - CUT_TEXT.length - 1)}\n${CUT_TEXT}`
    : words;
}

async function frameTexts(tab: Tab, frame: Frame, signal: AbortSignal): Promise<readonly string[]> {
  try {
    if (isPdfViewer(frame)) return [await pdfText(frame, signal)];
    const limits = { limitMs: FRAME_LIMIT_MS, onLimit: () => undefined };
    const [own = '', ...inner] = await documentTexts(frame, limits, signal);
    return [framed(own), ...inner];
  } catch {
    signal.throwIfAborted();
    tab.channel.trouble.throwIfAborted();
    return [];
  }
}

/** The words of the frame's document, then those of the frames in it that share its process and not its origin. */
async function documentTexts(frame: Frame, limits: SendOptions, signal: AbortSignal): Promise<string[]> {
  const { channel } = frame;
  const [foreign, snapshot] = await Promise.all([
    frame.foreignFrames(signal, limits),
    channel.send('DOMSnapshot.captureSnapshot', { computedStyles: [] }, signal, limits),
  ]);
  const closed = closedTrees(snapshot);
  const textIn = async (script: string, frameId: string) =>
    String((await frame.callWith(script, frameId, closed, signal, limits)) ?? '');
  const texts = [await textIn(PAGE_TEXT, frame.frameId)];
  for (const frameId of foreign) texts.push(framed(await textIn(INNER_TEXT, frameId).catch(() => '')));
  // A frame that has just gone has no words. Of an end of everything, the page's next command tells.
  signal.throwIfAborted();
  channel.trouble.throwIfAborted();
  return texts;
}

function framed(text: string): string {
  return text === '' ? '' : `[In a frame]\n${text}`;
}

/**
 * Nodes from which a script gets to the roots of all closed shadow trees, which it could not find by itself; by their
 * backend node ids. The browser tells of each node in such a tree, and not of the root; the children of a host's root
 * stand beside those of the host. So the first and the last child of each parent reach all.
 */
function closedTrees({ documents, strings }: Protocol.DOMSnapshot.CaptureSnapshotResponse): number[] {
  const ids = documents.flatMap(({ nodes }) => {
    const { shadowRootType, backendNodeId = [], parentIndex = [] } = nodes;
    const ends = new Map<number | undefined, number[]>();
    for (const [at, node] of (shadowRootType?.index ?? []).entries()) {
      const id = backendNodeId[node];
      if (strings[shadowRootType?.value[at] ?? -1] !== 'closed' || id === undefined) continue;
      const [first = id] = ends.get(parentIndex[node]) ?? [];
      ends.set(parentIndex[node], first === id ? [id] : [first, id]);
    }
    return [...ends.values()].flat();
  });
  return ids.slice(0, MAX_CLOSED_NODES);
}
