/** Whose document an element is of: a page can have frames of others, in its own process, too. */
import type { ElementId } from './elementRefs.ts';
import { onElement } from './elements.ts';
import { StaleReferenceError } from './errors.ts';
import type { Frame } from './frame.ts';
import type { Tab } from './tab.ts';

/** Of what is shown to the user, in characters. */
const MAX_ORIGIN = 300;

/**
 * Runs in the element's document. A page cannot put anything in the place of `location` or of its fields. A document
 * without an origin, or with one that it has from the page that made it, is told by its address and those around it.
 */
const ORIGIN = `function () {
  const { origin, protocol, ancestorOrigins } = location;
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
export async function originOfElement(tab: Tab, element: ElementId, signal: AbortSignal): Promise<string> {
  const { object } = await onElement(tab, element, 'DOM.resolveNode', {}, signal);
  if (object.objectId === undefined) throw new StaleReferenceError();
  return originOf(element.frame, object.objectId, signal);
}

/** The same for an object of the protocol's. */
export async function originOf(frame: Frame, objectId: string, signal: AbortSignal): Promise<string> {
  const { result } = await frame.channel.send(
    'Runtime.callFunctionOn',
    { objectId, functionDeclaration: ORIGIN, returnByValue: true },
    signal,
  );
  if (typeof result.value !== 'string') throw new StaleReferenceError();
  return result.value.slice(0, MAX_ORIGIN);
}
