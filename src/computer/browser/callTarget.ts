/** Tells what a call would act on in a tab, without acting. */
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { Protocol } from 'puppeteer-core';
import { bounded } from '../bounded.ts';
import type { CallTarget, NamedCall } from '../callTarget.ts';
import { DESCRIBE, FOCUSED } from './callTargetScript.ts';
import { framesIn } from './elementOrigin.ts';
import type { ElementId } from './elementRefs.ts';
import { pointOfElement } from './elements.ts';
import { refuse } from './errors.ts';
import type { Frame } from './frame.ts';
import type { Machine } from './machine.ts';
import { onScreen, type Point } from './pointer.ts';
import type { Tab } from './tab.ts';

/** How long it may take on a page that is busy, in ms. */
const LIMIT_MS = 2_000;

/** Frames in frames. */
const MAX_DEPTH = 10;

/** Frames of one process that an element is looked for in. */
const MAX_FRAMES_TRIED = 50;

/** An element, with the document that it lies in where that is known. */
interface Found extends ElementId {
  readonly frameId?: string;
}

/**
 * What a call to click, type or press keys would act on. An element that is named is brought into view, as the call would.
 *
 * @returns undefined where it cannot be told: the page does not answer
 * @throws ToolError with what the call would fail with; the signal's reason
 */
export async function describeTargets(
  machine: Machine,
  { name, input }: NamedCall,
  signal: AbortSignal,
): Promise<readonly CallTarget[] | undefined> {
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Fields;
  const tab = machine.tabs.resolve(fields.tab_id == null ? undefined : String(fields.tab_id));
  await machine.tabs.whenReady(tab, signal);
  const ending = new AbortController();
  const limited = AbortSignal.any([signal, ending.signal]);
  try {
    return await bounded(
      targetsOf(tab, name, fields, limited),
      [signal],
      LIMIT_MS,
      () => new Error('The page is busy.'),
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ToolError) throw error;
    // It does not answer, or not as a page does.
    return undefined;
  } finally {
    ending.abort();
  }
}

type Fields = Readonly<Record<string, unknown>>;

async function targetsOf(tab: Tab, name: string, fields: Fields, signal: AbortSignal): Promise<CallTarget[]> {
  switch (name) {
    case 'type':
    case 'key':
    case 'hold_key':
      return described(await focused(tab, signal), signal);
    case 'form_input':
      return described(tab.refs.resolve(refOf(fields.target)), signal);
    case 'left_click_drag':
      return [...(await atPlace(tab, fields.from, signal)), ...(await atPlace(tab, fields.target, signal))];
    default:
      return atPlace(tab, fields.target, signal);
  }
}

function refOf(target: unknown): string {
  const { ref } = (typeof target === 'object' && target !== null ? target : {}) as Fields;
  return String(ref);
}

/** What a click there would meet, which may lie over the element that is named. */
async function atPlace(tab: Tab, target: unknown, signal: AbortSignal): Promise<CallTarget[]> {
  const { type, x, y } = (typeof target === 'object' && target !== null ? target : {}) as Fields;
  if (type !== 'ref' && type !== 'coordinate') throw refuse('target: expected a coordinate or a ref target.');
  const point =
    type === 'ref'
      ? await pointOfElement(tab, refOf(target), signal)
      : onScreen({ x: Number(x), y: Number(y) });
  const found = await elementAt(tab, point, signal);
  return found ? described(found, signal) : [];
}

async function elementAt(tab: Tab, point: Point, signal: AbortSignal): Promise<Found | undefined> {
  let frame = tab.page;
  let { x, y } = point;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const { cssLayoutViewport } = await frame.channel.send('Page.getLayoutMetrics', undefined, signal);
    const place = {
      x: Math.floor(x + cssLayoutViewport.pageX),
      y: Math.floor(y + cssLayoutViewport.pageY),
    };
    const hit = await frame.channel.send('DOM.getNodeForLocation', place, signal).catch((error: unknown) => {
      if (error instanceof Error && /no node found/i.test(error.message)) return undefined;
      throw error;
    });
    if (!hit) return undefined;
    const { backendNodeId, frameId } = hit;
    const inner = await frameOf(tab, frame, backendNodeId, signal);
    if (!inner) return { frame, backendNodeId, frameId };
    const { model } = await frame.channel.send('DOM.getBoxModel', { backendNodeId }, signal);
    ({ x, y } = withinFrame(model, { x, y }));
    frame = inner;
  }
  return undefined;
}

/**
 * A place on the page as the frame's own page has it, which may be shown larger or smaller.
 * @throws Error where it is shown turned: what is there cannot be told
 */
function withinFrame({ content, border, width, height }: Protocol.DOM.BoxModel, { x, y }: Point): Point {
  const [left = 0, top = 0, right = 0, levelTop = 0, levelRight = 0, bottom = 0] = border;
  const isLevel = Math.abs(levelTop - top) < 1 && Math.abs(levelRight - right) < 1;
  if (!isLevel || right <= left || bottom <= top) throw new Error('The frame is turned.');
  return {
    x: ((x - (content[0] ?? 0)) * width) / (right - left),
    y: ((y - (content[1] ?? 0)) * height) / (bottom - top),
  };
}

async function focused(tab: Tab, signal: AbortSignal): Promise<Found> {
  let frame = tab.page;
  let frameId = frame.frameId;
  for (let depth = 0; ; depth++) {
    const node = await frame.nodeOf(FOCUSED, frameId, signal);
    if (node.frameId === undefined || depth >= MAX_DEPTH)
      return { frame, backendNodeId: node.backendNodeId, frameId };
    const inner = tab.frames.all.find((each) => each.frameId === node.frameId);
    if (inner) frame = inner;
    frameId = node.frameId;
  }
}

/** The frame of another process that the element holds, if it holds one. */
async function frameOf(
  tab: Tab,
  frame: Frame,
  backendNodeId: number,
  signal: AbortSignal,
): Promise<Frame | undefined> {
  const { node } = await frame.channel.send('DOM.describeNode', { backendNodeId }, signal);
  return node.frameId === undefined
    ? undefined
    : tab.frames.all.find((each) => each.frameId === node.frameId && each.parent === frame);
}

/** @returns nothing for what is no control, such as the page itself */
async function described(found: Found, signal: AbortSignal): Promise<CallTarget[]> {
  const { frame, backendNodeId } = found;
  for (const frameId of await documentsOf(found, signal)) {
    const target = (await frame.callWith(DESCRIBE, frameId, [backendNodeId], signal)) as CallTarget | null;
    if (target !== null) return [target];
  }
  throw new Error('The element is of no document.');
}

async function documentsOf({ frame, frameId }: Found, signal: AbortSignal): Promise<readonly string[]> {
  if (frameId !== undefined) return [frameId];
  const { frameTree } = await frame.channel.send('Page.getFrameTree', undefined, signal);
  return framesIn(frameTree).slice(0, MAX_FRAMES_TRIED);
}
