/** The page as assistive technology sees it: roles, names, states, with the frames of the page's own process in place. */
import { ToolError } from '@anthropic-ai/sdk/helpers/beta/toolsets';
import type { Protocol } from 'puppeteer-core';
import { cut } from './cut.ts';
import { VIEWPORT } from './limits.ts';
import type { Tab } from './tab.ts';

/** One element, or a run of text (`role` is `text`). Names and values are the page's: never trusted. */
export interface PageNode {
  readonly role: string;
  readonly name: string;
  readonly value: string;
  /** `checked`, `disabled`, `level=2`, ... */
  readonly states: readonly string[];
  readonly backendNodeId: number;
  readonly isInteractive: boolean;
  /** Whether some of it is inside of the viewport. */
  readonly isInView: boolean;
  readonly children: readonly PageNode[];
}

/** Frames read besides the main one. */
const MAX_FRAMES = 20;

/** Of names and values, in characters. */
const MAX_FIELD = 300;

const INTERACTIVE_ROLES: ReadonlySet<string> = new Set(
  (
    'button link textbox searchbox combobox listbox option checkbox radio switch slider spinbutton menuitem ' +
    'menuitemcheckbox menuitemradio tab treeitem ColorWell Date DateTime InputTime DisclosureTriangle'
  ).split(' '),
);

/** Boxes without a meaning of their own: their children stand in their place. */
const TRANSPARENT_ROLES: ReadonlySet<string> = new Set([
  'none',
  'generic',
  'LabelText',
  'MenuListPopup',
  'ListMarker',
  'RootWebArea',
]);

/** What the layout knows about an element, by its backend node id. */
interface Layout {
  readonly inView: ReadonlySet<number>;
  readonly clickable: ReadonlySet<number>;
}

interface Reading {
  readonly layout: Layout;
  /** Trees of the child frames, by the backend node id of the element that holds the frame. */
  readonly frames: ReadonlyMap<number, readonly PageNode[]>;
}

/** Reads the whole page. @returns its top elements */
export async function readPageTree(tab: Tab, signal: AbortSignal): Promise<readonly PageNode[]> {
  const send = tab.channel;
  const [{ frameTree }, snapshot] = await Promise.all([
    send.send('Page.getFrameTree', undefined, signal),
    send.send('DOMSnapshot.captureSnapshot', { computedStyles: [] }, signal),
  ]);
  const layout = layoutOf(snapshot);
  const frames = new Map<number, readonly PageNode[]>();
  // Inner frames first, so that an outer one finds them.
  for (const frameId of childFrames(frameTree).slice(0, MAX_FRAMES).reverse()) {
    try {
      const [{ backendNodeId }, { nodes }] = await Promise.all([
        send.send('DOM.getFrameOwner', { frameId }, signal),
        send.send('Accessibility.getFullAXTree', { frameId }, signal),
      ]);
      frames.set(backendNodeId, toPageNodes(nodes, { layout, frames }));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ToolError) throw error;
      // A frame of another process, or one that has just gone: it is listed without its content.
    }
  }
  const { nodes } = await send.send('Accessibility.getFullAXTree', {}, signal);
  return toPageNodes(nodes, { layout, frames });
}

function childFrames(tree: Protocol.Page.FrameTree): string[] {
  return (tree.childFrames ?? []).flatMap((child) => [child.frame.id, ...childFrames(child)]);
}

function layoutOf(snapshot: Protocol.DOMSnapshot.CaptureSnapshotResponse): Layout {
  const inView = new Set<number>();
  const clickable = new Set<number>();
  snapshot.documents.forEach((document, index) => {
    const ids = document.nodes.backendNodeId ?? [];
    for (const node of document.nodes.isClickable?.index ?? []) clickable.add(ids[node] ?? 0);
    const left = document.scrollOffsetX ?? 0;
    const top = document.scrollOffsetY ?? 0;
    document.layout.nodeIndex.forEach((node, position) => {
      const [x = 0, y = 0, width = 0, height = 0] = document.layout.bounds[position] ?? [];
      const isEmpty = width <= 0 || height <= 0;
      // Where a frame itself is, its owner tells; inside of it its own viewport is not known here.
      const isIn =
        index > 0 ||
        (x + width > left && y + height > top && x < left + VIEWPORT.width && y < top + VIEWPORT.height);
      if (!isEmpty && isIn) inView.add(ids[node] ?? 0);
    });
  });
  return { inView, clickable };
}

