/** The notices a run leaves in the transcript. */

import type { BetaMessage } from '@anthropic-ai/sdk/resources/beta';
import { t } from '../base/l10n.ts';
import type { ComputerEvent, FallbackCause } from '../computer/computer.ts';
import { assertNever, type NewItem, type NoticeAction } from '../protocol/transcript.ts';
import type { ApiFailure } from './apiFailure.ts';
import type { Amounts, LimitKind } from './limits/runLimits.ts';
import type { SignKind } from './stuck/stuckDetector.ts';
import type { NoConnection } from './surroundings.ts';
import { NO_ACTIONS, sentenceOf, type Tally } from './tally.ts';

/** A notice before it has its place. */
export type NewNotice = Extract<NewItem, { kind: 'notice' }>;

function notice(
  severity: NewNotice['severity'],
  text: string,
  detail = '',
  actions: readonly NoticeAction[] = [],
): NewNotice {
  return { kind: 'notice', severity, text, detail, until: null, actions };
}

/** A failure that ends the run. */
export function failureNotice(failure: Exclude<ApiFailure, { kind: 'aborted' }>): NewNotice {
  switch (failure.kind) {
    case 'auth':
      return notice(
        'error',
        t('The API did not accept the key. Set a valid API key, then retry.'),
        failure.detail,
        ['set-api-key', 'retry'],
      );
    case 'busy':
      return notice('error', t('The API is still busy. Try again later.'), failure.detail, ['retry']);
    case 'connection':
      return notice('error', t('The connection to the API failed.'), failure.detail, ['retry']);
    case 'too-long':
      return notice(
        'error',
        t('The conversation no longer fits the model. Shorten your message, or start a new session.'),
        failure.detail,
      );
    case 'rejected':
      return notice('error', t('The API refused the request.'), failure.detail, ['retry']);
    case 'unexpected':
      return notice('error', t('Something went wrong in the extension.'), failure.detail, ['retry']);
    default:
      return assertNever(failure);
  }
}

/** A failure after which the run goes on by itself at `until` (ms since the epoch). */
export function waitingNotice(
  failure: Extract<ApiFailure, { kind: 'busy' | 'connection' }>,
  attempt: number,
  retries: number,
  until: number,
): NewNotice {
  const text =
    failure.kind === 'busy'
      ? t('The API is busy. Trying again by itself ({0} of {1}).', attempt, retries)
      : t('The connection to the API was lost. Trying again by itself ({0} of {1}).', attempt, retries);
  return { ...notice('warning', text, failure.detail), until };
}

/** What becomes of a {@link waitingNotice} once the wait is over. @param attempts - tries so far */
export function waitedText(
  failure: Extract<ApiFailure, { kind: 'busy' | 'connection' }>,
  attempts: number,
): string {
  const busy = failure.kind === 'busy';
  if (attempts === 1)
    return busy ? t('The API was busy; tried again.') : t('The connection was lost; tried again.');
  return busy
    ? t('The API was busy; tried again {0} times.', attempts)
    : t('The connection was lost; tried again {0} times.', attempts);
}

/** What becomes of a {@link waitingNotice} when the run is stopped meanwhile. */
export function notRetriedText(failure: Extract<ApiFailure, { kind: 'busy' | 'connection' }>): string {
  return failure.kind === 'busy' ? t('The API was busy.') : t('The connection to the API was lost.');
}

/** Why the run could not begin. */
export function noConnectionNotice(reason: NoConnection['reason']): NewNotice {
  switch (reason) {
    case 'no-key':
      return notice(
        'warning',
        t('Claude needs an Anthropic API key. Without one you can try the offline demo.'),
        '',
        ['set-api-key', 'start-demo', 'retry'],
      );
    case 'key-withheld':
      return notice(
        'warning',
        t('Your API key was not sent: you did not allow that for the address of the API.'),
        t(
          'The address is that of the setting computerUseChat.apiBaseUrl or of the variable ANTHROPIC_BASE_URL.',
        ),
        ['open-settings', 'retry'],
      );
    case 'no-consent':
      return notice('warning', t('Nothing runs before you have agreed to the risks.'), '', ['retry']);
    case 'restricted':
      return notice(
        'warning',
        t('This workspace is not trusted, so Claude may not use a computer in it.'),
        '',
        ['retry'],
      );
    default:
      return assertNever(reason);
  }
}

