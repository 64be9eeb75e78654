import type { MarkdownIt } from 'markdown-it';

/** One or more top-level blocks, rendered. */
export interface MarkdownBlock {
  /** Where it begins in the source; never changes, so it serves as a key. */
  readonly start: number;
  /** Safe to set as inner HTML. */
  readonly html: string;
}

/**
 * Renders a Markdown text that grows at its end, each block about once.
 *
 * Why it gives what rendering the whole would: Markdown's top-level blocks are decided line by line, and one that has
 * been followed by the start of another can no longer change. So all but the last block of the complete lines are
 * closed and kept; only what comes after is rendered again. The line still being written is not judged (`1` may become
 * a list item), and link definitions, which act backwards, are off (see createMarkdown).
 */
export class MarkdownBlocks {
  readonly #markdown: MarkdownIt;
  #closed: readonly MarkdownBlock[] = [];
  #closedLength = 0;
  #completeLength = 0;
  #length = 0;

  constructor(markdown: MarkdownIt) {
    this.#markdown = markdown;
  }

  /**
   * @param source - the text so far; it starts with the text of the call before
   * @returns the closed blocks, the same objects as before, and then the open rest
   */
  update(source: string): readonly MarkdownBlock[] {
    if (source.length < this.#length) this.#reset();
    this.#length = source.length;
    this.#close(source);
    const rest = source.slice(this.#closedLength);
    if (rest.trim() === '') return this.#closed;
    return [...this.#closed, { start: this.#closedLength, html: this.#markdown.render(rest) }];
  }

  #close(source: string): void {
    const completeLength = source.lastIndexOf('\n') + 1;
    if (completeLength === this.#completeLength) return;
    this.#completeLength = completeLength;
    const complete = source.slice(this.#closedLength, completeLength);
    const starts = blockStarts(this.#markdown, complete);
    const lastStart = starts.at(-1);
    if (starts.length < 2 || lastStart === undefined) return;
    const base = this.#closedLength;
    const closed = starts.slice(0, -1).map((start, index) => {
      // The first begins where the rest began, so that its key stays: what precedes it is blank.
      const from = index === 0 ? 0 : start;
      return { start: base + from, html: this.#markdown.render(complete.slice(from, starts[index + 1])) };
    });
    this.#closed = [...this.#closed, ...closed];
    this.#closedLength = base + lastStart;
  }

  #reset(): void {
    this.#closed = [];
    this.#closedLength = 0;
    this.#completeLength = 0;
  }
}

/** The offsets in `source` at which its top-level blocks begin. */
function blockStarts(markdown: MarkdownIt, source: string): number[] {
  const lines = lineStarts(source);
  const starts: number[] = [];
  const tokens: ReturnType<MarkdownIt['parse']> = [];
  markdown.block.parse(source, markdown, {}, tokens);
  for (const token of tokens) {
    if (token.level !== 0 || token.nesting < 0 || !token.map) continue;
    const start = lines[token.map[0]];
    if (start !== undefined) starts.push(start);
  }
  return starts;
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