function toPageNodes(nodes: readonly Protocol.Accessibility.AXNode[], reading: Reading): readonly PageNode[] {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const [root] = nodes;
  return root === undefined ? [] : convert(root, byId, reading);
}

function convert(
  node: Protocol.Accessibility.AXNode,
  byId: ReadonlyMap<string, Protocol.Accessibility.AXNode>,
  reading: Reading,
): readonly PageNode[] {
  const role = String(node.role?.value ?? 'none');
  const backendNodeId = node.backendDOMNodeId ?? 0;
  const name = oneLine(node.name?.value);
  const isInView = reading.layout.inView.has(backendNodeId);
  if (role === 'InlineTextBox') return [];
  if (role === 'StaticText') return name === '' ? [] : [{ ...plainText(name), backendNodeId, isInView }];
  const inside = (node.childIds ?? []).flatMap((id) => {
    const child = byId.get(id);
    return child === undefined ? [] : convert(child, byId, reading);
  });
  const children = mergeTexts([...inside, ...(reading.frames.get(backendNodeId) ?? [])]);
  const properties = new Map(
    (node.properties ?? []).map((property) => [property.name, property.value.value]),
  );
  const isEditable = properties.has('editable') && properties.get('focusable') === true;
  const isClickable = reading.layout.clickable.has(backendNodeId);
  const isInteractive =
    role !== 'RootWebArea' &&
    (INTERACTIVE_ROLES.has(role) || isEditable || isClickable || properties.get('focusable') === true);
  // A label's click is its field's.
  const isTransparent = role === 'LabelText' || (TRANSPARENT_ROLES.has(role) && !isInteractive);
  if (node.ignored || isTransparent) return children;
  const words = isOnlyText(children) ? textOf(children) : '';
  return [
    {
      role: role === 'generic' ? (isEditable ? 'textbox' : 'clickable') : role,
      name: name === '' && !isEditable ? words : name,
      value: oneLine(node.value?.value),
      states: statesOf(properties),
      backendNodeId,
      isInteractive,
      isInView: isInView || children.some((child) => child.isInView),
      // Words that are the name, or a field's value, are not said twice.
      children: isOnlyText(children) && (isEditable || name === '' || words === name) ? [] : children,
    },
  ];
}

function plainText(name: string): PageNode {
  return {
    role: 'text',
    name,
    value: '',
    states: [],
    backendNodeId: 0,
    isInteractive: false,
    isInView: false,
    children: [],
  };
}

function mergeTexts(nodes: readonly PageNode[]): PageNode[] {
  const merged: PageNode[] = [];
  for (const node of nodes) {
    const last = merged.at(-1);
    if (node.role !== 'text' || last?.role !== 'text') merged.push(node);
    else
      merged[merged.length - 1] = {
        ...last,
        name: `${last.name} ${node.name}`.trim(),
        isInView: last.isInView || node.isInView,
      };
  }
  return merged;
}

function isOnlyText(nodes: readonly PageNode[]): boolean {
  return nodes.every((node) => node.role === 'text');
}

function textOf(nodes: readonly PageNode[]): string {
  return oneLine(nodes.map((node) => node.name).join(' '));
}

function statesOf(properties: ReadonlyMap<string, unknown>): string[] {
  const states = [
    'checked',
    'pressed',
    'selected',
    'expanded',
    'disabled',
    'required',
    'readonly',
    'focused',
    'modal',
  ]
    .filter((state) => String(properties.get(state)) === 'true' || properties.get(state) === 'mixed')
    .map((state) => (properties.get(state) === 'mixed' ? `${state}=mixed` : state));
  const level = properties.get('level');
  return typeof level === 'number' ? [...states, `level=${level}`] : states;
}

function oneLine(value: unknown): string {
  return cut(
    String(value ?? '')
      .replace(/\s+/g, ' ')
      .trim(),
    MAX_FIELD,
  );
}
