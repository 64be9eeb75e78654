import type { AnswerItem } from '../../src/protocol/transcript.ts';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import { MarkdownView } from './markdown-view.tsx';

/** The model's answer, as it is written. */
export function AnswerView({ item }: { readonly item: AnswerItem }) {
  const { strings } = useApp();
  return (
    <div class={`answer is-${item.state}`}>
      <MarkdownView source={item.text} isGrowing={item.state === 'streaming'} />
      {item.state === 'interrupted' && (
        <div class="aside">
          <Icon name="debug-stop" /> {strings.interrupted}
        </div>
      )}
    </div>
  );
}
