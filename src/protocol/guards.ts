/** Checks of what arrives from a webview. Its content is untrusted: anything off is refused, nothing is repaired. */
import { MAX_FILE_EDIT_ID_LENGTH, MAX_REASON_LENGTH, type UserAnswer } from './approvals.ts';
import { parseHumanInput } from './humanInput.ts';
import { type LiveViewMessage, MAX_VIEWER_BYTES } from './liveMessages.ts';
import {
  type LivePaneState,
  MAX_PROMPT_ID_LENGTH,
  MAX_QUERY_LENGTH,
  PAGE_SIZE,
  type PanelCommand,
  type PersistedViewState,
  type ReadPageMessage,
  type ReadyMessage,
  type Receipt,
  type SendingPrompt,
  type WebviewMessage,
} from './messages.ts';
import { parseScreenAnswer } from './screenDialog.ts';
import { assertNever, type NoticeAction, type Ordinal, type SessionId } from './transcript.ts';

/** Longest prompt taken, in UTF-16 units; about what fits a model's context. */
export const MAX_PROMPT_LENGTH = 400_000;

const NOTICE_ACTIONS: Record<NoticeAction, true> = {
  retry: true,
  continue: true,
  'set-api-key': true,
  'start-demo': true,
  'open-settings': true,
};

const PANEL_COMMANDS: Record<PanelCommand, true> = {
  'choose-computer': true,
  'choose-model': true,
  'set-api-key': true,
  'start-demo': true,
  'end-demo': true,
  'new-session': true,
  'manage-trust': true,
  'accept-risks': true,
  'toggle-http-logs': true,
  'show-http-logs': true,
  'open-settings': true,
};

/** The message, or undefined when `value` is none. */
export function parseWebviewMessage(value: unknown): WebviewMessage | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.type) {
    case 'ready':
      return parseReady(value);
    case 'ack': {
      const receipt = parseReceipt(value);
      return receipt && { type: 'ack', ...receipt };
    }
    case 'read-page':
      return parseReadPage(value);
    case 'search': {
      const { request, query, from } = value;
      if (!isCount(request) || !isText(query, MAX_QUERY_LENGTH) || query === '') return undefined;
      return isCount(from) ? { type: 'search', request, query, from: from as Ordinal } : undefined;
    }
    case 'find-user': {
      const { request, from, direction } = value;
      if (!isCount(request) || !isCount(from)) return undefined;
      if (direction !== 'before' && direction !== 'after') return undefined;
      return { type: 'find-user', request, from: from as Ordinal, direction };
    }
    case 'pong': {
      const { id } = value;
      return isCount(id) ? { type: 'pong', id } : undefined;
    }
    case 'view-state': {
      const state = parseViewState(value.state);
      return state && { type: 'view-state', state };
    }
    case 'focus': {
      const { hasFocus } = value;
      return typeof hasFocus === 'boolean' ? { type: 'focus', hasFocus } : undefined;
    }
    case 'send': {
      const { id, text } = value;
      if (!isPromptId(id) || !isText(text, MAX_PROMPT_LENGTH) || text.trim() === '') return undefined;
      return { type: 'send', id, text };
    }
    case 'was-taken': {
      const { id } = value;
      return isPromptId(id) ? { type: 'was-taken', id } : undefined;
    }
    case 'stop':
      return { type: 'stop' };
    case 'notice-action': {
      const { ordinal, action } = value;
      if (!isCount(ordinal) || !isKey(NOTICE_ACTIONS, action)) return undefined;
      return { type: 'notice-action', ordinal: ordinal as Ordinal, action };
    }
    case 'approval-answer': {
      const { ordinal, round } = value;
      const answer = parseUserAnswer(value.answer);
      return answer && isCount(ordinal) && isCount(round)
        ? { type: 'approval-answer', ordinal: ordinal as Ordinal, round, answer }
        : undefined;
    }
    case 'file-edit': {
      const { id, action } = value;
      if (!isText(id, MAX_FILE_EDIT_ID_LENGTH) || (action !== 'show' && action !== 'undo')) return undefined;
      return { type: 'file-edit', id, action };
    }
    case 'command': {
      const { command } = value;
      return isKey(PANEL_COMMANDS, command) ? { type: 'command', command } : undefined;
    }
    case 'live-watch':
    case 'live-stop':
    case 'live-ack':
    case 'live-rfb':
    case 'live-input':
    case 'live-answer':
    case 'live-control':
      return parseLiveView(value.type, value);
    case 'webview-error': {
      const { message } = value;
      return isText(message, 10_000) ? { type: 'webview-error', message } : undefined;
    }
    default:
      return undefined;
  }
}

