/**
 * Every message between the extension host and a panel's webview.
 *
 * The webview says `ready`, again and again until it is answered; the host begins a feed with `opened` (counts and one
 * page) or, when the webview only missed a little, with `resumed`. From then on the host sends what changed, one
 * unacknowledged message at a time (a `batch`, a `text` where only the latest text grew, or a `status`), and the webview
 * asks for other pages as the user scrolls. When the host does not know any more what the webview has, it asks for
 * another `ready` with `resync`.
 */
import type { FileEditId, UserAnswer } from './approvals.ts';
import type { ComputerKind } from './computers.ts';
import type { Controller, LiveHostMessage, LiveViewMessage } from './liveMessages.ts';
import type { Operation } from './operations.ts';
import type { Item, NoticeAction, Ordinal, Revision, SessionId } from './transcript.ts';

/** Raised when a message changes shape: a webview of an older version restored by VS Code is rebuilt. */
export const PROTOCOL_VERSION = 9;

/** Most items in one page. About three screens of rows: enough to paint and to scroll into without waiting. */
export const PAGE_SIZE = 50;

/** Hits told of one search; nobody steps through more. */
export const MAX_SEARCH_HITS = 1000;

/** Longest name of a prompt on its way. */
export const MAX_PROMPT_ID_LENGTH = 64;

/** Longest text searched for, in UTF-16 units. */
export const MAX_QUERY_LENGTH = 1000;

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

export type Activity =
  | 'starting'
  | 'thinking'
  | 'answering'
  | 'acting'
  | 'asking'
  | 'waiting'
  | 'summarizing';

/** Who answers. `none`: no key is set and the demo has not been chosen. */
export type ProviderStatus =
  | { readonly provider: 'none' }
  | { readonly provider: 'demo' }
  | { readonly provider: 'anthropic' };

/**
 * Whether prompts are taken. `restricted`: the workspace is not trusted. `elsewhere`: another window works in the
 * session, so here it can only be read.
 */
export type Access = 'full' | 'restricted' | 'elsewhere';

/** What Claude drives. */
export interface ComputerStatus {
  readonly kind: ComputerKind;
  /** In words: `Chromium (headless)`. */
  readonly label: string;
  /** What is kept apart there and what is not, in sentences for the user. Absent for the demo. */
  readonly isolation?: readonly string[];
}

/** Whether Claude is to work without asking. `refused`: that does not count on this computer, which is not isolated. */
export type Unattended = 'off' | 'on' | 'refused';

/** The small state around a transcript; sent whole whenever it changes. */
export interface SessionStatus {
  readonly title: string;
  readonly run: RunState;
  /** Set while nothing runs and the transcript ends in an offer to go on: the last run ended before it was done. */
  readonly unfinished?: true;
  readonly access: Access;
  /** Whether the user knows of the risks and has agreed; while that is `needed`, no run begins. */
  readonly consent: 'given' | 'needed';
  readonly model: ProviderStatus & { readonly label: string };
  readonly computer: ComputerStatus;
  readonly control: Controller;
  readonly unattended: Unattended;
  /** Of the session so far. */
  readonly tokens: { readonly input: number; readonly output: number };
  readonly httpLogs: boolean;
}

// ---- host -> webview