/** @param tally - of the run's actions */
export const stoppedNotice = (tally: Tally = NO_ACTIONS): NewNotice =>
  notice('info', `${t('Stopped. Your next message continues from here.')} ${sentenceOf(tally)}`.trim());

export const hostEndedNotice = (): NewNotice =>
  notice(
    'warning',
    t('The window closed while Claude was working. What was under way may or may not have happened.'),
    '',
    ['retry'],
  );

/** The host ended while the user was asked. */
export const askedNotice = (): NewNotice =>
  notice(
    'warning',
    t('The window closed while Claude waited for your answer. Answer above to go on, or send a message.'),
    '',
    ['retry'],
  );

/** @param computer - as the user calls it */
export const notUnattendedNotice = (computer: string): NewNotice =>
  notice(
    'warning',
    t('You are asked all the same: on “{0}”, working unattended does not count.', computer),
    t(
      'It counts only where nothing of yours is within reach: a virtual desktop with its sandbox, a container, or a browser with a temporary profile and a list of allowed addresses.',
    ),
    ['open-settings'],
  );

/**
 * A run stops before the step that would pass a limit of it.
 *
 * @param limit - of that kind
 * @param spent - by the run so far
 */
export function limitNotice(kind: LimitKind, limit: number, spent: Amounts): NewNotice {
  if (spent.steps === 0)
    return notice(
      'warning',
      t('Not begun: the conversation is so long that one step would take more than a run may.'),
      limitText(kind, limit),
      ['open-settings'],
    );
  const detail = t(
    'Steps (replies of Claude): {0}. Minutes: {1}. Tokens: {2}. US dollars: about {3}.',
    spent.steps,
    spent.minutes.toFixed(1),
    spent.tokens,
    spent.dollars.toFixed(2),
  );
  return notice('warning', limitText(kind, limit), detail, ['continue', 'open-settings']);
}

function limitText(kind: LimitKind, limit: number): string {
  switch (kind) {
    case 'steps':
      return t('Stopped at the limit for steps in a run: {0}.', limit);
    case 'minutes':
      return t('Stopped: the next step would take this run past its limit of {0} minutes.', limit);
    case 'tokens':
      return t('Stopped: the next step would take this run past its limit of {0} tokens.', limit);
    case 'dollars':
      return t('Stopped: the next step would take this run past its limit of {0} US dollars.', limit);
    default:
      return assertNever(kind);
  }
}

/**
 * A run stops because nothing it does moves it on.
 *
 * @param tried - in words that were made safe to show
 * @param times - how often
 */
export function stuckNotice(kind: SignKind, tried: string, times: number): NewNotice {
  return notice(
    'warning',
    `${t('Paused: Claude does not seem to get any further.')} ${stuckText(kind, times)}`,
    t('The last thing it tried: {0}.', tried),
    ['continue'],
  );
}

function stuckText(kind: SignKind, times: number): string {
  switch (kind) {
    case 'repeated':
      return t('It tried the same {0} times and saw no change.', times);
    case 'circle':
      return t('It did the same few things in turns, {0} times in all, and saw the same screens.', times);
    case 'nothing-new':
      return t('It tried {0} times, in several ways, and saw nothing new.', times);
    case 'outcome':
      return t('The same ended in the same way {0} times.', times);
    default:
      return assertNever(kind);
  }
}

/** What there is to say of a run's end by its last reply. */
export function endNotice({ stop_reason, stop_details }: BetaMessage): NewNotice | undefined {
  switch (stop_reason) {
    case 'refusal':
      return refusedNotice(stop_details?.explanation ?? '');
    case 'max_tokens':
      return notice('warning', t('The answer reached its length limit.'), '', ['continue']);
    case 'model_context_window_exceeded':
      return notice(
        'warning',
        t('The conversation has grown as long as the model can read. To go on, it is summarized first.'),
        '',
        ['continue'],
      );
    default:
      return undefined;
  }
}

