/** Names for the elements of one tab's page, which the model uses as targets: `ref_7`. */
import { StaleReferenceError } from './errors.ts';
import type { Frame } from './frame.ts';

/** Elements named at a time; the oldest are forgotten. */
const MAX_REFS = 10_000;

/** An element, as the frame that has it calls it. */
export interface ElementId {
  readonly frame: Frame;
  readonly backendNodeId: number;
}

/** Gives each element of a computer a number of its own, so that no name can mean one of another tab or page. */
export class RefNames {
  #last = 0;

  next(): string {
    return `ref_${++this.#last}`;
  }
}

export class ElementRefs {
  readonly #supply: RefNames;
  readonly #elements = new Map<string, ElementId>();
  /** By the frame's key and the node's id in it: each of a page's processes counts its nodes for itself. */
  readonly #names = new Map<string, string>();

  constructor(supply: RefNames) {
    this.#supply = supply;
  }

  /** The element's name; the same one as long as its document lives. */
  nameOf(element: ElementId): string {
    const key = keyOf(element);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = this.#supply.next();
    this.#names.set(key, name);
    this.#elements.set(name, element);
    const [oldest] = this.#elements;
    if (this.#elements.size > MAX_REFS && oldest !== undefined) {
      this.#elements.delete(oldest[0]);
      this.#names.delete(keyOf(oldest[1]));
    }
    return name;
  }

  /** @throws StaleReferenceError when no element of the current page has this name */
  resolve(name: string): ElementId {
    const element = this.#elements.get(name);
    if (element === undefined) throw new StaleReferenceError();
    return element;
  }

  /** The page has been replaced. */
  clear(): void {
    this.#elements.clear();
    this.#names.clear();
  }
}

function keyOf({ frame, backendNodeId }: ElementId): string {
  return `${frame.key}:${backendNodeId}`;
}
