import type { NoticeAction, NoticeItem } from '../../src/protocol/transcript.ts';
import { visibleText } from '../../src/protocol/visibleText.ts';
import { useApp } from '../app-context.ts';
import { useNow } from '../clock.ts';
import { formatElapsed } from '../duration.ts';
import { Icon } from '../icon.tsx';
import { format, type Strings } from '../strings.ts';
import { useMissing } from '../use-missing.ts';
import { Disclosure } from './disclosure.tsx';
import { useExpanded } from './use-expanded.ts';

type Severity = NoticeItem['severity'];

const SEVERITY_STRINGS: Record<Severity, keyof Strings> = {
  info: 'severityInfo',
  warning: 'severityWarning',
  error: 'severityError',
};

const ACTION_STRINGS: Record<NoticeAction, keyof Strings> = {
  retry: 'retry',
  continue: 'continue',
  'set-api-key': 'setApiKey',
  'start-demo': 'startDemo',
  'open-settings': 'openSettings',
};

/** Something the user should know, and what can be done about it. */
export function NoticeView({ item }: { readonly item: NoticeItem }) {
  const { strings, post } = useApp();
  const isMissing = useMissing();
  const [expanded, setExpanded] = useExpanded(item.ordinal);
  const { severity, text, detail, until, actions, ordinal } = item;
  const act = (action: NoticeAction) => {
    const beginsRun = action === 'retry' || action === 'continue';
    if (!beginsRun || !isMissing()) post({ type: 'notice-action', ordinal, action });
  };
  return (
    <div class={`notice is-${severity}`} role="note">
      <Icon name={severity} />
      <div class="notice-body">
        <p>
          <span class="visually-hidden">{strings[SEVERITY_STRINGS[severity]]}: </span>
          {visibleText(text)} {until !== null && <Countdown until={until} />}
        </p>
        {detail && (
          <Disclosure expanded={expanded} onToggle={setExpanded} summary={<span>{strings.details}</span>}>
            {() => <pre class="notice-detail">{visibleText(detail)}</pre>}
          </Disclosure>
        )}
        {actions.length > 0 && (
          <div class="notice-actions">
            {actions.map((action, index) => (
              <button
                key={action}
                type="button"
                class={`button${index === 0 ? '' : ' secondary'}`}
                onClick={() => act(action)}
              >
                {strings[ACTION_STRINGS[action]]}
              </button>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

/** Counts down to a moment. @param until - ms since the epoch */
function Countdown({ until }: { readonly until: number }) {
  const { strings } = useApp();
  const now = useNow(true);
  // Rounded up: "in 0 s" would be said for a whole second.
  const left = Math.max(0, Math.ceil((until - now) / 1000) * 1000);
  return <span class="countdown">{format(strings.countdown, formatElapsed(left, strings))}</span>;
}
