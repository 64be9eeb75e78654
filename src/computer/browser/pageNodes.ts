/** What the browser's accessibility tree of a document comes to: elements with a meaning, and the texts between them. */
import type { Protocol } from 'puppeteer-core';
import { cut } from '../cut.ts';
import type { Frame } from './frame.ts';
import type { Layout } from './pageLayout.ts';

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
  /** Nested as deep as the page likes: not to be gone through by nested calls. */
  readonly children: readonly PageNode[];
}

/** What is known of a document besides its tree. */
export interface Reading {
  readonly frame: Frame;
  readonly layout: Layout;
  /** Trees of the child frames, by the backend node id of the element that holds the frame. */
  readonly frames: ReadonlyMap<number, readonly PageNode[]>;
}

type AXNode = Protocol.Accessibility.AXNode;

/** Of names, values and runs of text, in characters. */
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

/**
 * Takes time and memory in proportion to the nodes, however they are nested and texts are divided.
 * @param nodes - a whole tree, its root first
 * @returns the top elements
 */
export function toPageNodes(nodes: readonly AXNode[], reading: Reading): readonly PageNode[] {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const top = new Siblings();
  // Taken from the end: what is to come first is put there last.
  const steps: Array<() => void> = [];
  const enter = (node: AXNode, siblings: Siblings): void => {
    const traits = traitsOf(node, reading);
    if (traits.role === 'InlineTextBox') return;
    if (traits.role === 'StaticText') {
      if (traits.name !== '') siblings.add(plainText(traits, reading));
      return;
    }
    const children = traits.isTransparent ? siblings : new Siblings();
    if (!traits.isTransparent) steps.push(() => siblings.add(element(traits, children.end(), reading)));
    const framed = reading.frames.get(traits.backendNodeId);
    if (framed !== undefined)
      steps.push(() => {
        for (const each of framed) children.add(each);
      });
    for (const id of (node.childIds ?? []).toReversed()) {
      const child = byId.get(id);
      if (child !== undefined) steps.push(() => enter(child, children));
    }
  };
  const [root] = nodes;
  if (root !== undefined) enter(root, top);
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) step();
  return top.end();
}

/** The nodes of one parent as they are found. Texts that follow one another become one. */
class Siblings {
  readonly #nodes: PageNode[] = [];
  /** The last nodes, as long as they are texts. */
  #run: { readonly first: PageNode; readonly words: string[]; length: number; isInView: boolean } | undefined;

  add(node: PageNode): void {
    if (node.role !== 'text') {
      this.#endRun();
      this.#nodes.push(node);
      return;
    }
    this.#run ??= { first: node, words: [], length: -1, isInView: false };
    // What is beyond would be cut off.
    if (this.#run.length <= MAX_FIELD) {
      this.#run.words.push(node.name);
      this.#run.length += node.name.length + 1;
    }
    this.#run.isInView ||= node.isInView;
  }

  /** @returns all of them */
  end(): readonly PageNode[] {
    this.#endRun();
    return this.#nodes;
  }

  #endRun(): void {
    if (this.#run === undefined) return;
    const { first, words, isInView } = this.#run;
    this.#nodes.push({ ...first, name: cut(words.join(' '), MAX_FIELD), isInView });
    this.#run = undefined;
  }
}

/** What can be told of a node without its children. */
interface Traits {
  readonly role: string;
  readonly name: string;
  readonly value: string;
  readonly states: readonly string[];
  readonly backendNodeId: number;
  readonly isEditable: boolean;
  readonly isInteractive: boolean;
  readonly isTransparent: boolean;
  readonly isInView: boolean;
}

function traitsOf(node: AXNode, { layout }: Reading): Traits {
  const role = String(node.role?.value ?? 'none');
  const backendNodeId = node.backendDOMNodeId ?? 0;
  const properties = new Map(
    (node.properties ?? []).map((property) => [property.name, property.value.value]),
  );
  const isFocusable = properties.get('focusable') === true;
  const isEditable = properties.has('editable') && isFocusable;
  const isInteractive =
    role !== 'RootWebArea' &&
    (INTERACTIVE_ROLES.has(role) || isFocusable || layout.clickable.has(backendNodeId));
  return {
    role,
    name: oneLine(node.name?.value),
    value: oneLine(node.value?.value),
    states: statesOf(properties),
    backendNodeId,
    isEditable,
    isInteractive,
    // A label's click is its field's.
    isTransparent: node.ignored || role === 'LabelText' || (TRANSPARENT_ROLES.has(role) && !isInteractive),
    isInView: layout.inView.has(backendNodeId),
  };
}

function element(traits: Traits, children: readonly PageNode[], { frame }: Reading): PageNode {
  const { role, name, value, states, backendNodeId, isEditable, isInteractive } = traits;
  const isOnlyText = children.every((child) => child.role === 'text');
  const words = isOnlyText ? (children[0]?.name ?? '') : '';
  return {
    role: role === 'generic' ? (isEditable ? 'textbox' : 'clickable') : role,
    name: name === '' && !isEditable ? words : name,
    value,
    states,
    frame,
    backendNodeId,
    isInteractive,
    isInView: traits.isInView || children.some((child) => child.isInView),
    // Words that are the name, or a field's value, are not said twice.
    children: isOnlyText && (isEditable || name === '' || words === name) ? [] : children,
  };
}

function plainText({ name, backendNodeId, isInView }: Traits, { frame }: Reading): PageNode {
  return {
    role: 'text',
    name,
    value: '',
    states: [],
    frame,
    backendNodeId,
    isInteractive: false,
    isInView,
    children: [],
  };
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
