/**
 * Where a page shows what was filled in: in a field, whatever its type, and in its texts, also where the letters of one are
 * elements of their own. What a page draws (on a canvas, as an image) is not found.
 */
import type { Protocol } from 'puppeteer-core';
import type { Area } from '../pixels.ts';
import type { SecretFill } from '../secretFill.ts';
import { boxesOf, onElement, ownerOf } from './elements.ts';
import type { Frame } from './frame.ts';
import { VIEWPORT } from './limits.ts';
import type { Tab } from './tab.ts';

type Snapshot = Protocol.DOMSnapshot.CaptureSnapshotResponse;

/** A frame in another process may hang; all of it counts then. In ms. */
const FRAME_LIMIT_MS = 2_000;

/** Beyond this all of the page counts. */
const MAX_NODES = 200;

const SHOWN_ATTRIBUTES: ReadonlySet<string> = new Set(['placeholder', 'value', 'label', 'alt']);

const EVERYTHING: Area = { x: 0, y: 0, ...VIEWPORT };

/** In CSS pixels of the page's viewport. @throws the signal's reason, and what keeps the page from being looked at */
export async function secretBoxes(
  tab: Tab,
  fills: readonly SecretFill[],
  signal: AbortSignal,
): Promise<readonly Area[]> {
  const found = await Promise.all(
    [tab.page, ...tab.frames.all].map((frame) => boxesInFrame(tab, frame, fills, signal)),
  );
  return found.flat();
}

async function boxesInFrame(
  tab: Tab,
  frame: Frame,
  fills: readonly SecretFill[],
  signal: AbortSignal,
): Promise<readonly Area[]> {
  const options = frame.parent === undefined ? {} : { limitMs: FRAME_LIMIT_MS };
  try {
    const snapshot = await frame.channel.send(
      'DOMSnapshot.captureSnapshot',
      { computedStyles: [] },
      signal,
      options,
    );
    const nodes = nodesWith(snapshot, fills);
    if (nodes.length > MAX_NODES) return [EVERYTHING];
    const changed = nodes.length > 0 ? await changedFrame(tab, frame, signal) : undefined;
    if (changed) return boxOfFrame(tab, changed, signal);
    const boxes = await Promise.all(
      nodes.map((backendNodeId) => boxesOf(tab, { frame, backendNodeId }, signal)),
    );
    return boxes.flat();
  } catch (error) {
    signal.throwIfAborted();
    tab.channel.trouble.throwIfAborted();
    if (frame.parent === undefined) throw error;
    return boxOfFrame(tab, frame, signal);
  }
}

/** The outermost of the frames around, itself included, that is shown larger, smaller or turned: all of it counts. */
async function changedFrame(tab: Tab, frame: Frame, signal: AbortSignal): Promise<Frame | undefined> {
  let outermost: Frame | undefined;
  for (let at = frame; at.parent !== undefined; at = at.parent) {
    const owner = await ownerOf(at, tab, signal);
    if (!owner) continue;
    const { model } = await onElement(tab, owner, 'DOM.getBoxModel', {}, signal);
    const { border, width, height } = model;
    const [x = 0, y = 0] = border;
    const corners = [x, y, x + width, y, x + width, y + height, x, y + height];
    if (border.some((place, index) => Math.abs(place - (corners[index] ?? 0)) > 1)) outermost = at;
  }
  return outermost;
}

/** Nothing, where the frame is gone. */
async function boxOfFrame(tab: Tab, frame: Frame, signal: AbortSignal): Promise<readonly Area[]> {
  try {
    const owner = await ownerOf(frame, tab, signal);
    return owner === undefined ? [] : await boxesOf(tab, owner, signal);
  } catch {
    signal.throwIfAborted();
    return tab.frames.all.includes(frame) ? [EVERYTHING] : [];
  }
}

/** The backend ids of the nodes that hold a secret. */
function nodesWith({ documents, strings }: Snapshot, fills: readonly SecretFill[]): readonly number[] {
  const found = new Set<number>();
  for (const { nodes, layout } of documents) {
    const idOf = (node: number | undefined) => nodes.backendNodeId?.[node ?? -1];
    const texts = layout.text.map((text) => strings[text] ?? '');
    const values = [
      ...[nodes.inputValue, nodes.textValue].flatMap((rare) =>
        (rare?.index ?? []).map((node, at) => ({
          id: idOf(node),
          text: strings[rare?.value[at] ?? -1] ?? '',
        })),
      ),
      ...shownAttributes(nodes.attributes, strings).map(({ node, text }) => ({ id: idOf(node), text })),
    ];
    for (const { spansIn } of fills) {
      for (const { id, text } of values) if (id !== undefined && spansIn(text).length > 0) found.add(id);
      for (const part of partsWithin(texts, spansIn(texts.join('')))) {
        const id = idOf(layout.nodeIndex[part]);
        if (id !== undefined) found.add(id);
      }
    }
  }
  return [...found];
}

/** Those of which the browser makes text without an element for it. */
function shownAttributes(
  attributes: Protocol.DOMSnapshot.ArrayOfStrings[] | undefined,
  strings: readonly string[],
) {
  return (attributes ?? []).flatMap((pairs, node) =>
    pairs.flatMap((name, at) =>
      at % 2 === 0 && SHOWN_ATTRIBUTES.has(strings[name] ?? '')
        ? [{ node, text: strings[pairs[at + 1] ?? -1] ?? '' }]
        : [],
    ),
  );
}

/** Which of `texts`, put together, the spans touch. */
function partsWithin(texts: readonly string[], spans: readonly (readonly [number, number])[]): number[] {
  const parts: number[] = [];
  if (spans.length === 0) return parts;
  let start = 0;
  texts.forEach((text, index) => {
    const end = start + text.length;
    if (spans.some(([from, to]) => from < end && to > start)) parts.push(index);
    start = end;
  });
  return parts;
}
