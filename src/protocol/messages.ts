/**
 * Every message between the extension host and a panel's webview.
 *
 * The webview says `ready`; the host answers with `opened` (counts and the last page) or, when the webview only missed
 * a little, goes straight on with a `batch`. From then on the host sends what changed, one unacknowledged batch at a
 * time, and the webview asks for earlier pages as the user scrolls.
 */
import type { Operation } from './operations.ts';
import type { Item, NoticeAction, Ordinal, Revision, SessionId } from './transcript.ts';

/** Raised when a message changes shape: a webview of an older version restored by VS Code is rebuilt. */
export const PROTOCOL_VERSION = 1;

/** Items in one page. About three screens of rows: enough to paint and to scroll into without waiting. */
export const PAGE_SIZE = 50;

/** A run of consecutive items. */
export interface Page {
  readonly start: Ordinal;
  readonly items: readonly Item[];
}

/** What the agent is doing. */
export type RunState =
  | { readonly state: 'idle' }
  /** `since`: ms since the epoch. */
  | { readonly state: 'running'; readonly since: number; readonly activity: Activity }
  | { readonly state: 'stopping' };

export type Activity = 'starting' | 'thinking' | 'answering' | 'acting' | 'waiting';

/** Who answers. `none`: no key is set and the demo has not been chosen. */
export type ProviderStatus =
  | { readonly provider: 'none' }
  | { readonly provider: 'demo' }
  | { readonly provider: 'anthropic' };

/** The small state around a transcript; sent whole whenever it changes. */
export interface SessionStatus {
  readonly title: string;
  readonly run: RunState;
  readonly model: ProviderStatus & { readonly label: string };
  /** What Claude drives, in words: `Chromium (headless)`. */
  readonly computer: string;
  /** Of the session so far. */
  readonly tokens: { readonly input: number; readonly output: number };
  readonly httpLogs: boolean;
}

// ---- host -> webview

export interface OpenedMessage {
  readonly type: 'opened';
  readonly protocol: number;
  readonly session: SessionId;
  readonly revision: Revision;
  /** Items in the session. */
  readonly count: number;
  readonly page: Page;
  readonly status: SessionStatus;
  /** Address of the screenshots folder, without a slash at its end. */
  readonly screenshots: string;
}

/** Operations after revision `from` up to and including `to`, neighbours merged. Answered with `ack`. */
export interface BatchMessage {
  readonly type: 'batch';
  readonly id: number;
  readonly from: Revision;
  readonly to: Revision;
  readonly operations: readonly Operation[];
}

/** Answers `read-page`. */
export interface PageMessage {
  readonly type: 'page';
  readonly request: number;
  readonly page: Page;
}

export interface StatusMessage {
  readonly type: 'status';
  readonly status: SessionStatus;
}

export type HostMessage = OpenedMessage | BatchMessage | PageMessage | StatusMessage;

// ---- webview -> host

/** `have`: what the webview holds, null when it holds nothing. `around`: the page wanted, null for the last one. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly protocol: number;
  readonly have: { readonly session: SessionId; readonly revision: Revision } | null;
  readonly around: Ordinal | null;
}

export interface AckMessage {
  readonly type: 'ack';
  readonly id: number;
}

export interface ReadPageMessage {
  readonly type: 'read-page';
  readonly request: number;
  readonly start: Ordinal;
  /** At most {@link PAGE_SIZE}. */
  readonly count: number;
}

export interface SendMessage {
  readonly type: 'send';
  readonly text: string;
}

export interface StopMessage {
  readonly type: 'stop';
}

export interface NoticeActionMessage {
  readonly type: 'notice-action';
  readonly ordinal: Ordinal;
  readonly action: NoticeAction;
}

export type PanelCommand =
  | 'new-session'
  | 'set-api-key'
  | 'start-demo'
  | 'toggle-http-logs'
  | 'show-http-logs'
  | 'open-settings';

export interface CommandMessage {
  readonly type: 'command';
  readonly command: PanelCommand;
}

/** Something broke in the webview; the host writes it to its log. */
export interface WebviewErrorMessage {
  readonly type: 'webview-error';
  readonly message: string;
}

export type WebviewMessage =
  | ReadyMessage
  | AckMessage
  | ReadPageMessage
  | SendMessage
  | StopMessage
  | NoticeActionMessage
  | CommandMessage
  | WebviewErrorMessage;

/** What the webview keeps through `setState`, so that VS Code can restore the panel after a reload. */
export interface PersistedViewState {
  readonly session: SessionId;
  /** The first visible row and how many CSS px of it are above the viewport; null when reading at the end. */
  readonly anchor: { readonly ordinal: Ordinal; readonly offset: number } | null;
  /** Unsent text of the composer. */
  readonly draft: string;
}
