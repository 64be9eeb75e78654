import { visibleText } from '../../src/protocol/visibleText.ts';

const CLASSES: Readonly<Record<string, string>> = {
  '+': 'diff-added',
  '-': 'diff-removed',
  '@': 'diff-span',
};

/** A unified diff; the words of a file, hostile ones too. Lines that follow each other and are of a kind are one element. */
export function DiffView({ diff }: { readonly diff: string }) {
  const parts: { readonly kind: string; readonly lines: string[] }[] = [];
  for (const line of diff.split('\n')) {
    // What is said of the end of a file belongs to the line before.
    const kind = line.startsWith('\\') ? (parts.at(-1)?.kind ?? '') : (CLASSES[line[0] ?? ''] ?? '');
    const last = parts.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else parts.push({ kind, lines: [line] });
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys as well
    <pre class="diff" tabIndex={0}>
      {parts.map(({ kind, lines }, index) => (
        <span key={index} class={kind}>
          {visibleText(lines.join('\n'))}
        </span>
      ))}
    </pre>
  );
}
