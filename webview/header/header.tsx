import type { SessionStatus } from '../../src/protocol/messages.ts';
import { visibleLine } from '../../src/protocol/visibleText.ts';
import { useApp } from '../app-context.ts';
import { useNow } from '../clock.ts';
import { COMPUTER_ICONS } from '../computer-icons.ts';
import { formatElapsed } from '../duration.ts';
import { Icon } from '../icon.tsx';
import { LiveToggle } from '../live/live-toggle.tsx';
import { format } from '../strings.ts';
import { ReadingActions } from './reading-actions.tsx';
import { runStateText } from './run-state.ts';

/** In UTF-16 units. */
const MAX_NAME = 200;

/** The bar at the top: which session, who answers on what, how it goes. */
export function Header({ status }: { readonly status: SessionStatus }) {
  const { strings, post } = useApp();
  const { model, computer, tokens, httpLogs, run } = status;
  const title = visibleLine(status.title, MAX_NAME);
  const computerLabel = visibleLine(computer.label, MAX_NAME);
  const modelLabel = visibleLine(model.label, MAX_NAME);
  const logLabel = httpLogs ? strings.httpLogsOn : strings.httpLogsOff;
  return (
    <header class="header">
      <div class="header-main">
        {title && (
          <h1 class="header-title" title={title}>
            {title}
          </h1>
        )}
        {(run.state !== 'idle' || model.provider !== 'none') && (
          <RunStateLabel run={run} control={status.control} />
        )}
      </div>
      <UnattendedLabel unattended={status.unattended} />
      <div class="header-facts">
        <span class="fact" title={modelLabel}>
          <Icon name="sparkle" />
          <span>{modelLabel}</span>
        </span>
        <button
          type="button"
          class="fact fact-computer"
          title={format(strings.chooseComputer, computerLabel)}
          disabled={model.provider === 'demo'}
          onClick={() => post({ type: 'command', command: 'choose-computer' })}
        >
          <Icon name={COMPUTER_ICONS[computer.kind]} />
          <span>{computerLabel}</span>
        </button>
        {/* The demo counts no tokens: its figures are made up. */}
        {model.provider !== 'demo' && <TokenCount tokens={tokens} />}
      </div>
      <div class="header-actions">
        <LiveToggle status={status} />
        <ReadingActions />
        <button
          type="button"
          class="icon-button"
          aria-pressed={httpLogs}
          title={logLabel}
          aria-label={strings.httpLogsOff}
          onClick={() => post({ type: 'command', command: 'toggle-http-logs' })}
        >
          <Icon name="arrow-swap" />
        </button>
        <button
          type="button"
          class="icon-button"
          title={strings.showHttpLogs}
          aria-label={strings.showHttpLogs}
          onClick={() => post({ type: 'command', command: 'show-http-logs' })}
        >
          <Icon name="output" />
        </button>
        <button
          type="button"
          class="icon-button"
          title={strings.newSession}
          aria-label={strings.newSession}
          onClick={() => post({ type: 'command', command: 'new-session' })}
        >
          <Icon name="add" />
        </button>
      </div>
    </header>
  );
}

/** Claude does not ask: nobody should overlook that. */
function UnattendedLabel({ unattended }: Pick<SessionStatus, 'unattended'>) {
  const { strings } = useApp();
  if (unattended === 'off') return null;
  return (
    <span class={`unattended is-${unattended}`} role="status">
      <Icon name="warning" /> {unattended === 'on' ? strings.unattended : strings.unattendedRefused}
    </span>
  );
}

/** What the agent is doing, and for how long. Only the words are announced: a running clock would never stop. */
function RunStateLabel({ run, control }: Pick<SessionStatus, 'run' | 'control'>) {
  const { strings } = useApp();
  const running = run.state === 'running';
  const now = useNow(running);
  return (
    <div class={`run-state is-${run.state}`} data-state={run.state}>
      <span class="run-dot" aria-hidden="true" />
      <span aria-live="polite">{runStateText({ run, control }, strings)}</span>
      {running && <span class="elapsed">{formatElapsed(now - run.since, strings)}</span>}
    </div>
  );
}

const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const exact = new Intl.NumberFormat();

function TokenCount({ tokens }: { readonly tokens: SessionStatus['tokens'] }) {
  const { strings } = useApp();
  if (tokens.input === 0 && tokens.output === 0) return null;
  return (
    <span
      class="fact fact-tokens"
      title={format(strings.tokensTitle, exact.format(tokens.input), exact.format(tokens.output))}
    >
      {format(strings.tokens, compact.format(tokens.input), compact.format(tokens.output))}
    </span>
  );
}
