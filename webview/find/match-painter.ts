import { Matches } from './matches.ts';

/** The current hit on the page; `range` is null where its text is not on show. */
export interface ShownHit {
  readonly row: HTMLElement;
  readonly range: Range | null;
}

/** What is to be painted. */
export interface Found {
  readonly query: string;
  /** The item of the current hit. */
  readonly current: number | null;
}

/**
 * Highlights what is looked for in the rendered rows. Their elements are left alone: highlights are ranges beside the
 * document. A hit whose text is not on show marks its row.
 */
export class MatchPainter {
  #query = '';
  #matches = new Matches('');
  #markedRow: HTMLElement | null = null;

  /** To be told of a node whose text or children have changed. */
  changed(node: Node): void {
    this.#matches.changed(node);
  }

  /** @returns where the current hit is, if its row is rendered */
  paint(scroller: HTMLElement, { query, current }: Found): ShownHit | null {
    if (query !== this.#query) this.#matches = new Matches(query);
    this.#query = query;
    let shown: ShownHit | null = null;
    const all = new Set<Range>();
    for (const row of scroller.querySelectorAll<HTMLElement>('.row:not([data-kind="placeholder"])')) {
      const ranges = this.#matches.in(row);
      if (Number(row.dataset.ordinal) === current) shown = { row, range: ranges[0] ?? null };
      for (const range of ranges) all.add(range);
    }
    this.#mark(shown && (!shown.range || !('highlights' in CSS)) ? shown.row : null);
    if ('highlights' in CSS) {
      show('find-match', all, 0);
      show('find-current', new Set(shown?.range ? [shown.range] : []), 1);
    }
    return shown;
  }

  /** Takes all away, and forgets what it knows of the rows. */
  clear(): void {
    this.#matches = new Matches(this.#query);
    this.#mark(null);
    if (!('highlights' in CSS)) return;
    CSS.highlights.delete('find-match');
    CSS.highlights.delete('find-current');
  }

  #mark(row: HTMLElement | null): void {
    if (row === this.#markedRow) return;
    this.#markedRow?.classList.remove('is-found');
    this.#markedRow = row;
    row?.classList.add('is-found');
  }
}

/** Makes a highlight consist of `ranges`. What stays is not painted again. */
function show(name: string, ranges: ReadonlySet<Range>, priority: number): void {
  let highlight = CSS.highlights.get(name);
  if (!highlight) {
    highlight = new Highlight();
    highlight.priority = priority;
    CSS.highlights.set(name, highlight);
  }
  for (const range of [...highlight]) {
    if (!(range instanceof Range && ranges.has(range))) highlight.delete(range);
  }
  for (const range of ranges) highlight.add(range);
}
