import type { SessionStatus } from '../../src/protocol/messages.ts';
import { visibleLine } from '../../src/protocol/visibleText.ts';
import { useApp } from '../app-context.ts';
import { useNow } from '../clock.ts';
import { COMPUTER_ICONS } from '../computer-icons.ts';
import { formatElapsed } from '../duration.ts';
import { Icon } from '../icon.tsx';
import { LiveToggle } from '../live/live-toggle.tsx';
import { format, type Strings } from '../strings.ts';
import { ReadingActions } from './reading-actions.tsx';
import { isReady, runStateText } from './run-state.ts';

/** In UTF-16 units. */
const MAX_NAME = 200;

/** The bar at the top: which session, who answers on what, how it goes. */
export function Header({ status }: { readonly status: SessionStatus }) {
  const { strings, post } = useApp();
  const { model, computer, tokens, httpLogs, run } = status;
  const title = visibleLine(status.title, MAX_NAME);
  const computerLabel = visibleLine(computer.label, MAX_NAME);
  const modelLabel = visibleLine(model.label, MAX_NAME);
  const isDemo = model.provider === 'demo';
  // The demo counts no tokens: its figures are made up.
  const counted = isDemo || (tokens.input === 0 && tokens.output === 0) ? null : tokens;
  const logLabel = httpLogs ? strings.httpLogsOn : strings.httpLogsOff;
  return (
    <header class="header">
      <div class="header-main">
        {title && (
          <h1 class="header-title" title={title}>
            {title}
          </h1>
        )}
        {(run.state !== 'idle' || model.provider !== 'none') && <RunStateLabel status={status} />}
      </div>
      <UnattendedLabel unattended={status.unattended} />
      <div class="header-facts">
        <Fact
          name="model"
          icon="sparkle"
          label={modelLabel}
          choose={strings.chooseModel}
          more={counted && tokensTitle(counted, strings)}
          isFixed={isDemo}
          onChoose={() => post({ type: 'command', command: 'choose-model' })}
        />
        <Fact
          name="computer"
          icon={COMPUTER_ICONS[computer.kind]}
          label={computerLabel}
          choose={strings.chooseComputer}
          isFixed={isDemo}
          onChoose={() => post({ type: 'command', command: 'choose-computer' })}
        />
        {counted && <TokenCount tokens={counted} />}
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
      </div>
    </header>
  );
}

interface FactProps {
  readonly name: 'model' | 'computer';
  readonly icon: string;
  /** What it is now; where there is no room its icon stands for it, and tooltip and name say it. */
  readonly label: string;
  /** A template: what pressing it does. */
  readonly choose: string;
  /** What the tooltip says besides. */
  readonly more?: string | null;
  /** Whether it cannot be chosen. */
  readonly isFixed: boolean;
  readonly onChoose: () => void;
}

function Fact({ name, icon, label, choose, more, isFixed, onChoose }: FactProps) {
  const title = isFixed ? label : format(choose, label);
  return (
    <button
      type="button"
      class={`fact fact-${name}`}
      title={more ? `${title}\n${more}` : title}
      aria-label={title}
      disabled={isFixed}
      onClick={onChoose}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </button>
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
function RunStateLabel({ status }: { readonly status: SessionStatus }) {
  const { strings } = useApp();
  const { run } = status;
  const running = run.state === 'running';
  const now = useNow(running);
  return (
    <div class={`run-state is-${isReady(status) ? 'ready' : run.state}`} data-state={run.state}>
      <span class="run-dot" aria-hidden="true" />
      <span aria-live="polite">{runStateText(status, strings)}</span>
      {running && <span class="elapsed">{formatElapsed(now - run.since, strings)}</span>}
    </div>
  );
}

const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const exact = new Intl.NumberFormat();

type Tokens = SessionStatus['tokens'];

function tokensTitle({ input, output }: Tokens, strings: Strings): string {
  return format(strings.tokensTitle, exact.format(input), exact.format(output));
}

function TokenCount({ tokens }: { readonly tokens: Tokens }) {
  const { strings } = useApp();
  return (
    <span class="fact fact-tokens" title={tokensTitle(tokens, strings)}>
      {format(strings.tokens, compact.format(tokens.input), compact.format(tokens.output))}
    </span>
  );
}
