/** Ranges highlighted in one row; a page of one letter would have as many as letters. */
const MAX_MATCHES = 500;

/** What is not looked through: words for those who cannot see, and of controls. */
const SKIPPED = '.visually-hidden, .md-code-bar';

/** Text that is looked through in one go: of a part of a long text (`data-part`), or what is between two of them. */
interface Unit {
  readonly nodes: readonly Text[];
  readonly ranges: readonly Range[];
  /** A match that begins in the unit before this one, with that unit. */
  seam?: { readonly before: Unit; readonly range: Range | undefined };
}

/**
 * The places of a text in the rows of the page, whatever its case and whatever elements it runs across. What was looked
 * through is not again until it is said to have changed: of a long answer, that is the part at its end.
 */
export class Matches {
  readonly #wanted: string;
  readonly #rows = new WeakMap<Element, readonly Range[]>();
  readonly #units = new WeakMap<Element, Unit>();

  constructor(query: string) {
    this.#wanted = foldCase(query);
  }

  /** In document order, {@link MAX_MATCHES} at most. */
  in(row: Element): readonly Range[] {
    const known = this.#rows.get(row);
    if (known) return known;
    const ranges: Range[] = [];
    let before: Unit | undefined;
    for (const unit of this.#unitsOf(row)) {
      const seam = before && this.#seam(before, unit);
      if (seam) ranges.push(seam);
      ranges.push(...unit.ranges);
      before = unit;
    }
    const first = ranges.slice(0, MAX_MATCHES);
    this.#rows.set(row, first);
    return first;
  }

  /** To be told of a node whose text or children have changed. */
  changed(node: Node): void {
    for (let at: Node | null = node; at; at = at.parentNode) {
      if (!(at instanceof Element)) continue;
      this.#units.delete(at);
      this.#rows.delete(at);
    }
  }

  #unitsOf(row: Element): Unit[] {
    const units: Unit[] = [];
    let loose: Text[] = [];
    const endLoose = () => {
      if (loose.length > 0) units.push(this.#look(loose));
      loose = [];
    };
    const visit = (element: Element) => {
      for (const child of element.childNodes) {
        if (child instanceof Text) loose.push(child);
        if (!(child instanceof Element) || child.matches(SKIPPED)) continue;
        const known = this.#units.get(child);
        const isPart = known || (child.hasAttribute('data-part') && !child.querySelector('[data-part]'));
        if (!isPart) {
          visit(child);
          continue;
        }
        endLoose();
        const unit = known ?? this.#look(textNodesOf(child));
        this.#units.set(child, unit);
        units.push(unit);
      }
    };
    visit(row);
    endLoose();
    return units;
  }

  #look(nodes: readonly Text[]): Unit {
    const text = foldCase(textOf(nodes));
    const ranges: Range[] = [];
    const place = { node: 0, start: 0 };
    for (let at = text.indexOf(this.#wanted); at >= 0 && ranges.length < MAX_MATCHES; ) {
      const end = at + this.#wanted.length;
      const range = rangeOf(nodes, place, at, end);
      if (range) ranges.push(range);
      at = text.indexOf(this.#wanted, end);
    }
    return { nodes, ranges };
  }

  /** A match that runs from one unit into the next: a very long line is divided anywhere. */
  #seam(before: Unit, unit: Unit): Range | undefined {
    if (unit.seam?.before !== before) {
      const reach = this.#wanted.length - 1;
      const left = atLeast(before.nodes.toReversed(), reach).reverse();
      const right = atLeast(unit.nodes, reach);
      const border = lengthOf(left);
      const from = Math.max(0, border - reach);
      const text = foldCase(textOf(left).slice(from) + textOf(right).slice(0, reach));
      const at = text.indexOf(this.#wanted);
      const range =
        at >= 0
          ? rangeOf([...left, ...right], { node: 0, start: 0 }, from + at, from + at + reach + 1)
          : undefined;
      unit.seam = { before, range };
    }
    return unit.seam?.range;
  }
}

function textNodesOf(element: Element): Text[] {
  const nodes: Text[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && node.matches(SKIPPED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) nodes.push(node);
  }
  return nodes;
}

function textOf(nodes: readonly Text[]): string {
  return nodes.map((node) => node.data).join('');
}

function lengthOf(nodes: readonly Text[]): number {
  return nodes.reduce((length, node) => length + node.length, 0);
}

/** The first nodes, until they have so many UTF-16 units. */
function atLeast(nodes: readonly Text[], length: number): Text[] {
  const first: Text[] = [];
  for (let at = 0, left = length; left > 0; at++) {
    const node = nodes[at];
    if (!node) break;
    first.push(node);
    left -= node.length;
  }
  return first;
}

/** Lower case of the same length: the few letters whose lower case is longer stay as they are. */
function foldCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (letter) => {
    const small = letter.toLowerCase();
    return small.length === letter.length ? small : letter;
  }).join('');
}

/** A range of the joined text of nodes. `hint` is moved on: ranges are asked for in order. */
function rangeOf(nodes: readonly Text[], hint: Place, start: number, end: number): Range | undefined {
  const [first, from] = locate(nodes, hint, start, false);
  const [last, to] = locate(nodes, hint, end, true);
  if (!first || !last) return undefined;
  const range = document.createRange();
  range.setStart(first, from);
  range.setEnd(last, to);
  return range;
}

interface Place {
  node: number;
  start: number;
}

/** The node a place of the joined text is in. */
function locate(
  nodes: readonly Text[],
  hint: Place,
  at: number,
  isEnd: boolean,
): readonly [node: Text | undefined, offset: number] {
  for (; hint.node < nodes.length; hint.node++) {
    const length = nodes[hint.node]?.length ?? 0;
    const left = at - hint.start;
    if (isEnd ? left <= length : left < length) return [nodes[hint.node], left];
    hint.start += length;
  }
  return [undefined, 0];
}