function parseLiveView(
  type: LiveViewMessage['type'],
  value: Record<string, unknown>,
): LiveViewMessage | undefined {
  switch (type) {
    case 'live-watch': {
      const { width, height } = value;
      if (!isCount(width) || !isCount(height) || width < 1 || height < 1) return undefined;
      return { type, width, height };
    }
    case 'live-stop':
      return { type };
    case 'live-ack': {
      const { frame } = value;
      return isCount(frame) ? { type, frame } : undefined;
    }
    case 'live-rfb': {
      const { view, bytes } = value;
      if (!isCount(view) || !(bytes instanceof Uint8Array) || bytes.length > MAX_VIEWER_BYTES)
        return undefined;
      return { type, view, bytes };
    }
    case 'live-input': {
      const input = parseHumanInput(value.input);
      return input && { type, input };
    }
    case 'live-answer': {
      const { dialog } = value;
      const answer = parseScreenAnswer(value.answer);
      return answer && isCount(dialog) ? { type, dialog, answer } : undefined;
    }
    case 'live-control': {
      const { holder } = value;
      return holder === 'user' || holder === 'claude' ? { type, holder } : undefined;
    }
    default:
      return assertNever(type);
  }
}

function parseUserAnswer(value: unknown): UserAnswer | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, reason } = value;
  if (kind === 'once' || kind === 'session' || kind === 'always') return { kind };
  return kind === 'denied' && isText(reason, MAX_REASON_LENGTH) ? { kind, reason } : undefined;
}

function parseReadPage(value: Record<string, unknown>): ReadPageMessage | undefined {
  const { request, start, count, wanted } = value;
  if (!isCount(request) || !isCount(start) || !isCount(count) || count < 1 || count > PAGE_SIZE)
    return undefined;
  if (!isCount(wanted) || wanted < start || wanted >= start + count) return undefined;
  return { type: 'read-page', request, start: start as Ordinal, count, wanted: wanted as Ordinal };
}

function parseReady(value: Record<string, unknown>): ReadyMessage | undefined {
  const { protocol, have, around } = value;
  if (!isCount(protocol) || !(around === null || isCount(around))) return undefined;
  const receipt = have === null ? null : parseReceipt(have);
  if (receipt === undefined) return undefined;
  return { type: 'ready', protocol, have: receipt, around: around as Ordinal | null };
}

function parseReceipt(value: unknown): Receipt | undefined {
  if (!isRecord(value)) return undefined;
  const { feed, count } = value;
  return isCount(feed) && isCount(count) ? { feed, count } : undefined;
}

/** The view state VS Code kept for a panel, or undefined when it is not one of ours. */
export function parseViewState(value: unknown): PersistedViewState | undefined {
  if (!isRecord(value) || !isSessionId(value.session)) return undefined;
  const { anchor, draft } = value;
  const live = parseLivePane(value.live);
  const sending = parseSending(value.sending);
  const anchored = isRecord(anchor) && isCount(anchor.ordinal) && typeof anchor.offset === 'number';
  return {
    session: value.session,
    anchor: anchored ? { ordinal: anchor.ordinal as Ordinal, offset: anchor.offset as number } : null,
    draft: isText(draft, MAX_PROMPT_LENGTH) ? draft : '',
    ...(live && { live }),
    ...(sending && { sending }),
  };
}

function parseLivePane(value: unknown): LivePaneState | undefined {
  if (!isRecord(value)) return undefined;
  const { isOpen, share } = value;
  if (typeof isOpen !== 'boolean' || typeof share !== 'number' || !(share >= 0 && share <= 1))
    return undefined;
  return { isOpen, share };
}

function parseSending(value: unknown): SendingPrompt | undefined {
  if (!isRecord(value) || !isPromptId(value.id) || !isText(value.text, MAX_PROMPT_LENGTH)) return undefined;
  return { id: value.id, text: value.text };
}

/** Whether `value` has the form of a session's id. */
export function isSessionId(value: unknown): value is SessionId {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isPromptId(value: unknown): value is string {
  return isText(value, MAX_PROMPT_ID_LENGTH) && value !== '';
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max;
}

function isKey<K extends string>(keys: Record<K, true>, value: unknown): value is K {
  return typeof value === 'string' && Object.hasOwn(keys, value);
}
