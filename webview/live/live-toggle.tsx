import type { SessionStatus } from '../../src/protocol/messages.ts';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import { isLiveShown } from './workspace.tsx';

/** Opens the live view, and closes it; the user who has the computer hands it back by that. */
export function LiveToggle({ status }: { readonly status: SessionStatus }) {
  const { strings, viewState, post } = useApp();
  const isShown = isLiveShown(viewState.live.isOpen, status);
  const toggle = () => {
    if (status.control === 'user') post({ type: 'live-control', holder: 'claude' });
    viewState.live = { ...viewState.live, isOpen: !isShown };
  };
  return (
    <button
      type="button"
      class="icon-button live-toggle"
      aria-pressed={isShown}
      title={isShown ? strings.closeLiveView : strings.openLiveView}
      aria-label={strings.openLiveView}
      onClick={toggle}
    >
      <Icon name="eye" />
    </button>
  );
}