const refusedNotice = (explanation: string): NewNotice =>
  notice('warning', t('Claude declined to answer this. Rephrase it or ask for something else.'), explanation);

/** @param summary - what the model goes on with */
export const summarizedNotice = (summary: string): NewNotice =>
  notice(
    'info',
    t('To make room, Claude summarized the conversation so far and goes on with that.'),
    summary,
  );

export const notSummarizedNotice = (detail: string): NewNotice =>
  notice('warning', t('The conversation could not be summarized and goes on as it is.'), detail);

/** @param isClaudeWorking - whether a run is on whose next action waits */
export const takenOverNotice = (isClaudeWorking: boolean): NewNotice =>
  notice(
    'info',
    isClaudeWorking
      ? t('You took control of the computer. Claude waits with its next action.')
      : t('You took control of the computer.'),
  );

export const handedBackNotice = (): NewNotice => notice('info', t('You gave the computer back to Claude.'));

/** What a computer reports outside of a call's result. */
export function computerNotice(event: ComputerEvent): NewNotice {
  switch (event.type) {
    case 'unavailable':
      return unavailableNotice(event.message, event.help);
    case 'crashed':
      return notice(
        'warning',
        t('The computer ended unexpectedly. Claude is told, and can start it anew.'),
        event.message,
      );
    case 'page-crashed':
      return notice(
        'warning',
        t('The page ended unexpectedly. Claude is told, and can load it again.'),
        event.message,
      );
    case 'dialog-dismissed':
      return notice(
        'info',
        t('The page showed a dialog ({0}); it was dismissed.', event.kind),
        event.message,
      );
    case 'download':
      return event.outcome === 'completed'
        ? notice(
            'info',
            t(
              'The page downloaded “{0}”. It is removed with the browser: copy it to keep it.',
              event.fileName,
            ),
            event.path,
          )
        : notice('warning', t('The download of “{0}” failed.', event.fileName));
    case 'tab-opened':
      return notice('info', t('The page opened a new tab.'), event.url);
    case 'unresponsive':
      return notice('warning', t('The page does not respond.'), event.message);
    case 'address-refused':
      return notice('warning', t('The browser was kept from {0}.', event.host), event.reason, [
        'open-settings',
      ]);
    case 'fallback':
      return notice('warning', fallbackText(event.cause), event.detail, ['open-settings']);
    case 'pointer-off':
      return notice(
        'warning',
        t('Clicks on this desktop land up to {0} px from where Claude means them.', event.errorPx),
        t(
          'Its VNC server places the pointer otherwise than it shows the screen. Look for scaling, several monitors or a relative pointer in its settings, then check again with “Check Pointer Accuracy”.',
        ),
      );
    case 'attached':
      return notice(
        'warning',
        t('Claude drives the browser at {0}, which you started: all its logins are in reach.', event.address),
        t(
          'Its tabs are kept to the addresses you allow, except for WebRTC, for pages that your browser loads ahead, for what service workers of sites that you use load, and for web sockets to public names that lead to a private network.',
        ),
      );
    default:
      return assertNever(event);
  }
}

/** What to do stands beside what is wrong; only what a program printed, if that is more than a line, is for those who ask. */
function unavailableNotice(message: string, help: string): NewNotice {
  const [line = '', ...more] = message.trim().split('\n');
  const detail = more.length > 0 ? message : '';
  return notice('error', `${line} ${help}`.trim(), detail, ['open-settings', 'retry']);
}

function fallbackText(cause: FallbackCause): string {
  switch (cause) {
    case 'no-display':
      return t('There is no display for a browser window, so the browser works without one.');
    case 'profile-in-use':
      return t('Another session uses the browser profile, so this one has a temporary profile.');
    case 'profile-name':
      return t('This cannot be the name of a browser profile, so this session has a temporary one.');
    case 'no-sandbox':
      return t('Nothing keeps what runs on this desktop from your files and keys.');
    case 'url-entries':
      return t('These entries in the lists of allowed and blocked addresses are not understood.');
    default:
      return assertNever(cause);
  }
}
