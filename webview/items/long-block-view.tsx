import { useLayoutEffect, useRef } from 'preact/hooks';
import type { LongBlock } from '../markdown/blocks.ts';
import { estimateHeight, type Section, Sections } from '../markdown/chunks.ts';
import { textOf } from './text-of.ts';
import type { Look, PartsOnShow } from './use-nearness.ts';

interface LongBlockProps {
  readonly block: LongBlock;
  readonly parts: PartsOnShow | undefined;
}

/**
 * A block of which only the end changes: what is rendered for good stays in the page as it is, in sections that are left
 * out while they are far from the viewport.
 */
export function LongBlockView({ block, parts }: LongBlockProps) {
  const element = useRef<HTMLDivElement>(null);
  const page = useRef<LongBlockPage>(undefined);
  useLayoutEffect(() => {
    if (!element.current) return;
    const frame = block.parts.open + block.parts.close;
    if (page.current?.frame !== frame) page.current = new LongBlockPage(element.current, block);
    page.current.show(block, parts);
  });
  return <div ref={element} class="md-block" data-start={block.start} />;
}

/**
 * HTML from which on the columns of a table are as wide as one another, whatever is in them. Otherwise they would change
 * with the rows that are left out, and each new row cost the measuring of all.
 */
const LONG_TABLE = 16_000;

/** A long block in the page: its frame, the sections in it, and after them what is not in a section yet. */
class LongBlockPage {
  readonly frame: string;
  readonly #kind: LongBlock['kind'];
  /** Holds the rest, after the sections or beside them (a table). */
  readonly #box: Element;
  readonly #sections = new Sections();
  readonly #elements: { readonly element: HTMLElement; look: Look | undefined }[] = [];
  #restShown = 0;
  /** The last node before the tail. */
  #mark: ChildNode | null = null;

  constructor(element: HTMLElement, { kind, parts: { open, close } }: LongBlock) {
    this.frame = open + close;
    this.#kind = kind;
    // Safe, here and below: the renderer escapes all it is given (createMarkdown).
    element.innerHTML = this.frame;
    this.#box = element.querySelector('tbody, pre > code') ?? element.firstElementChild ?? element;
  }

  show(block: LongBlock, parts: PartsOnShow | undefined): void {
    const { sections, rest } = this.#sections.update(block);
    const isFixed = this.#kind !== 'table' || this.#sections.length > LONG_TABLE;
    if (this.#kind === 'table') this.#box.parentElement?.classList.toggle('is-fixed', isFixed);
    this.#removeAfter(this.#mark);
    if (sections.length > this.#elements.length) {
      this.#removeAfter(this.#lastInBox);
      this.#restShown = 0;
    }
    for (const [index, section] of sections.entries()) {
      this.#showSection(index, section, `${block.start}/${index}`, isFixed ? parts : undefined);
    }
    for (const piece of rest.slice(this.#restShown)) this.#append(piece);
    this.#restShown = rest.length;
    this.#mark = this.#box.lastChild;
    this.#append(block.parts.tail);
    const first = this.#mark ? this.#mark.nextSibling : this.#box.firstChild;
    if (first instanceof HTMLLIElement) this.#number(first, this.#sections.items);
  }

  #showSection(index: number, section: Section, part: string, parts: PartsOnShow | undefined): void {
    const own = this.#elements[index] ?? this.#addElement(part);
    parts?.nearness.begin(part, parts.startsNear);
    const isNear = parts?.nearness.isNear(part) ?? true;
    const look = isNear ? 'shown' : (parts?.lookFarAway ?? 'shown');
    if (look === own.look) return;
    own.look = look;
    const { element } = own;
    element.classList.toggle('is-far', !isNear);
    if (isNear) {
      element.style.height = '';
      element.innerHTML = section.html;
      const item = element.firstElementChild;
      if (item instanceof HTMLLIElement && index > 0) this.#number(item, section.itemsBefore);
      return;
    }
    element.style.height = `${parts?.nearness.heightOf(part, () => estimateHeight(section.html))}px`;
    element.textContent = look === 'text' ? textOf(section.html) : '';
  }

  #addElement(part: string) {
    const name = { list: 'div', quote: 'div', table: 'tbody', code: 'span', paragraph: 'span' }[this.#kind];
    const element = document.createElement(name);
    element.className = 'md-section';
    element.dataset.part = part;
    if (name === 'div') element.role = 'presentation';
    if (this.#kind === 'table') this.#box.before(element);
    else if (this.#lastInBox) this.#lastInBox.after(element);
    else this.#box.prepend(element);
    const own = { element, look: undefined as Look | undefined };
    this.#elements.push(own);
    return own;
  }

  /** The last section in the box of the rest. */
  get #lastInBox(): HTMLElement | null {
    return this.#kind === 'table' ? null : (this.#elements.at(-1)?.element ?? null);
  }

  #removeAfter(mark: ChildNode | null): void {
    while (this.#box.lastChild && this.#box.lastChild !== mark) this.#box.lastChild.remove();
  }

  #append(html: string): void {
    this.#box.insertAdjacentHTML('beforeend', html);
  }

  /** Gives an item of an ordered list its number, whether the items before it are in the page or not. */
  #number(item: HTMLLIElement, itemsBefore: number): void {
    if (this.#box instanceof HTMLOListElement) item.value = this.#box.start + itemsBefore;
  }
}
