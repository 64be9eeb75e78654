import type { ActionItem, ActionState } from '../../src/protocol/transcript.ts';
import { assertNever } from '../../src/protocol/transcript.ts';
import { visibleText } from '../../src/protocol/visibleText.ts';
import { useApp } from '../app-context.ts';
import { useNow } from '../clock.ts';
import { formatDuration, formatElapsed } from '../duration.ts';
import { Icon } from '../icon.tsx';
import { format, type Strings } from '../strings.ts';
import { actionIcon } from './action-icon.ts';
import { ActionPeek } from './action-peek.tsx';
import { AskCard, answerText } from './ask-card.tsx';
import { Disclosure } from './disclosure.tsx';
import { EditView } from './edit-view.tsx';
import { hasOutput, isCommand, ShellView } from './shell-view.tsx';
import { useExpanded } from './use-expanded.ts';

/** A running action shows its time from here on; most end sooner, and a flickering "0 s" says nothing. */
const SHOW_ELAPSED_AFTER_MS = 2000;

/** What the model did: a line that opens to its input and result, and the spot it was aimed at. */
export function ActionView({ item }: { readonly item: ActionItem }) {
  const isShell = isCommand(item);
  const [expanded, setExpanded] = useExpanded(item.ordinal, isShell && hasOutput(item));
  const { strings } = useApp();
  const { toolset, member, summary, state, points, before, approval } = item;
  const isAsking = approval?.answer === null && state.status === 'queued';
  const answer = answerText(item, strings);
  // What the model reads of a no is written for the model.
  const isDenied = approval?.answer?.kind === 'denied' && state.status === 'failed';
  const told = isAsking ? strings.waitingForYou : isDenied ? strings.notAllowed : undefined;
  const peek = before && points.length > 0 && (
    <ActionPeek before={before} points={points} summary={summary} />
  );
  const line = (
    <>
      <Icon name={actionIcon(toolset, member)} />
      <span class="summary">{summary}</span>
    </>
  );
  return (
    <div class={`action is-${state.status}`} data-status={state.status}>
      <Disclosure
        expanded={expanded}
        onToggle={setExpanded}
        summary={line}
        aside={
          told === undefined ? <Outcome state={state} at={item.at} /> : <span class="outcome">{told}</span>
        }
      >
        {() => (isShell ? <ShellView item={item} /> : <ActionDetail item={item} />)}
      </Disclosure>
      {isAsking && <AskCard item={item} question={approval.question} picture={peek} />}
      {answer !== null && <p class="ask-answer">{answer}</p>}
      {state.status === 'done' && state.edit && <EditView edit={state.edit} />}
      {state.status === 'failed' && !isShell && !isDenied && (
        <p class="action-error">{visibleText(state.error)}</p>
      )}
      {!isAsking && peek}
    </div>
  );
}

/** How it went, at the end of the line. @param at - when it began, ms since the epoch */
function Outcome({ state, at }: { readonly state: ActionState; readonly at: number }) {
  const { strings } = useApp();
  const now = useNow(state.status === 'running');
  switch (state.status) {
    case 'queued':
      return <span class="outcome">{strings.queued}</span>;
    case 'running':
      return (
        <span class="outcome">
          <span class="visually-hidden">{strings.running}</span>
          {now - at >= SHOW_ELAPSED_AFTER_MS && formatElapsed(now - at, strings)}
          <Icon name="loading" spin />
        </span>
      );
    case 'done':
      return (
        <span class="outcome">
          {state.exitStatus !== undefined && <ExitStatus status={state.exitStatus} />}
          <span>{formatDuration(state.durationMs, strings)}</span>
        </span>
      );
    case 'failed':
      return (
        <span class="outcome outcome-failed">
          <Icon name="error" />
          {strings.failed}
        </span>
      );
    case 'interrupted':
      return <span class="outcome">{strings.interrupted}</span>;
    case 'skipped':
      return <span class="outcome">{strings.skipped}</span>;
    default:
      return assertNever(state);
  }
}

/** Of a command that did not succeed: as VS Code's terminal marks one, as nothing is wrong with the tool. */
function ExitStatus({ status }: { readonly status: number }) {
  const { strings } = useApp();
  return (
    <span class="exit-status">
      <Icon name="terminal-decoration-error" />
      {format(strings.exitStatus, status)}
    </span>
  );
}

function ActionDetail({ item }: { readonly item: ActionItem }) {
  const { strings } = useApp();
  const outcome = outcomeText(item.state, strings);
  return (
    <dl class="action-detail">
      <dt>{strings.actionInput}</dt>
      <dd>
        <code class="member">
          {visibleText(item.toolset === item.member ? item.member : `${item.toolset}.${item.member}`)}
        </code>
        <pre>{visibleText(item.input)}</pre>
      </dd>
      {outcome && (
        <>
          <dt>{outcome.label}</dt>
          <dd>
            <pre>{visibleText(outcome.text)}</pre>
          </dd>
        </>
      )}
    </dl>
  );
}

function outcomeText(state: ActionState, strings: Strings): { label: string; text: string } | null {
  switch (state.status) {
    case 'done':
      return state.result === '' ? null : { label: strings.actionResult, text: state.result };
    case 'skipped':
      return { label: strings.actionReason, text: state.reason };
    case 'interrupted':
      return state.progress ? { label: strings.actionProgress, text: state.progress } : null;
    case 'failed':
    case 'queued':
    case 'running':
      return null;
    default:
      return assertNever(state);
  }
}
