import type { MarkdownIt } from 'markdown-it';
import {
  type BlockParts,
  continues,
  findCut,
  type LongKind,
  longKindOf,
  takeApart,
  topLevel,
} from './long-block.ts';

/** One or more top-level blocks, rendered. Its HTML is safe to set as inner HTML. */
export type MarkdownBlock = RenderedBlock | LongBlock;

interface BlockBase {
  /** Where it begins in the source; never changes, so it serves as a key. */
  readonly start: number;
}

export interface RenderedBlock extends BlockBase {
  readonly html: string;
}

/** A block so long that it is rendered piece by piece. */
export interface LongBlock extends BlockBase {
  readonly kind: LongKind;
  readonly parts: BlockParts;
}

/** An open block longer than this is divided where it can be, in UTF-16 units. */
const LONG_BLOCK = 2048;
/** Between two attempts to divide it. */
const CUT_INTERVAL = 512;
/** What is left of an open block is rendered with each change up to this length. */
const TOO_LONG = 8192;
/** Beyond that, only when it has grown by this share: the text after it stays plain. */
const GROWTH = 8;

/** The whole HTML of a block. */
export function htmlOf(block: MarkdownBlock): string {
  if ('html' in block) return block.html;
  const { open, frozen, tail, close } = block.parts;
  return open + frozen.join('') + tail + close;
}

/** The pieces of the open block that are rendered for good, and what the rest needs to be read in its sense. */
interface Frozen {
  readonly kind: LongKind;
  readonly open: string;
  readonly pieces: readonly string[];
  readonly prefix: string;
  /** A list in which a blank line was seen: that says something about all of its items. */
  readonly isLoose: boolean;
}

/**
 * Renders a Markdown text that grows at its end, each block about once.
 *
 * Why it gives what rendering the whole would: Markdown's top-level blocks are decided line by line, and one that has
 * been followed by the start of another can no longer change. So all but the last block of the complete lines are
 * closed and kept; only what comes after is rendered again. The line still being written is not judged (`1` may become
 * a list item), and link definitions, which act backwards, are off (see createMarkdown). An open block that gets long
 * is divided where that makes no difference (see findCut).
 */
export class MarkdownBlocks {
  readonly #markdown: MarkdownIt;
  #closed: readonly MarkdownBlock[] = [];
  /** Where the open block begins. */
  #start = 0;
  /** Up to where it is frozen. */
  #cut = 0;
  #frozen: Frozen | undefined;
  /** Whether it turned out that the open block must not be divided. */
  #isWhole = false;
  #completeLength = 0;
  #length = 0;
  #triedAt = 0;
  /** The open block where it is too long to be rendered each time. */
  #stale: { readonly length: number; readonly block: MarkdownBlock } | undefined;

  constructor(markdown: MarkdownIt) {
    this.#markdown = markdown;
  }

  /**
   * @param source - the text so far; it starts with the text of the call before
   * @param isGrowing - whether more is to come soon; if so, a very long block that cannot be divided lags behind
   * @returns the closed blocks, the same objects as before, and then the open rest
   */
  update(source: string, isGrowing = false): readonly MarkdownBlock[] {
    if (source.length < this.#length) this.#reset();
    // What comes at once is taken in as if it grew, so that its long blocks are divided all the same.
    for (let length = this.#nextStep(); length < source.length; length = this.#nextStep()) {
      this.#takeIn(source.slice(0, length));
    }
    this.#takeIn(source);
    return this.#withOpen(source, isGrowing);
  }

  /** Where to stop on the way to a text that is much longer. The steps get longer in a block that is not divided. */
  #nextStep(): number {
    return this.#length + Math.max(2 * LONG_BLOCK, this.#length - this.#cut);
  }

