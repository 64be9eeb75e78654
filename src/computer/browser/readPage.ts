/** Pages as text for the model: an outline with element references, a search in it, and the plain words. */
import type { ElementId } from './elementRefs.ts';
import { refuse, StaleReferenceError } from './errors.ts';
import type { PageNode } from './pageNodes.ts';
import { readPageTree } from './pageTree.ts';
import { isPdfViewer, PDF_HINT } from './pdfText.ts';
import type { Tab } from './tab.ts';

/** Of one answer, as the members' description says. */
const MAX_CHARACTERS = 50_000;
const DEFAULT_DEPTH = 15;
const MAX_MATCHES = 20;

const CUT_OUTLINE = '(Cut at 50,000 characters: narrow it down with ref or a smaller depth.)';

export interface ReadPageOptions {
  /** Elements in view, those of them that can be acted on, or all of the page. */
  readonly filter: 'visible' | 'interactive' | 'all';
  readonly depth: number | undefined;
  /** The element to begin with; undefined is the whole page. */
  readonly ref: string | undefined;
}

/** The page's outline: an element a line, indented, with its reference. @throws ToolError for an unknown `ref` */
export async function readPage(tab: Tab, options: ReadPageOptions, signal: AbortSignal): Promise<string> {
  const root = options.ref === undefined ? undefined : tab.refs.resolve(options.ref);
  const tree = await readPageTree(tab, signal);
  const start = root === undefined ? tree : [subtree(tree, root)];
  const lines = outline(start, options, tab);
  if (tab.frames.all.some(isPdfViewer)) lines.push(PDF_HINT);
  return lines.join('\n');
}

/** A line an element, as far as they fit in an answer. */
function outline(start: readonly PageNode[], options: ReadPageOptions, tab: Tab): string[] {
  const { filter, depth = DEFAULT_DEPTH, ref } = options;
  const lines: string[] = [];
  let length = 0;
  const pending = new Pending<{ node: PageNode; level: number }>();
  const add = (nodes: readonly PageNode[], level: number) =>
    pending.addBefore(nodes.map((node) => ({ node, level })));
  add(start, 0);
  for (let next = pending.take(); next !== undefined; next = pending.take()) {
    const { node, level } = next;
    // The options of a closed list are nowhere, but they are what can be chosen.
    const isWanted = filter === 'all' || ref !== undefined || node.isInView || node.role === 'option';
    if (!isWanted) continue;
    const isListed = filter !== 'interactive' || node.isInteractive;
    if (isListed) {
      const line = `${'  '.repeat(level)}${describe(node, tab)}`;
      length += line.length + 1;
      if (length > MAX_CHARACTERS - CUT_OUTLINE.length - PDF_HINT.length) return [...lines, CUT_OUTLINE];
      lines.push(line);
    }
    const below = isListed ? level + 1 : level;
    if (below <= depth) add(node.children, below);
  }
  return lines;
}

/** Up to 20 elements that fit a description in words, best first. */
export async function findElements(tab: Tab, query: string, signal: AbortSignal): Promise<string> {
  const wanted = wordsOf(query);
  if (wanted.size === 0) throw refuse('query: expected a description in words.');
  const matches: Array<{ node: PageNode; score: number }> = [];
  for (const node of inOrder(await readPageTree(tab, signal))) {
    const score = node.role === 'text' ? 0 : scoreOf(node, wanted);
    if (score > 0) matches.push({ node, score });
  }
  // `sort` is stable: equal ones stay in the page's order.
  const best = matches.sort((a, b) => b.score - a.score).slice(0, MAX_MATCHES);
  const lines =
    best.length === 0 ? ['Nothing on the page fits.'] : best.map(({ node }) => describe(node, tab));
  if (tab.frames.all.some(isPdfViewer)) lines.push(PDF_HINT);
  return lines.join('\n');
}

function describe(node: PageNode, tab: Tab): string {
  const name = node.name === '' ? '' : ` ${JSON.stringify(node.name)}`;
  if (node.role === 'text') return `text${name}`;
  const value = node.value === '' ? '' : ` value=${JSON.stringify(node.value)}`;
  const states = node.states.map((state) => ` ${state}`).join('');
  return `${node.role}${name} [${tab.refs.nameOf(node)}]${value}${states}`;
}

function subtree(nodes: readonly PageNode[], { frame, backendNodeId }: ElementId): PageNode {
  for (const node of inOrder(nodes))
    if (node.backendNodeId === backendNodeId && node.frame === frame && node.role !== 'text') return node;
  throw new StaleReferenceError();
}

/** These and all below them, in the page's order. */
function* inOrder(nodes: readonly PageNode[]): Generator<PageNode> {
  const pending = new Pending<PageNode>();
  pending.addBefore(nodes);
  for (let node = pending.take(); node !== undefined; node = pending.take()) {
    yield node;
    pending.addBefore(node.children);
  }
}

/** What is still to be gone through of a tree, in place of nested calls: pages may nest deeper than those can. */
class Pending<T> {
  /** The next one is at the end. */
  readonly #rest: T[] = [];

  take(): T | undefined {
    return this.#rest.pop();
  }

  /** Puts `nodes` before all others. */
  addBefore(nodes: readonly T[]): void {
    for (const node of nodes.toReversed()) this.#rest.push(node);
  }
}

/** What people call what the page calls otherwise. */
const SAME_WORDS: Readonly<Record<string, readonly string[]>> = {
  textbox: ['field', 'input', 'box', 'text', 'bar', 'area'],
  searchbox: ['search', 'field', 'input', 'box', 'bar'],
  combobox: ['dropdown', 'select', 'list', 'menu', 'field', 'box'],
  listbox: ['list', 'select'],
  checkbox: ['check', 'box', 'option', 'tick'],
  radio: ['option', 'button'],
  switch: ['toggle'],
  slider: ['range'],
  spinbutton: ['number', 'field', 'input'],
  button: ['control'],
  link: ['anchor', 'hyperlink'],
  image: ['picture', 'icon', 'photo', 'img', 'logo'],
  heading: ['title', 'headline'],
  clickable: ['button', 'control'],
  tab: ['tabs'],
  navigation: ['nav', 'menu'],
};

/** Words that say nothing about which element is meant. */
const FILLERS: ReadonlySet<string> = new Set(
  'a an the to of for in on at with and or that this which is my'.split(' '),
);

function wordsOf(text: string): Set<string> {
  const words =
    text
      .toLowerCase()
      .normalize('NFKC')
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !FILLERS.has(word));
  return new Set(telling.length > 0 ? telling : words);
}

/** How well the element fits; 0 is not at all. Its own words count most, then its kind, then that it can be used. */
function scoreOf(node: PageNode, wanted: ReadonlySet<string>): number {
  const named = wordsOf(`${node.name} ${node.value}`);
  const kind = new Set([...wordsOf(node.role), ...(SAME_WORDS[node.role] ?? [])]);
  let score = 0;
  let hits = 0;
  for (const word of wanted) {
    if (named.has(word)) score += 3;
    else if (kind.has(word)) score += 2;
    else if (
      word.length >= 4 &&
      [...named].some((each) => each.startsWith(word) || (each.length >= 4 && word.startsWith(each)))
    )
      score += 1.5;
    else continue;
    hits++;
  }
  if (hits === 0) return 0;
  // A short name that is all about the query beats a long one that mentions it.
  return score / wanted.size + (node.isInteractive ? 0.5 : 0) - Math.min(named.size, 40) * 0.01;
}
