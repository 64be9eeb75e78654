import { useRef, useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { htmlOf, type MarkdownBlock, MarkdownBlocks } from '../markdown/blocks.ts';
import { Chunks } from '../markdown/chunks.ts';
import type { Strings } from '../strings.ts';
import { ChunkView, lookOf } from './chunk-view.tsx';
import { codeOf } from './text-of.ts';
import { useNearness } from './use-nearness.ts';

export interface MarkdownViewProps {
  readonly source: string;
  /** Whether more text is to come. */
  readonly isGrowing: boolean;
}

/** How long a copy button says that it copied. */
const COPIED_MS = 1500;

/**
 * Markdown that may still grow. Only the block at its end is rendered anew, and of a long one only its end. Of a long
 * text only what is near the viewport is in the page.
 */
export function MarkdownView({ source, isGrowing }: MarkdownViewProps) {
  const { markdown, strings, reportError } = useApp();
  const [rendered] = useState(() => new MarkdownBlocks(markdown));
  const [divided] = useState(() => new Chunks());
  const root = useRef<HTMLDivElement>(null);
  const parts = useNearness(root, source.length, isGrowing);
  const blocks = rendered.update(source, isGrowing);
  const chunks = divided.update(blocks);
  const onClick = (event: MouseEvent) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('.md-copy') : null;
    if (button) copyCode(button, codeBeside(button, blocks), strings).catch(reportError);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: hears its copy buttons
    <div class="markdown" ref={root} onClick={onClick}>
      {chunks.map((chunk, index) => (
        <ChunkView
          key={chunk.start}
          chunk={chunk}
          look={lookOf(chunk, parts, isGrowing && index === chunks.length - 1)}
          parts={parts}
        />
      ))}
    </div>
  );
}

/** The code beside a copy button, also where it is so long that the page does not have all of it. */
function codeBeside(button: Element, blocks: readonly MarkdownBlock[]): string {
  const start = button.closest<HTMLElement>('.md-block')?.dataset.start;
  const long = blocks.find((block) => 'parts' in block && String(block.start) === start);
  if (long && 'kind' in long && long.kind === 'code') return codeOf(htmlOf(long));
  return button.closest('.md-code')?.querySelector('code')?.textContent ?? '';
}

async function copyCode(button: HTMLElement, code: string, strings: Strings): Promise<void> {
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