  #takeIn(source: string): void {
    this.#length = source.length;
    const completeLength = source.lastIndexOf('\n') + 1;
    if (completeLength > this.#completeLength) {
      this.#completeLength = completeLength;
      this.#close(source.slice(0, completeLength));
    }
    this.#freeze(source);
  }

  /** Closes all blocks of the complete lines but the last. */
  #close(complete: string): void {
    const prefix = this.#frozen?.prefix ?? '';
    const text = prefix + complete.slice(this.#cut);
    const { starts, first } = blockStarts(this.#markdown, text);
    if (this.#frozen && !continues(this.#frozen.kind, first)) {
      this.#unfreeze();
      this.#close(complete);
      return;
    }
    const lastStart = starts.at(-1);
    if (starts.length < 2 || lastStart === undefined) return;
    const base = this.#cut - prefix.length;
    const closed = starts.slice(0, -1).map((start, index): MarkdownBlock => {
      // The first begins where the rest began, so that its key stays: what precedes it is blank.
      if (index === 0) return this.#render(text.slice(0, starts[1]));
      return { start: base + start, html: this.#markdown.render(text.slice(start, starts[index + 1])) };
    });
    this.#closed = [...this.#closed, ...closed];
    this.#begin(base + lastStart);
  }

  /** Divides the open block where it has got long. */
  #freeze(source: string): void {
    if (this.#isWhole || source.length - this.#cut < LONG_BLOCK) return;
    if (source.length - this.#triedAt < CUT_INTERVAL) return;
    this.#triedAt = source.length;
    const before = this.#frozen;
    const prefix = before?.prefix ?? '';
    const text = prefix + source.slice(this.#cut);
    const blocks = topLevel(this.#markdown.parse(text, {}));
    const kind = before?.kind ?? longKindOf(blocks[0]);
    if (!kind || blocks.length !== 1) return;
    const cut = findCut(this.#markdown, kind, text, prefix);
    // Of the complete lines: the one being written may make a list loose for a moment only.
    const complete = kind === 'list' ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
    const whole = cut && takeApart(this.#markdown.render(complete), kind, prefix);
    const piece = cut && takeApart(this.#markdown.render(text.slice(0, cut.at)), kind, prefix);
    if (!cut || !whole || !piece) return;
    this.#frozen = {
      kind,
      open: before?.open ?? withoutTightness(whole.open),
      pieces: [...(before?.pieces ?? []), piece.tail + cut.separator],
      prefix: cut.prefix,
      isLoose: (before?.isLoose ?? false) || !isTight(whole.open),
    };
    this.#cut += cut.at - prefix.length;
  }

  #withOpen(source: string, isGrowing: boolean): readonly MarkdownBlock[] {
    const rest = source.slice(this.#cut);
    if (rest.trim() === '' && !this.#frozen) return this.#closed;
    const stale = this.#stale;
    if (isGrowing && stale && source.length - stale.length < (stale.length - this.#start) / GROWTH) {
      const html = `<p>${this.#markdown.utils.escapeHtml(source.slice(stale.length))}</p>\n`;
      return [...this.#closed, stale.block, { start: stale.length, html }];
    }
    const block = this.#renderOpen(source);
    const isTooLong = source.length - this.#cut > TOO_LONG;
    this.#stale = isTooLong ? { length: source.length, block } : undefined;
    return [...this.#closed, block];
  }

  #renderOpen(source: string): MarkdownBlock {
    if (this.#frozen) {
      const text = this.#frozen.prefix + source.slice(this.#cut);
      const blocks = topLevel(this.#markdown.parse(text, {}));
      if (blocks.length === 1 && continues(this.#frozen.kind, blocks[0])) return this.#render(text);
      // The line being written ends it, for now: that is not kept.
      if (continues(this.#frozen.kind, blocks[0])) return this.#renderEnded(text);
      return { start: this.#start, html: this.#markdown.render(source.slice(this.#start)) };
    }
    return { start: this.#start, html: this.#markdown.render(source.slice(this.#start)) };
  }

  /** A long block with another one, not yet sure, after it. */
  #renderEnded(text: string): MarkdownBlock {
    const { starts } = blockStarts(this.#markdown, text);
    const block = this.#render(text.slice(0, starts[1]));
    if (!('parts' in block)) return block;
    const after = this.#markdown.render(text.slice(starts[1]));
    return { ...block, parts: { ...block.parts, close: block.parts.close + after } };
  }

  /** @param text - the open block (one block) from where it is frozen on, with its prefix */
  #render(text: string): MarkdownBlock {
    const html = this.#markdown.render(text);
    const frozen = this.#frozen;
    if (!frozen) return { start: this.#start, html };
    const parts = takeApart(html, frozen.kind, frozen.prefix);
    if (!parts) throw new Error(`A long ${frozen.kind} does not go on as one.`);
    return {
      start: this.#start,
      kind: frozen.kind,
      parts: { ...parts, open: openingOf(frozen, parts.open), frozen: frozen.pieces },
    };
  }

  #begin(start: number): void {
    this.#start = start;
    this.#unfreeze();
    this.#isWhole = false;
  }

  #unfreeze(): void {
    this.#cut = this.#start;
    this.#frozen = undefined;
    this.#isWhole = true;
    this.#stale = undefined;
  }

  #reset(): void {
    this.#closed = [];
    this.#begin(0);
    this.#completeLength = 0;
    this.#length = 0;
    this.#triedAt = 0;
  }
}

const TIGHT = ' class="md-tight"';

function isTight(open: string): boolean {
  return open.includes(TIGHT);
}

function withoutTightness(open: string): string {
  return open.replace(TIGHT, '');
}

/** The opening tag of the whole: a paragraph's is the rest's, as it may have turned into a heading. */
function openingOf({ kind, open, isLoose }: Frozen, rest: string): string {
  if (kind === 'paragraph') return rest;
  if (kind !== 'list' || isLoose || !isTight(rest)) return open;
  return `${open.trimEnd().slice(0, -1)}${TIGHT}>\n`;
}

/** The offsets in `source` at which its top-level blocks begin, and the token the first begins with. */
function blockStarts(markdown: MarkdownIt, source: string) {
  const lines = lineStarts(source);
  const tokens: ReturnType<MarkdownIt['parse']> = [];
  markdown.block.parse(source, markdown, {}, tokens);
  const blocks = topLevel(tokens);
  const starts = blocks.flatMap(({ map }) => lines[map?.[0] ?? -1] ?? []);
  return { starts, first: blocks[0] };
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
