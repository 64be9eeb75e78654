import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';

/** Leads from one message of the user to the next; beside the scrollbar. */
export function MessageNav() {
  const { strings, navigation } = useApp();
  return (
    <div class="message-nav">
      <button
        type="button"
        class="icon-button"
        title={`${strings.previousMessage} (Alt+↑)`}
        aria-label={strings.previousMessage}
        onClick={() => navigation.peek()?.toUserMessage('before')}
      >
        <Icon name="chevron-up" />
      </button>
      <button
        type="button"
        class="icon-button"
        title={`${strings.nextMessage} (Alt+↓)`}
        aria-label={strings.nextMessage}
        onClick={() => navigation.peek()?.toUserMessage('after')}
      >
        <Icon name="chevron-down" />
      </button>
    </div>
  );
}