/** Answers `ready`, with `ack` as its own answer: what is shown begins anew. */
export interface OpenedMessage {
  readonly type: 'opened';
  /** Names the feed that begins; unlike any other of the panel. */
  readonly feed: number;
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

/** Answers `ready`, with `ack` as its own answer: goes on from what the webview said it has, which is `revision`. */
export interface ResumedMessage {
  readonly type: 'resumed';
  /** As in {@link OpenedMessage}. */
  readonly feed: number;
  readonly revision: Revision;
  readonly status: SessionStatus;
}

/** Asks for another `ready`. */
export interface ResyncMessage {
  readonly type: 'resync';
}

/** Operations up to and including revision `to`, neighbours merged. Answered with `ack`. */
export interface BatchMessage {
  readonly type: 'batch';
  /** Where the feed began, or the `to` of the batch before it; texts since then are not told again. */
  readonly from: Revision;
  readonly to: Revision;
  readonly operations: readonly Operation[];
}

/**
 * More of the text that grew last: a batch of one `extend` in few bytes, as most changes are of this kind and small. Where
 * the text goes follows from the change before it (`growthAfter`), which the webview has acknowledged; between the two
 * there is no other change and no `opened`. Answered with `ack`.
 */
export interface TextMessage {
  readonly type: 'text';
  readonly text: string;
}

/** What brings a webview from one revision to a later one. */
export type ChangeMessage = BatchMessage | TextMessage;

/** Answers `read-page` with the item wanted and those around it: all that were asked for, or as many as fit. */
export interface PageMessage {
  readonly type: 'page';
  readonly request: number;
  readonly page: Page;
}

/** Answered with `ack`. */
export interface StatusMessage {
  readonly type: 'status';
  readonly status: SessionStatus;
}

/** Answers `send` and `was-taken`. What is not taken is stored nowhere; the webview still has it. */
export interface SentMessage {
  readonly type: 'sent';
  readonly id: string;
  readonly taken: boolean;
}

/** In which items a text was found. */
export interface SearchResults {
  /** The first of them in order, at most {@link MAX_SEARCH_HITS}. */
  readonly ordinals: readonly Ordinal[];
  /** How many there are, told or not. */
  readonly total: number;
  /** The first item that may still change, or the one that comes next: to look again later, look from it on. */
  readonly settled: Ordinal;
  /** How many of {@link total} are before {@link settled}. */
  readonly settledTotal: number;
}

/** Answers `search`. */
export interface SearchResultsMessage extends SearchResults {
  readonly type: 'search-results';
  readonly request: number;
}

/** Answers `find-user`; null when there is none on that side. */
export interface UserFoundMessage {
  readonly type: 'user-found';
  readonly request: number;
  readonly ordinal: Ordinal | null;
}

/** The heartbeat; answered with `pong`. */
export interface PingMessage {
  readonly type: 'ping';
  readonly id: number;
}

export type HostMessage =
  | OpenedMessage
  | ResumedMessage
  | ResyncMessage
  | BatchMessage
  | TextMessage
  | PageMessage
  | StatusMessage
  | SentMessage
  | SearchResultsMessage
  | UserFoundMessage
  | PingMessage
  | LiveHostMessage;

// ---- webview -> host

/** A message of a feed: which one it is after that which began the feed. */
export interface Receipt {
  readonly feed: number;
  readonly count: number;
}

/** `have`: the last message applied, null when the webview holds nothing. `around`: what is read, null for the end. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly protocol: number;
  readonly have: Receipt | null;
  readonly around: Ordinal | null;
}

/** Says which message of a feed has come. */
export interface AckMessage extends Receipt {
  readonly type: 'ack';
}

export interface ReadPageMessage {
  readonly type: 'read-page';
  readonly request: number;
  readonly start: Ordinal;
  /** At most {@link PAGE_SIZE}. */
  readonly count: number;
  /** The one of them that comes in any case. */
  readonly wanted: Ordinal;
}

/** Looks for `query` in the items from `from` on to the last one, whatever its case. */
export interface SearchMessage {
  readonly type: 'search';
  readonly request: number;
  /** At most {@link MAX_QUERY_LENGTH}, not empty. */
  readonly query: string;
  readonly from: Ordinal;
}

/** Asks for the nearest message of the user strictly before or after `from`. */
export interface FindUserMessage {
  readonly type: 'find-user';
  readonly request: number;
  readonly from: Ordinal;
  readonly direction: 'before' | 'after';
}

/**
 * Answers `ping`: from an animation frame, so that a renderer which hangs does not answer, or at once in a webview that
 * is hidden and gets no frames.
 */
export interface PongMessage {
  readonly type: 'pong';
  readonly id: number;
}

/**
 * What the webview keeps has changed. The host hands it to the page that takes this one's place, should it die: what VS
 * Code keeps for a page is lost with its panel.
 */
export interface ViewStateMessage {
  readonly type: 'view-state';
  readonly state: PersistedViewState;
}

/** The keyboard came to the webview or left it. */
export interface FocusMessage {
  readonly type: 'focus';
  readonly hasFocus: boolean;
}

export interface SendMessage {
  readonly type: 'send';
  /** Chosen by the webview, unlike any other, at most {@link MAX_PROMPT_ID_LENGTH} long. A prompt is taken once. */
  readonly id: string;
  readonly text: string;
}

/** Asks what became of a prompt whose answer did not come; a document that takes another's place asks it, too. */
export interface WasTakenMessage {
  readonly type: 'was-taken';
  readonly id: string;
}

export interface StopMessage {
  readonly type: 'stop';
}

export interface NoticeActionMessage {
  readonly type: 'notice-action';
  readonly ordinal: Ordinal;
  readonly action: NoticeAction;
}

/** Answers the question about the action at `ordinal`; of no effect on one that has taken its place since. */
export interface ApprovalAnswerMessage {
  readonly type: 'approval-answer';
  readonly ordinal: Ordinal;
  /** The question's, 0 where it has none. */
  readonly round: number;
  readonly answer: UserAnswer;
}

/** Shows a change of a file in VS Code's diff editor, or takes it back. Of no effect where the host does not keep it. */
export interface FileEditMessage {
  readonly type: 'file-edit';
  readonly id: FileEditId;
  readonly action: 'show' | 'undo';
}

export type PanelCommand =
  | 'set-api-key'
  | 'start-demo'
  | 'end-demo'
  | 'new-session'
  | 'choose-computer'
  | 'choose-model'
  | 'manage-trust'
  | 'accept-risks'
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
  | SearchMessage
  | FindUserMessage
  | PongMessage
  | ViewStateMessage
  | FocusMessage
  | SendMessage
  | WasTakenMessage
  | StopMessage
  | NoticeActionMessage
  | ApprovalAnswerMessage
  | FileEditMessage
  | CommandMessage
  | LiveViewMessage
  | WebviewErrorMessage;

/** A prompt on its way to the host. */
export interface SendingPrompt {
  readonly id: string;
  readonly text: string;
}

/** What the webview keeps through `setState`, so that VS Code can restore the panel after a reload. */
export interface PersistedViewState {
  readonly session: SessionId;
  /** The first visible row and how many CSS px of it are above the viewport; null when reading at the end. */
  readonly anchor: { readonly ordinal: Ordinal; readonly offset: number } | null;
  /** Text of the composer; that of a prompt on its way is in it still. */
  readonly draft: string;
  /** Absent: never opened. */
  readonly live?: LivePaneState;
  /** The prompt on its way; absent when there is none. */
  readonly sending?: SendingPrompt;
}

/** The pane with the live view. */
export interface LivePaneState {
  readonly isOpen: boolean;
  /** Its part of the page's width or height, from 0 to 1. */
  readonly share: number;
}
