/** Brings the elements that the model names into view and says where they are. */
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { Protocol } from 'puppeteer-core';
import type { Area } from '../pixels.ts';
import type { CommandParams, CommandResult } from './channel.ts';
import type { ElementId } from './elementRefs.ts';
import { StaleReferenceError } from './errors.ts';
import type { Frame } from './frame.ts';
import { VIEWPORT } from './limits.ts';
import type { Point } from './pointer.ts';
import type { Tab } from './tab.ts';

class NotShownError extends ToolError {
  constructor() {
    super('The element is not shown on the page, so it cannot be pointed at.');
  }
}

/** In CSS pixels of the page's viewport. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const SCREEN: Box = { left: 0, top: 0, right: VIEWPORT.width, bottom: VIEWPORT.height };

/** Two frames drawn: input then meets a frame of another process where it has been scrolled to. */
const TWO_FRAMES =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(0))))';

/** For that. A page in the background draws none. In ms. */
const DRAW_LIMIT_MS = 1_000;

/**
 * Brings the element into view, in its frames too, and tells those who watch where it is.
 * @throws ToolError when it is gone or not shown
 */
export async function scrollToElement(tab: Tab, ref: string, signal: AbortSignal): Promise<void> {
  await bringIntoView(tab, ref, signal);
  try {
    tab.pointer.point(await findPoint(tab, ref, signal));
  } catch {
    // Where it cannot be told, as of one without a size, nobody is the worse for it.
    signal.throwIfAborted();
  }
}

async function bringIntoView(tab: Tab, ref: string, signal: AbortSignal): Promise<void> {
  const element = tab.refs.resolve(ref);
  // From the outside in: an inner frame's scrolling reaches the outer ones only a moment later.
  for (const each of [...(await ownersOf(element.frame, tab, signal)), element])
    await onElement(tab, each, 'DOM.scrollIntoViewIfNeeded', {}, signal);
  if (element.frame.parent === undefined) return;
  // The frame's own picture first, then the page's, which has it in its place.
  for (const frame of [element.frame, tab.page])
    await frame
      .evaluate(TWO_FRAMES, signal, { limitMs: DRAW_LIMIT_MS, onLimit: () => undefined })
      .catch(() => signal.throwIfAborted());
}

/** Brings the element into view and finds its middle. @throws ToolError when it is gone or not shown */
export async function pointOfElement(tab: Tab, ref: string, signal: AbortSignal): Promise<Point> {
  await bringIntoView(tab, ref, signal);
  const point = await findPoint(tab, ref, signal);
  tab.pointer.point(point);
  return point;
}

async function findPoint(tab: Tab, ref: string, signal: AbortSignal): Promise<Point> {
  const element = tab.refs.resolve(ref);
  let visible = SCREEN;
  let origin: Point = { x: 0, y: 0 };
  for (const owner of await ownersOf(element.frame, tab, signal)) {
    const { model } = await onElement(tab, owner, 'DOM.getBoxModel', {}, signal);
    const box = boxOf(model.content, origin);
    origin = { x: box.left, y: box.top };
    visible = common(visible, box);
  }
  const { quads } = await onElement(tab, element, 'DOM.getContentQuads', {}, signal);
  for (const quad of quads) {
    const { left, top, right, bottom } = common(visible, boxOf(quad, origin));
    if (right - left >= 1 && bottom - top >= 1) return { x: (left + right) / 2, y: (top + bottom) / 2 };
  }
  throw new NotShownError();
}

/** Where the element is in the page's viewport, in CSS pixels; of no place where it is not shown, or gone. */
export async function boxesOf(tab: Tab, element: ElementId, signal: AbortSignal): Promise<readonly Area[]> {
  try {
    const origin = await originOf(element.frame, tab, signal);
    const { quads } = await onElement(tab, element, 'DOM.getContentQuads', {}, signal);
    return quads.map((quad) => {
      const { left, top, right, bottom } = boxOf(quad, origin);
      return { x: left, y: top, width: right - left, height: bottom - top };
    });
  } catch (error) {
    if (error instanceof NotShownError || error instanceof StaleReferenceError) return [];
    throw error;
  }
}

