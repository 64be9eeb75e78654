import { htmlOf, type LongBlock, type MarkdownBlock, type RenderedBlock } from './blocks.ts';
import type { LongKind } from './long-block.ts';

/** What is shown or left out as a whole where a text is long: a few blocks, or one long one. */
export type Chunk =
  | { readonly start: number; readonly blocks: readonly RenderedBlock[] }
  | { readonly start: number; readonly long: LongBlock };

/** HTML of one chunk, in UTF-16 units: some two screens of prose, a hundred nodes. */
const CHUNK_LENGTH = 3000;

/** Puts blocks together. As blocks are only added at the end, so are chunks; the last one changes. */
export function chunksOf(blocks: readonly MarkdownBlock[]): Chunk[] {
  const chunks: Chunk[] = [];
  let open: RenderedBlock[] = [];
  let length = 0;
  for (const block of blocks) {
    if (!('html' in block)) {
      chunks.push({ start: block.start, long: block });
      open = [];
      continue;
    }
    if (open.length === 0 || length >= CHUNK_LENGTH) {
      open = [];
      length = 0;
      chunks.push({ start: block.start, blocks: open });
    }
    open.push(block);
    length += block.html.length;
  }
  return chunks;
}

/** The chunks of a text that grows: as long as its blocks are the same objects, so is a chunk. */
export class Chunks {
  #chunks: readonly Chunk[] = [];

  update(blocks: readonly MarkdownBlock[]): readonly Chunk[] {
    const kept: Chunk[] = [];
    let taken = 0;
    for (const chunk of this.#chunks) {
      const end = taken + blocksOf(chunk).length;
      // The blocks before a chunk's last one are older: they are the same if that is.
      if (blocks[end - 1] !== blocksOf(chunk).at(-1)) break;
      kept.push(chunk);
      taken = end;
    }
    const last = kept.at(-1);
    if (last && taken < blocks.length && !isFull(last)) {
      kept.pop();
      taken -= blocksOf(last).length;
    }
    this.#chunks = [...kept, ...chunksOf(blocks.slice(taken))];
    return this.#chunks;
  }
}

/** The whole HTML of a chunk. */
export function htmlOfChunk(chunk: Chunk): string {
  return blocksOf(chunk).map(htmlOf).join('');
}

function blocksOf(chunk: Chunk): readonly MarkdownBlock[] {
  return 'long' in chunk ? [chunk.long] : chunk.blocks;
}

function isFull(chunk: Chunk): boolean {
  if ('long' in chunk) return true;
  return chunk.blocks.reduce((length, { html }) => length + html.length, 0) >= CHUNK_LENGTH;
}

/** A part of a long block's frozen pieces that is shown or left out as a whole. */
export interface Section {
  readonly html: string;
  /** List items in the sections before. */
  readonly itemsBefore: number;
}

/**
 * A line goes on after a piece, but not after a section. So a section ends with a line; in text without line breaks,
 * after so many UTF-16 units, for that to be seen in very long lines only.
 */
const LINE_SECTION = 16_000;
/** Tags, opening and closing, of one section: some 20 rows of a table. */
const SECTION_TAGS = 120;

/**
 * The sections of a long block, and the rest of its frozen pieces, which are not enough for one yet. Remembers what it
 * has made of them: frozen pieces stay.
 */
export class Sections {
  readonly #sections: Section[] = [];
  #items = 0;
  #taken = 0;
  #length = 0;

  update({ kind, parts: { frozen } }: LongBlock) {
    let html = '';
    for (let next = this.#taken; next < frozen.length; next++) {
      html += frozen[next];
      if (!endsSection(kind, html)) continue;
      this.#taken = next + 1;
      this.#add(kind, html);
      html = '';
    }
    const sections: readonly Section[] = this.#sections;
    return { sections, rest: frozen.slice(this.#taken) };
  }

  #add(kind: LongKind, html: string): void {
    this.#length += html.length;
    for (const part of divide(kind, html)) {
      this.#sections.push({ html: part.html, itemsBefore: this.#items });
      this.#items += part.elements;
    }
  }

  /** List items in the sections. */
  get items(): number {
    return this.#items;
  }

  /** Of the sections' HTML, in UTF-16 units. */
  get length(): number {
    return this.#length;
  }
}

function endsSection(kind: LongKind, html: string): boolean {
  if (kind === 'code' && html.endsWith('\n')) return true;
  return (kind !== 'code' && kind !== 'paragraph') || html.length >= LINE_SECTION;
}

interface Part {
  readonly html: string;
  /** Top-level elements in it. */
  readonly elements: number;
}

/** Divides HTML between elements where it consists of such. In what the renderer gives, every `<` begins a tag. */
function divide(kind: LongKind, pieces: string): Part[] {
  if (kind === 'code' || kind === 'paragraph') return [{ html: pieces, elements: 0 }];
  // The line breaks between rows and cells would be nearly half of a table's nodes.
  const html = kind === 'table' ? pieces.replaceAll('>\n<', '><') : pieces;
  const parts: Part[] = [];
  let from = 0;
  let tags = 0;
  let elements = 0;
  let depth = 0;
  for (const { 0: tag, 1: name, index } of html.matchAll(/<\/?(\w+)[^>]*>/g)) {
    tags++;
    if (name === 'br' || name === 'hr') continue;
    depth += tag.startsWith('</') ? -1 : 1;
    if (depth > 0) continue;
    elements++;
    if (tags < SECTION_TAGS) continue;
    // With the line break after it.
    const end = index + tag.length + (html[index + tag.length] === '\n' ? 1 : 0);
    parts.push({ html: html.slice(from, end), elements });
    from = end;
    tags = 0;
    elements = 0;
  }
  if (from < html.length) parts.push({ html: html.slice(from), elements });
  return parts;
}

/** Px of a line, and characters in it: for the first guess at what was never shown. */
const LINE_HEIGHT = 20;
const LINE_LENGTH = 90;

/** About the height of rendered Markdown that was not measured yet, in px. */
export function estimateHeight(html: string): number {
  let lines = 0;
  let from = 0;
  for (let at = html.indexOf('\n'); at >= 0; at = html.indexOf('\n', from)) {
    lines += 1 + Math.floor((at - from) / LINE_LENGTH);
    from = at + 1;
  }
  lines += Math.ceil((html.length - from) / LINE_LENGTH);
  return lines * LINE_HEIGHT;
}
