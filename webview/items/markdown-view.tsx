import { useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { MarkdownBlocks } from '../markdown/blocks.ts';
import type { Strings } from '../strings.ts';

/** How long a copy button says that it copied. */
const COPIED_MS = 1500;

/** Markdown that may still grow. Only the block at its end is rendered anew. */
export function MarkdownView({ source }: { readonly source: string }) {
  const { markdown, strings, reportError } = useApp();
  const [blocks] = useState(() => new MarkdownBlocks(markdown));
  const onClick = (event: MouseEvent) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('.md-copy') : null;
    if (button) copyCode(button, strings).catch(reportError);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: hears its copy buttons
    <div class="markdown" onClick={onClick}>
      {blocks.update(source).map(({ start, html }) => (
        <MarkdownBlockView key={start} html={html} />
      ))}
    </div>
  );
}

function MarkdownBlockView({ html }: { readonly html: string }) {
  // Safe: the renderer escapes all it is given (createMarkdown).
  return <div class="md-block" dangerouslySetInnerHTML={{ __html: html }} />;
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
