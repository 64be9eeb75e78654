import { useEffect, useRef } from 'preact/hooks';
import type { LiveScreen } from '../../src/protocol/liveMessages.ts';
import type { Access, RunState, SessionStatus } from '../../src/protocol/messages.ts';
import { assertNever } from '../../src/protocol/transcript.ts';
import { visibleLine } from '../../src/protocol/visibleText.ts';
import { useApp } from '../app-context.ts';
import { COMPUTER_ICONS } from '../computer-icons.ts';
import { Icon } from '../icon.tsx';
import { shortcut } from '../shortcut.ts';
import { format, type Strings } from '../strings.ts';
import { HAND_BACK_KEYS, meaningOf } from './human-events.ts';
import { LiveStage } from './live-stage.tsx';

export const LIVE_PANE_ID = 'live-pane';

/** Of a page's title and address, in UTF-16 units. */
const MAX_NAME = 300;

/** The computer's screen, live, with who has it and the way to change that. */
export function LivePane({ status }: { readonly status: SessionStatus }) {
  const { strings, live, post } = useApp();
  const isUsers = status.control === 'user';
  const screen = live.screen.value;
  const title = visibleLine(screen?.title ?? '', MAX_NAME);
  const address = visibleLine(screen?.address ?? '', MAX_NAME);
  useEffect(() => () => live.stop(), [live]);
  useHandBackKeys(isUsers);
  return (
    <section
      id={LIVE_PANE_ID}
      class={`live-pane ${isUsers ? 'is-users' : 'is-claudes'}`}
      aria-label={strings.liveView}
    >
      <div class="live-bar">
        <span class="live-place" title={address}>
          <Icon name={COMPUTER_ICONS[status.computer.kind]} />
          <span class="live-title">{title || address || strings.liveView}</span>
          {title && address && <span class="live-address">{address}</span>}
        </span>
        <ControlButton
          holder={status.control}
          obstacle={obstacle(status.access, screen, strings)}
          onToggle={() => post({ type: 'live-control', holder: isUsers ? 'claude' : 'user' })}
        />
      </div>
      <p class="live-status" role="status">
        {(isUsers || screen) && <Icon name={isUsers ? 'person' : 'sparkle'} />}
        <span>
          {isUsers
            ? format(usersState(status.run, strings), shortcut(HAND_BACK_KEYS))
            : screen && claudesState(status.run, strings)}
        </span>
      </p>
      <LiveStage computer={status.computer.kind} isUsers={isUsers} />
    </section>
  );
}

/** Why the user cannot take the computer over; null where that is possible. */
function obstacle(access: Access, screen: LiveScreen | null | undefined, strings: Strings): string | null {
  if (access !== 'full') return strings[access];
  if (screen) return null;
  return screen === null ? strings.liveNone : strings.loading;
}

/** That the user has the computer, and whether Claude waits for it. */
function usersState(run: RunState, strings: Strings): string {
  return run.state === 'running' ? strings.youMakeClaudeWait : strings.youHaveControl;
}

/** What Claude does with the computer that it has. */
function claudesState(run: RunState, strings: Strings): string {
  switch (run.state) {
    case 'idle':
      return strings.claudeIsIdle;
    case 'running':
      return run.activity === 'asking' ? strings.claudeAsks : strings.claudeHasControl;
    case 'stopping':
      return strings.stateStopping;
    default:
      return assertNever(run);
  }
}

/** Wherever in the panel the keyboard is: it is what the pane says. Before the screen, which takes every key. */
function useHandBackKeys(isOn: boolean): void {
  const { post } = useApp();
  useEffect(() => {
    if (!isOn) return undefined;
    const ending = new AbortController();
    const onKeyDown = (event: KeyboardEvent) => {
      if (meaningOf(event) !== 'hand-back') return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) post({ type: 'live-control', holder: 'claude' });
    };
    window.addEventListener('keydown', onKeyDown, { capture: true, signal: ending.signal });
    return () => ending.abort();
  }, [isOn, post]);
}

interface ControlButtonProps {
  readonly holder: SessionStatus['control'];
  /** Why it cannot be taken over. */
  readonly obstacle: string | null;
  readonly onToggle: () => void;
}

function ControlButton({ holder, obstacle, onToggle }: ControlButtonProps) {
  const { strings } = useApp();
  const button = useRef<HTMLButtonElement>(null);
  const isUsers = holder === 'user';
  const before = useRef(holder);
  useEffect(() => {
    // Handed back by keys, the focus was on the screen, which no longer takes it.
    if (before.current === 'user' && !isUsers && document.activeElement === document.body)
      button.current?.focus();
    before.current = holder;
  }, [holder, isUsers]);
  return (
    <button
      ref={button}
      type="button"
      class={`button live-control ${isUsers ? '' : 'secondary'}`}
      disabled={obstacle !== null && !isUsers}
      title={isUsers ? strings.handBackHint : (obstacle ?? strings.takeOverHint)}
      onClick={onToggle}
    >
      {isUsers ? strings.handBack : strings.takeOver}
    </button>
  );
}
