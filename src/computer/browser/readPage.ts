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
  const lines: string[] = [];
  let length = 0;
  const write = (nodes: readonly PageNode[], depth: number): boolean =>
    nodes.every((node) => {
      // The options of a closed list are nowhere, but they are what can be chosen.
      const isWanted =
        options.filter === 'all' || root !== undefined || node.isInView || node.role === 'option';
      if (!isWanted) return true;
      const isListed = options.filter !== 'interactive' || node.isInteractive;
      if (isListed) {
        const line = `${'  '.repeat(depth)}${describe(node, tab)}`;
        length += line.length + 1;
        if (length > MAX_CHARACTERS - CUT_OUTLINE.length - PDF_HINT.length) return false;
        lines.push(line);
      }
      const next = isListed ? depth + 1 : depth;
      return next > (options.depth ?? DEFAULT_DEPTH) || write(node.children, next);
    });
  if (!write(start, 0)) lines.push(CUT_OUTLINE);
  if (tab.frames.all.some(isPdfViewer)) lines.push(PDF_HINT);
  return lines.join('\n');
}

/** Up to 20 elements that fit a description in words, best first. */
export async function findElements(tab: Tab, query: string, signal: AbortSignal): Promise<string> {
  const wanted = wordsOf(query);
  if (wanted.size === 0) throw refuse('query: expected a description in words.');
  const matches: Array<{ node: PageNode; score: number }> = [];
  const visit = (nodes: readonly PageNode[]): void => {
    for (const node of nodes) {
      const score = node.role === 'text' ? 0 : scoreOf(node, wanted);
      if (score > 0) matches.push({ node, score });
      visit(node.children);
    }
  };
  visit(await readPageTree(tab, signal));
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
  const pending = [...nodes];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.backendNodeId === backendNodeId && node.frame === frame && node.role !== 'text') return node;
    pending.push(...node.children);
  }
  throw new StaleReferenceError();
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
