import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { type LongBlock, MarkdownBlocks } from '../markdown/blocks.ts';
import type { Strings } from '../strings.ts';

export interface MarkdownViewProps {
  readonly source: string;
  /** Whether more text is to come. */
  readonly isGrowing: boolean;
}

/** How long a copy button says that it copied. */
const COPIED_MS = 1500;

/** Markdown that may still grow. Only the block at its end is rendered anew, and of a long one only its end. */
export function MarkdownView({ source, isGrowing }: MarkdownViewProps) {
  const { markdown, strings, reportError } = useApp();
  const [blocks] = useState(() => new MarkdownBlocks(markdown));
  const onClick = (event: MouseEvent) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('.md-copy') : null;
    if (button) copyCode(button, strings).catch(reportError);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: hears its copy buttons
    <div class="markdown" onClick={onClick}>
      {blocks
        .update(source, isGrowing)
        .map((block) =>
          'html' in block ? (
            <MarkdownBlockView key={block.start} html={block.html} />
          ) : (
            <LongBlockView key={block.start} parts={block.parts} />
          ),
        )}
    </div>
  );
}

function MarkdownBlockView({ html }: { readonly html: string }) {
  // Safe: the renderer escapes all it is given (createMarkdown).
  return <div class="md-block" dangerouslySetInnerHTML={{ __html: html }} />;
}

/** A block of which only the end changes: what is rendered for good stays in the page as it is. */
function LongBlockView({ parts: { open, frozen, tail, close } }: Pick<LongBlock, 'parts'>) {
  const block = useRef<HTMLDivElement>(null);
  const shown = useRef({ frame: '', pieces: 0, mark: null as ChildNode | null });
  useLayoutEffect(() => {
    const element = block.current;
    if (!element) return;
    const state = shown.current;
    if (state.frame !== open + close) {
      // Safe, here and below: as in MarkdownBlockView.
      element.innerHTML = open + close;
      shown.current = { frame: open + close, pieces: 0, mark: null };
    }
    showPieces(element, shown.current, frozen, tail);
  }, [open, frozen, tail, close]);
  return <div ref={block} class="md-block" />;
}

/** Adds the frozen pieces that are new, and replaces what comes after them by `tail`. */
function showPieces(
  element: HTMLElement,
  shown: { pieces: number; mark: ChildNode | null },
  frozen: readonly string[],
  tail: string,
): void {
  const box = element.querySelector('tbody, pre > code') ?? element.firstElementChild ?? element;
  while (box.lastChild && box.lastChild !== shown.mark) box.lastChild.remove();
  for (const piece of frozen.slice(shown.pieces)) box.insertAdjacentHTML('beforeend', piece);
  shown.pieces = frozen.length;
  shown.mark = box.lastChild;
  box.insertAdjacentHTML('beforeend', tail);
}

async function copyCode(button: HTMLElement, strings: Strings): Promise<void> {
  const code = button.closest('.md-code')?.querySelector('code')?.textContent ?? '';
  await navigator.clipboard.writeText(code);
  const icon = button.querySelector('.codicon');
  icon?.classList.replace('codicon-copy', 'codicon-check');
  button.title = strings.copied;
  button.setAttribute('aria-label', strings.copied);
  setTimeout(() => {
    icon?.classList.replace('codicon-check', 'codicon-copy');
    button.title = strings.copyCode;
    button.setAttribute('aria-label', strings.copyCode);
  }, COPIED_MS);
}
