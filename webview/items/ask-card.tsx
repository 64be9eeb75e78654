import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import {
  type ApprovalQuestion,
  type AskedAction,
  type Consequence,
  isFileEdit,
  MAX_REASON_LENGTH,
  type UserAnswer,
} from '../../src/protocol/approvals.ts';
import type { ActionItem } from '../../src/protocol/transcript.ts';
import { visibleLine, visibleText } from '../../src/protocol/visibleText.ts';
import { useApp } from '../app-context.ts';
import { Icon } from '../icon.tsx';
import { format, type Strings } from '../strings.ts';
import { useMissing } from '../use-missing.ts';
import { DiffView } from './diff-view.tsx';
import { EditButton } from './edit-button.tsx';

const QUESTIONS: Record<AskedAction, keyof Strings> = {
  file_upload: 'askUpload',
  javascript_exec: 'askScript',
  read_console: 'askConsole',
  read_network: 'askNetwork',
  command: 'askCommand',
  secret: 'askSecret',
  edit: 'askEdit',
  edit_config: 'askEditConfig',
  click: 'askClick',
  type: 'askType',
  key: 'askKey',
  desktop: 'askDesktop',
  call: 'askCall',
};

const REASONS: Record<Consequence, keyof Strings> = {
  pay: 'becausePay',
  transfer: 'becauseTransfer',
  delete: 'becauseDelete',
  sign: 'becauseSign',
  subscribe: 'becauseSubscribe',
  publish: 'becausePublish',
  send: 'becauseSend',
  submit: 'becauseSubmit',
  confirm: 'becauseConfirm',
  'payment-form': 'becausePaymentForm',
  'password-form': 'becausePasswordForm',
  'payment-field': 'becausePaymentField',
  'password-field': 'becausePasswordField',
  unseen: 'becauseUnseen',
  mode: 'becauseMode',
};

/** How much of a target or a scope is in a sentence, in UTF-16 units. */
const MAX_NAMED = 300;

/** Asks the user about an action that waits for them. */
export function AskCard({
  item,
  question,
  picture,
}: {
  readonly item: ActionItem;
  readonly question: ApprovalQuestion;
  /** Where it is aimed at, to be seen before it is answered. */
  readonly picture: ComponentChildren;
}) {
  const { strings, post, endRequests } = useApp();
  const isMissing = useMissing();
  const reason = useRef<HTMLInputElement>(null);
  const { ordinal } = item;
  const { what, scope, always, detail, edit, because, round = 0 } = question;
  const answer = (given: UserAnswer) => {
    // The answer to a question that a window left behind begins a run; until one may begin, it waits on.
    if (isMissing()) return;
    post({ type: 'approval-answer', ordinal, round, answer: given });
    // What comes of it is at the end, as after a prompt.
    endRequests.value++;
  };
  const isInFolder = isFileEdit(what) || what === 'command';
  const deny = () => answer({ kind: 'denied', reason: reason.current?.value ?? '' });
  return (
    <fieldset class="ask" aria-labelledby={`ask-${ordinal}`}>
      <p id={`ask-${ordinal}`} role="status">
        <Icon name="shield" /> {questionText(question, strings)}
      </p>
      {round > 0 && <p class="ask-why">{strings.askedAnew}</p>}
      {because && <p class="ask-why">{strings[REASONS[because]]}</p>}
      {detail !== '' && isFileEdit(what) && <DiffView diff={detail} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys as well */}
      {detail !== '' && !isFileEdit(what) && <pre tabIndex={0}>{visibleText(detail)}</pre>}
      {picture}
      <div class="ask-actions">
        <button type="button" class="button" onClick={() => answer({ kind: 'once' })}>
          {strings.allowOnce}
        </button>
        {scope !== null && (
          <button type="button" class="button secondary" onClick={() => answer({ kind: 'session' })}>
            {format(
              isInFolder ? strings.allowForSessionIn : strings.allowForSession,
              visibleLine(scope, MAX_NAMED),
            )}
          </button>
        )}
        {always !== undefined && (
          <button type="button" class="button secondary" onClick={() => answer({ kind: 'always' })}>
            {format(isInFolder ? strings.allowAlwaysIn : strings.allowAlways, visibleLine(always, MAX_NAMED))}
          </button>
        )}
        {edit !== undefined && <EditButton id={edit} action="show" />}
        <button type="button" class="button secondary" onClick={deny}>
          {strings.deny}
        </button>
        <input
          ref={reason}
          type="text"
          maxLength={MAX_REASON_LENGTH}
          placeholder={strings.denyReason}
          aria-label={strings.denyReason}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.isComposing) deny();
          }}
        />
      </div>
    </fieldset>
  );
}

/** How a question was answered, in words; null while it is not. A question of a host that ended has no answer. */
export function answerText({ approval, state }: ActionItem, strings: Strings): string | null {
  if (!approval) return null;
  switch (approval.answer?.kind) {
    case 'once':
      return strings.allowedOnce;
    case 'session':
      return strings.allowedForSession;
    case 'always':
      return strings.allowedAlways;
    case 'granted':
      return strings.allowedBefore;
    case 'unattended':
      return strings.allowedUnattended;
    case 'denied': {
      const reason = visibleText(approval.answer.reason.trim());
      return reason === '' ? strings.denied : format(strings.deniedBecause, reason);
    }
    case 'withdrawn':
      return strings.notAskedAnyMore;
    case undefined:
      return state.status === 'queued' ? null : strings.notAskedAnyMore;
  }
}

function questionText({ what, target }: ApprovalQuestion, strings: Strings): string {
  return format(strings[QUESTIONS[what]], visibleLine(target, MAX_NAMED));
}
