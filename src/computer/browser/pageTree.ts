/** The page as assistive technology sees it: roles, names, states, with its frames in place. */
import type { Protocol } from 'puppeteer-core';
import { cut } from '../cut.ts';
import type { Frame } from './frame.ts';
import { VIEWPORT } from './limits.ts';
import { type Layout, layoutOf, type Rect } from './pageLayout.ts';
import type { Tab } from './tab.ts';

/** One element, or a run of text (`role` is `text`). Names and values are the page's: never trusted. */
export interface PageNode {
  readonly role: string;
  readonly name: string;
  readonly value: string;
  /** `checked`, `disabled`, `level=2`, ... */
  readonly states: readonly string[];
  readonly frame: Frame;
  readonly backendNodeId: number;
  readonly isInteractive: boolean;
  /** Whether some of it is inside of the viewport. */
  readonly isInView: boolean;
  readonly children: readonly PageNode[];
}

/** Frames read besides the main one. */
const MAX_FRAMES = 30;

/** A frame in another process may hang; the page is read without it then. In ms. */
const FRAME_LIMIT_MS = 2_000;

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

interface Reading {
  readonly frame: Frame;
  readonly layout: Layout;
  /** Trees of the child frames, by the backend node id of the element that holds the frame. */
  readonly frames: ReadonlyMap<number, readonly PageNode[]>;
}

/** How many more frames may be read. */
interface Budget {
  frames: number;
}

/** Reads the whole page. @returns its top elements */
export function readPageTree(tab: Tab, signal: AbortSignal): Promise<readonly PageNode[]> {
  const screen = { x: 0, y: 0, width: VIEWPORT.width, height: VIEWPORT.height };
  return readFrame(tab, tab.page, screen, { frames: MAX_FRAMES }, signal);
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
  if (role === 'StaticText')
    return name === '' ? [] : [{ ...plainText(name, reading.frame), backendNodeId, isInView }];
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
      frame: reading.frame,
      backendNodeId,
      isInteractive,
      isInView: isInView || children.some((child) => child.isInView),
      // Words that are the name, or a field's value, are not said twice.
      children: isOnlyText(children) && (isEditable || name === '' || words === name) ? [] : children,
    },
  ];
}

function plainText(name: string, frame: Frame): PageNode {
  return {
    role: 'text',
    name,
    value: '',
    states: [],
    frame,
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
