/** Rendered above and below the viewport, in px: so much a text may be scrolled before it is filled in. */
const MARGIN = 400;

/** A place in what is read that survives what is around it being filled in or left out. */
interface Mark {
  readonly part: Element;
  /** Which part of {@link part} is above the top of the viewport, from 0 to 1. */
  readonly fraction: number;
  /** Px from the top of the row. */
  readonly below: number;
}

/**
 * Which parts of a long text are near the viewport. The others are left out of the page; a part is an element with
 * `data-part`, which stays, and keeps its height.
 *
 * A part counts as far until it was seen near, or as near from the start (text that is being written).
 */
export class Nearness {
  readonly #near = new Map<string, boolean>();
  readonly #heights = new Map<string, number>();
  #version = 0;

  isNear(part: string): boolean {
    return this.#near.get(part) ?? true;
  }

  /** Notes a part that is new. */
  begin(part: string, isNear: boolean): void {
    if (!this.#near.has(part)) this.#near.set(part, isNear);
  }

  /** The height a part had when it was left out last, in px; before, and once forgotten, what `estimate` says. */
  heightOf(part: string, estimate: () => number): number {
    const known = this.#heights.get(part);
    if (known !== undefined) return known;
    const height = estimate();
    this.#heights.set(part, height);
    return height;
  }

  /** For a part that has become higher since. */
  forgetHeight(part: string): void {
    this.#heights.delete(part);
  }

  /** Counts the changes of {@link isNear}. */
  get version(): number {
    return this.#version;
  }

  /**
   * Follows the parts in an element. Call the result's `look` when there may be new ones.
   *
   * @param onChange - hears that {@link isNear} has changed for some, with how to find what is read after that is shown
   */
  observe(root: Element, onChange: (mark: () => number) => void): { look: () => void; dispose: () => void } {
    const scroller = root.closest('.scroller');
    const observer = new IntersectionObserver(
      (entries) => {
        const changed = entries.filter(({ target, isIntersecting }) =>
          this.#isChange(target, isIntersecting),
        );
        if (changed.length === 0) return;
        const mark = scroller && markIn(root, scroller);
        for (const { target } of changed) {
          if (this.isNear(partOf(target)))
            this.#heights.set(partOf(target), target.getBoundingClientRect().height);
        }
        for (const { target, isIntersecting } of changed) this.#near.set(partOf(target), isIntersecting);
        this.#version++;
        onChange(() => (mark ? movedBy(mark, root) : 0));
      },
      { root: scroller, rootMargin: `${MARGIN}px 0px` },
    );
    return {
      look: () => {
        for (const part of root.querySelectorAll('[data-part]')) observer.observe(part);
      },
      dispose: () => observer.disconnect(),
    };
  }

  #isChange(target: Element, isIntersecting: boolean): boolean {
    if (!target.isConnected || this.isNear(partOf(target)) === isIntersecting) return false;
    return isIntersecting || !isSelected(target);
  }
}

function partOf(element: Element): string {
  return element.getAttribute('data-part') ?? '';
}

/** Whether the user has selected something in it: what is to be copied must stay. */
function isSelected(element: Element): boolean {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(element, true);
}

function rowTop(root: Element): number {
  return (root.closest('.row') ?? root).getBoundingClientRect().top;
}

/** Marks what is at the top of the viewport; null when that is not in the text. */
function markIn(root: Element, scroller: Element): Mark | null {
  const { top: viewTop } = scroller.getBoundingClientRect();
  let mark: Mark | null = null;
  for (const part of root.querySelectorAll('[data-part]')) {
    const { top, bottom, height } = part.getBoundingClientRect();
    // The last one is the innermost.
    if (top > viewTop || bottom <= viewTop) continue;
    mark = { part, fraction: (viewTop - top) / height, below: viewTop - rowTop(root) };
  }
  return mark;
}

/** How far what was marked has moved down in its row, in px. */
function movedBy({ part, fraction, below }: Mark, root: Element): number {
  if (!part.isConnected) return 0;
  const { top, height } = part.getBoundingClientRect();
  return top + fraction * height - rowTop(root) - below;
}