async function originOf(frame: Frame, tab: Tab, signal: AbortSignal): Promise<Point> {
  let origin: Point = { x: 0, y: 0 };
  for (const owner of await ownersOf(frame, tab, signal)) {
    const { model } = await onElement(tab, owner, 'DOM.getBoxModel', {}, signal);
    const box = boxOf(model.content, origin);
    origin = { x: box.left, y: box.top };
  }
  return origin;
}

/** The element that holds the frame; undefined for the page. @throws ToolError when it is gone */
export async function ownerOf(frame: Frame, tab: Tab, signal: AbortSignal): Promise<ElementId | undefined> {
  return (await ownersOf(frame, tab, signal)).at(-1);
}

/**
 * Runs a function of the host's among the page's own scripts, with the element as `this`. What it answers is the page's
 * to tamper with: only to be used to choose among fixed phrases, or shown as the page's words.
 * @param declaration - of the function
 * @param value - its only parameter, a JSON value
 */
export async function callOnElement(
  tab: Tab,
  element: ElementId,
  declaration: string,
  value: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const { object } = await onElement(tab, element, 'DOM.resolveNode', {}, signal);
  if (object.objectId === undefined) throw new StaleReferenceError();
  const { result } = await element.frame.channel.send(
    'Runtime.callFunctionOn',
    {
      objectId: object.objectId,
      functionDeclaration: declaration,
      arguments: [{ value }],
      returnByValue: true,
      userGesture: true,
    },
    signal,
  );
  return result.value;
}

/**
 * Sends a command that takes an element.
 * @throws ToolError when it is gone or not shown
 */
export async function onElement<
  C extends
    | 'DOM.scrollIntoViewIfNeeded'
    | 'DOM.getContentQuads'
    | 'DOM.getBoxModel'
    | 'DOM.resolveNode'
    | 'DOM.describeNode'
    | 'DOM.setFileInputFiles',
>(
  tab: Tab,
  element: ElementId,
  command: C,
  params: Partial<CommandParams<C>>,
  signal: AbortSignal,
): Promise<CommandResult<C>> {
  const { frame, backendNodeId } = element;
  try {
    return await frame.channel.send(command, { ...params, backendNodeId } as CommandParams<C>, signal);
  } catch (error) {
    const told = elementError(error, tab, frame, signal);
    // Of what a frame showed before, the browser says so too for a while, and here that it is of no document.
    if (told instanceof NotShownError) await onElement(tab, element, 'DOM.resolveNode', {}, signal);
    throw told;
  }
}

/** The elements that hold the frame and the frames around it, outermost first. */
async function ownersOf(frame: Frame, tab: Tab, signal: AbortSignal): Promise<ElementId[]> {
  const owners: ElementId[] = [];
  for (let inner = frame; inner.parent !== undefined; inner = inner.parent) {
    try {
      const { backendNodeId } = await inner.parent.channel.send(
        'DOM.getFrameOwner',
        { frameId: inner.frameId },
        signal,
      );
      owners.unshift({ frame: inner.parent, backendNodeId });
    } catch (error) {
      throw elementError(error, tab, inner.parent, signal);
    }
  }
  return owners;
}

function boxOf(quad: Protocol.DOM.Quad, origin: Point): Box {
  const xs = quad.filter((_, index) => index % 2 === 0);
  const ys = quad.filter((_, index) => index % 2 === 1);
  return {
    left: origin.x + Math.min(...xs),
    top: origin.y + Math.min(...ys),
    right: origin.x + Math.max(...xs),
    bottom: origin.y + Math.max(...ys),
  };
}

function common(one: Box, other: Box): Box {
  return {
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  };
}

/** The protocol's own message says that a node is gone or has no box; the model needs only that. */
function elementError(error: unknown, tab: Tab, frame: Frame, signal: AbortSignal): unknown {
  const troubles = [signal, tab.channel.trouble, frame.channel.trouble];
  if (troubles.some((each) => each.aborted) || !(error instanceof Error)) return error;
  if (/no node|not found|detached|not belong|owner/i.test(error.message)) return new StaleReferenceError();
  if (/layout object|content quads|box model/i.test(error.message)) return new NotShownError();
  return error;
}
