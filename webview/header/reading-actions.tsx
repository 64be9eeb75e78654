import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import { shortcut } from '../shortcut.ts';

/** Leads from one message of the user to the next, and to what is looked for. Off while there is nothing to read. */
export function ReadingActions() {
  const { strings, navigation, finder } = useApp();
  const to = navigation.value;
  const actions = [
    {
      icon: 'chevron-up',
      label: strings.previousMessage,
      keys: 'Alt+↑',
      run: () => to?.toUserMessage('before'),
    },
    {
      icon: 'chevron-down',
      label: strings.nextMessage,
      keys: 'Alt+↓',
      run: () => to?.toUserMessage('after'),
    },
    { icon: 'search', label: strings.find, keys: 'Ctrl+F', run: () => finder.open('') },
  ];
  return (
    <>
      {actions.map(({ icon, label, keys, run }) => (
        <button
          key={icon}
          type="button"
          class={`icon-button go-${icon}`}
          disabled={!to}
          title={`${label} (${shortcut(keys)})`}
          aria-label={label}
          onClick={run}
        >
          <Icon name={icon} />
        </button>
      ))}
    </>
  );
}
