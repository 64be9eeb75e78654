/** The page as assistive technology sees it: roles, names, states, with its frames in place. */
import type { Protocol } from 'puppeteer-core';
import type { Frame } from './frame.ts';
import { VIEWPORT } from './limits.ts';
import { layoutOf, type Rect } from './pageLayout.ts';
import { type PageNode, toPageNodes } from './pageNodes.ts';
import type { Tab } from './tab.ts';

/** Frames in an outline besides the page, of its process or another. Others are listed without their content. */
const MAX_OUTLINED_FRAMES = 30;

/** A frame in another process may hang; the page is read without it then. In ms. */
const FRAME_LIMIT_MS = 2_000;

/** How many more frames may be read. */
interface Budget {
  frames: number;
}

/** Reads the whole page. @returns its top elements */
export function readPageTree(tab: Tab, signal: AbortSignal): Promise<readonly PageNode[]> {
  const screen = { x: 0, y: 0, width: VIEWPORT.width, height: VIEWPORT.height };
  return readFrame(tab, tab.page, screen, { frames: MAX_OUTLINED_FRAMES }, signal);
}

/** @param visible - what of the frame's viewport is on the screen */
async function readFrame(
  tab: Tab,
  frame: Frame,
  visible: Rect,
  budget: Budget,
  signal: AbortSignal,
): Promise<readonly PageNode[]> {
  const { channel } = frame;
  const options = frame.parent === undefined ? {} : { limitMs: FRAME_LIMIT_MS };
  const [{ frameTree }, snapshot] = await Promise.all([
    channel.send('Page.getFrameTree', undefined, signal, options),
    channel.send('DOMSnapshot.captureSnapshot', { computedStyles: [] }, signal, options),
  ]);
  const reading = {
    frame,
    layout: layoutOf(snapshot, visible),
    frames: new Map<number, readonly PageNode[]>(),
  };
  const readInner = async (frameId: string, read: (owner: number) => Promise<readonly PageNode[]>) => {
    if (budget.frames-- <= 0) return;
    try {
      const { backendNodeId } = await channel.send('DOM.getFrameOwner', { frameId }, signal, options);
      reading.frames.set(backendNodeId, await read(backendNodeId));
    } catch {
      signal.throwIfAborted();
      tab.channel.trouble.throwIfAborted();
      // A frame that hangs or has just gone: it is listed without its content.
    }
  };
  for (const inner of tab.frames.all.filter((each) => each.parent === frame))
    await readInner(inner.frameId, (owner) =>
      readFrame(tab, inner, reading.layout.frames.get(owner) ?? NOWHERE, budget, signal),
    );
  // Inner frames first, so that an outer one finds them.
  for (const frameId of childFrames(frameTree).reverse())
    await readInner(frameId, async () => {
      const { nodes } = await channel.send('Accessibility.getFullAXTree', { frameId }, signal, options);
      return toPageNodes(nodes, reading);
    });
  const { nodes } = await channel.send('Accessibility.getFullAXTree', {}, signal, options);
  return toPageNodes(nodes, reading);
}

const NOWHERE: Rect = { x: 0, y: 0, width: 0, height: 0 };

/** Frames of the same process; the others are not in the tree. */
function childFrames(tree: Protocol.Page.FrameTree): string[] {
  return (tree.childFrames ?? []).flatMap((child) => [child.frame.id, ...childFrames(child)]);
}
