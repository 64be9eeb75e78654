import type { ThinkingItem } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import { formatDuration } from '../duration.ts';
import { Icon } from '../icon.tsx';
import { format, type Strings } from '../strings.ts';
import { Disclosure } from './disclosure.tsx';
import { MarkdownView } from './markdown-view.tsx';
import { useExpanded } from './use-expanded.ts';

/** What the model thought: one line that opens. */
export function ThinkingView({ item }: { readonly item: ThinkingItem }) {
  const { strings } = useApp();
  const [expanded, setExpanded] = useExpanded(item.ordinal);
  const summary = (
    <>
      <Icon name="thinking" />
      <span class={`summary${item.state === 'streaming' ? ' shimmer' : ''}`}>{title(item, strings)}</span>
    </>
  );
  return (
    <div class="thinking">
      <Disclosure expanded={expanded} onToggle={setExpanded} summary={summary}>
        {() => <MarkdownView source={item.text} isGrowing={item.state === 'streaming'} />}
      </Disclosure>
    </div>
  );
}

function title({ state, durationMs }: ThinkingItem, strings: Strings): string {
  switch (state) {
    case 'streaming':
      return strings.thinking;
    case 'complete':
      return format(strings.thoughtFor, formatDuration(durationMs, strings));
    case 'interrupted':
      return strings.thoughtInterrupted;
  }
}
