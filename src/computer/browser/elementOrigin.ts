/** Whose document an element is of: a page can have frames of others, in its own process, too. */
import type { Protocol } from 'puppeteer-core';
import type { ElementId } from './elementRefs.ts';
import { StaleReferenceError } from './errors.ts';

/** Of what is shown to the user, in characters. */
const MAX_ORIGIN = 300;

/** Frames of one process that an element is looked for in. */
const MAX_FRAMES_TRIED = 200;

/**
 * Runs in the host's own world, where nothing is of a page's making; without the element where that is of another origin
 * than the world. A document without an origin, or with one that it has from the page that made it, is told by its address and
 * those around it.
 */
export const ORIGIN = `(element) => {
  if (element === undefined) return null;
  const { origin, protocol, ancestorOrigins } = element.ownerDocument.defaultView.location;
  if (origin !== 'null') return origin;
  let around = 'null';
  for (let at = 0; at < ancestorOrigins.length && around === 'null'; at++) around = ancestorOrigins[at];
  return around === 'null' ? protocol : protocol + ' in ' + around;
}`;

/**
 * The origin of the document that the element lies in, such as `https://example.com`; `about: in https://example.com`
 * for one that a page has made.
 * @throws StaleReferenceError when the element is gone
 */
export async function originOfElement(
  { frame, backendNodeId }: ElementId,
  signal: AbortSignal,
): Promise<string> {
  const { frameTree } = await frame.channel.send('Page.getFrameTree', undefined, signal);
  // Only the worlds of its own origin can have it.
  for (const frameId of framesIn(frameTree).slice(0, MAX_FRAMES_TRIED)) {
    const origin = await frame.callWith(ORIGIN, frameId, [backendNodeId], signal).catch(() => {
      signal.throwIfAborted();
      frame.channel.trouble.throwIfAborted();
      // That frame has gone meanwhile.
      return null;
    });
    if (typeof origin === 'string') return origin.slice(0, MAX_ORIGIN);
  }
  throw new StaleReferenceError();
}

/** The ids of the frames of a tree, outer ones first. */
export function framesIn({ frame, childFrames = [] }: Protocol.Page.FrameTree): string[] {
  return [frame.id, ...childFrames.flatMap(framesIn)];
}
