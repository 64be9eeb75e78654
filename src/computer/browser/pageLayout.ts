/** Which elements of a page are on the screen, and which react to clicks. */
import type { Protocol } from 'puppeteer-core';

/** In CSS pixels of some frame's viewport. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the layout knows about elements, by their backend node ids. */
export interface Layout {
  readonly inView: ReadonlySet<number>;
  readonly clickable: ReadonlySet<number>;
  /** What of a frame's own viewport is on the screen, by the element that holds the frame. */
  readonly frames: ReadonlyMap<number, Rect>;
}

type Snapshot = Protocol.DOMSnapshot.CaptureSnapshotResponse;

const NOTHING: Rect = { x: 0, y: 0, width: 0, height: 0 };

const FRAME_TAGS: ReadonlySet<string> = new Set(['IFRAME', 'FRAME', 'OBJECT', 'EMBED']);

/** @param visible - what of the outer document's viewport is on the screen */
export function layoutOf({ documents, strings }: Snapshot, visible: Rect): Layout {
  const inView = new Set<number>();
  const clickable = new Set<number>();
  const frames = new Map<number, Rect>();
  const parts = new Map<number, Rect>([[0, visible]]);
  // A frame's document comes after the one that holds it.
  documents.forEach(({ nodes, layout, scrollOffsetX = 0, scrollOffsetY = 0 }, index) => {
    const part = parts.get(index) ?? NOTHING;
    const idOf = (node: number) => nodes.backendNodeId?.[node] ?? 0;
    const inner = new Map(
      nodes.contentDocumentIndex?.index.map((node, at) => [node, nodes.contentDocumentIndex?.value[at]]),
    );
    for (const node of nodes.isClickable?.index ?? []) clickable.add(idOf(node));
    layout.nodeIndex.forEach((node, position) => {
      const [left = 0, top = 0, width = 0, height = 0] = layout.bounds[position] ?? [];
      const x = left - scrollOffsetX;
      const y = top - scrollOffsetY;
      const shown = common({ x, y, width, height }, part);
      if (shown.width > 0 && shown.height > 0) inView.add(idOf(node));
      if (!FRAME_TAGS.has(strings[nodes.nodeName?.[node] ?? -1] ?? '')) return;
      const within = { ...shown, x: shown.x - x, y: shown.y - y };
      frames.set(idOf(node), within);
      const document = inner.get(node);
      if (document !== undefined) parts.set(document, within);
    });
  });
  return { inView, clickable, frames };
}

/** What both have in common; of no size where that is nothing. */
function common(one: Rect, other: Rect): Rect {
  const x = Math.max(one.x, other.x);
  const y = Math.max(one.y, other.y);
  return {
    x,
    y,
    width: Math.max(0, Math.min(one.x + one.width, other.x + other.width) - x),
    height: Math.max(0, Math.min(one.y + one.height, other.y + other.height) - y),
  };
}
